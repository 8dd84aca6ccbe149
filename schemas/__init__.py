"""Content of the exchange; see docs/architecture.md."""

__yrdx__ = True
