"""Titles, names and subjects are one line, whatever was pasted into them."""

from __future__ import annotations

import re

# Controls but NUL, which forms refuse; and Unicode's own line and paragraph ends.
_BREAKS = re.compile(r"\s*[\x01-\x1f\x7f-\x9f\u2028\u2029]\s*")


def one_line(text: str) -> str:
    """Line ends, tabs and control characters become one space; a mail's header would break on them."""
    return _BREAKS.sub(" ", text).strip()
