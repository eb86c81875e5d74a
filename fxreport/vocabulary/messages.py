"""Marks texts of the code for the catalogues. Imports nothing."""

from __future__ import annotations


def N_(message: str) -> str:
    """Mark a message for extraction into the catalogues; it is translated when rendered."""
    return message
