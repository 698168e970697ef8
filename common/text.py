"""Short text: one-line titles, ids in requests, CSV cells, XML, words of the active language."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import get_language

# Controls except NUL, which forms refuse, and Unicode's line and paragraph separators.
_BREAKS = re.compile(r"\s*[\x01-\x1f\x7f-\x9f\u2028\u2029]\s*")

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def one_line(text: str) -> str:
    """Replace line ends, tabs and control characters by one space; they would break a mail's header."""
    return _BREAKS.sub(" ", text).strip()


def parse_id(text: str | None, *, digits: int = 18) -> int | None:
    """A number sent as ASCII digits, or None.

    18 digits fit a BIGINT; ask for 9 where the column is an INTEGER.
    """
    if text and len(text) <= digits and text.isascii() and text.isdigit():
        return int(text)
    return None


def is_chinese() -> bool:
    """Whether the active language is Chinese, which is also the default."""
    return (get_language() or "zh").startswith("zh")


def comma() -> str:
    """The list separator of the active language."""
    return "，" if is_chinese() else ", "


def listed(words: Iterable[str]) -> str:
    """The words as a list in the active language."""
    return comma().join(words)


def enumerated(words: Iterable[str]) -> str:
    """The words as parts of one phrase: Chinese sets them off by its enumeration comma."""
    return ("、" if is_chinese() else ", ").join(words)


def csv_cell(text: str) -> str:
    """The text as a cell of a CSV file that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def xml_text(text: str) -> str:
    """``text`` without the characters XML 1.0 forbids; one of them would break a whole feed."""
    return _NOT_XML.sub("", text)
