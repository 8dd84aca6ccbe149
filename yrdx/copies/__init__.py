"""What a partner gets back: the delivered workbook with its wrongs marked, and a corrected copy."""

from yrdx.copies.annotated import annotate

__all__ = ["annotate"]
