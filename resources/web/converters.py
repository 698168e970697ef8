"""Parts of addresses."""

from __future__ import annotations


class Id:
    """A primary key. Longer numbers than a database column holds would answer 500 on SQLite; they match nothing instead."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
