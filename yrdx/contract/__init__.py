"""The contract of a dataset as files for everyone: ODCS, JSON Schema, Arrow, pages …."""
