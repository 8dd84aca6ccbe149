"""Comparing: what provinces report of the same thing, and a notice to each with its own rows."""

from yrdx.comparing.disagreements import Compared, Published, disagreements, rules_digest
from yrdx.comparing.notice import Notice, NoticeLine, RuleTold
from yrdx.comparing.writing import notice_html, write_notice

__all__ = [
    "Compared",
    "Notice",
    "NoticeLine",
    "Published",
    "RuleTold",
    "disagreements",
    "notice_html",
    "rules_digest",
    "write_notice",
]
