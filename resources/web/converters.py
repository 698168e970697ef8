"""Converters of URL parts."""

from __future__ import annotations


class Id:
    """A primary key that fits a database column; SQLite raises OverflowError for longer numbers."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
