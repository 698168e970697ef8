"""Tables that people open in a spreadsheet program. What stands in them is other people's words."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet takes for a formula at the beginning of a cell."""


def harmless(text: str) -> str:
    """The same text as a cell of a CSV file that is never a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
