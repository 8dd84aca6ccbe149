"""Erasure by law: a person's rows, or a delivery's, out of everything that the store holds."""

from yrdx.erasing.erasure import erase
from yrdx.erasing.target import Target, delivery_target, person_target

__all__ = ["Target", "delivery_target", "erase", "person_target"]
