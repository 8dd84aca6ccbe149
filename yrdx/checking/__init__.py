"""The check: every row against its contract in one streaming pass, and the report of it."""

from yrdx.checking.fused import check
from yrdx.checking.result import Checked, Terms

__all__ = ["Checked", "Terms", "check"]
