"""Marking found words: in a text as escaped HTML, on a page picture as rectangles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from resources.catalogue.document_search import Span, Spans


def marked(text: str, spans: Sequence[Span]) -> SafeString:
    """``text`` escaped, with ``<mark>`` round each span."""
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        if start < at:
            continue
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    pieces.append(escape(text[at:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece of the text is escaped above


@dataclass(frozen=True, slots=True)
class Rectangle:
    """On a page of 1000 × (1000 × height / width) units."""

    x: float
    y: float
    width: float
    height: float


def _is_wide(character: str) -> bool:
    return character >= "\u2e80"


CLOSING = "，。、；：！？）》」』”"
OPENING = "（《「『“"


def _advances(text: str) -> list[float]:
    """Where each character begins, and where the last one ends, in estimated half-widths of a Han character.

    The text layer's boxes hug the ink, and full-width marks have theirs in one half: at its edge they take
    less room.
    """
    at, places = 0.0, [0.0]
    for index, character in enumerate(text):
        edge = (index == len(text) - 1 and character in CLOSING) or (index == 0 and character in OPENING)
        if edge:
            at += 0.8
        elif character == " ":
            at += 0.6
        else:
            at += 2.0 if _is_wide(character) else 1.1
        places.append(at)
    return places


def rectangles(boxes: Sequence[Sequence[Any]], spans: Spans, *, ratio: float) -> list[Rectangle]:
    """Where the found words stand on the picture. ``ratio``: height of the page divided by its width.

    A word may run over several boxes (a text layer cuts lines as it likes), so the boxes are read as one text.
    """
    text = ""
    places: list[tuple[int, Sequence[Any]]] = []
    for box in boxes:
        words = str(box[0])
        if text and words and not (_is_wide(text[-1]) and _is_wide(words[0])):
            text += " "
        places.append((len(text), box))
        text += words
    found: list[Rectangle] = []
    for start, end in spans(text):
        for at, (words, x, y, width, height) in places:
            first, last = max(start - at, 0), min(end - at, len(words))
            if first >= last:
                continue
            places_in = _advances(words)
            left = places_in[first] / places_in[-1]
            share = (places_in[last] - places_in[first]) / places_in[-1]
            found.append(
                Rectangle(
                    round(1000 * (x + width * left), 1),
                    round(1000 * ratio * y, 1),
                    round(1000 * width * share, 1),
                    round(1000 * ratio * height, 1),
                )
            )
    return found
