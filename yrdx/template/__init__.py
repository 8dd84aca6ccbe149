"""Excel templates: the workbook that a partner fills in, and a filled sample of it."""
