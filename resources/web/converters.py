"""Converters of URL parts."""

from __future__ import annotations


class Id:
    """A primary key. Numbers too long for a database column match no URL; SQLite would raise OverflowError for them."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
