"""Estimated size of a text, to notice texts that do not fit their box."""

from __future__ import annotations

import math
import unicodedata

POINT = 96 / 72  # pixels of the 1280 x 720 page


def width_in_ems(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.56 for letter in text)


def line_count(text: str, size: float, width: float) -> int:
    """Lines of ``text`` at ``size`` points in ``width`` pixels, with some room for punctuation rules."""
    per_line = max(1.0, width / (size * POINT))
    lines = 0
    for paragraph in text.replace("**", "").split("\n"):
        ems = width_in_ems(paragraph)
        lines += 1 if ems <= per_line + 0.05 else math.ceil(ems / max(1.0, per_line - 0.4))
    return lines


def text_height(text: str, size: float, width: float, leading: float) -> float:
    return line_count(text, size, width) * size * POINT * leading
