"""What a partner gets back: the delivered workbook with its wrongs marked, and a corrected copy."""

from yrdx.copies.annotated import annotate, masked_columns
from yrdx.copies.changes import propose
from yrdx.copies.corrected import Correction, correct

__all__ = ["Correction", "annotate", "correct", "masked_columns", "propose"]
