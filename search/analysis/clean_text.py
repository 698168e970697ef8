"""Cleans text that users type, so that every database and engine accepts it."""

from __future__ import annotations

import re
import unicodedata

MAX_QUERY = 200
"""Characters of a query. A longer one is shortened, not refused."""

_SEPARATORS = re.compile(r"[\n\r,，、;；|]+")
_SPACES = re.compile(r"\s+")


def clean_text(text: object, *, limit: int = MAX_QUERY) -> str:
    """One line without control characters, lone surrogates or unassigned code points.

    PostgreSQL refuses NUL, and no codec encodes a lone surrogate: both would give status 500.
    """
    kept = []
    for character in str(text)[: limit * 4]:
        category = unicodedata.category(character)
        if category in ("Cs", "Cn", "Co"):
            continue
        kept.append(" " if category.startswith(("C", "Z")) else character)
    return _SPACES.sub(" ", "".join(kept)).strip()[:limit].strip()


def normal_terms(text: str) -> str:
    """A dictionary word without surrounding space."""
    return clean_text(text, limit=40)


def split_words(text: str) -> tuple[str, ...]:
    """The distinct words of a typed list, in order."""
    found = dict.fromkeys(clean_text(part, limit=40) for part in _SEPARATORS.split(text))
    found.pop("", None)
    return tuple(found)
