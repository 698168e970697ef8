"""Highlighting of matched words: as HTML in a text, as rectangles on a page image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from resources.catalogue.document_search import Span, Spans

Box = tuple[str, float, float, float, float]
"""A piece of a page's text layer: text, then x, y, width and height as fractions of the page."""

CLOSING = "，。、；：！？）》」』”"
OPENING = "（《「『“"


def highlight_html(text: str, spans: Sequence[Span]) -> SafeString:
    """``text``, escaped, with ``<mark>`` around each span."""
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


def highlight_boxes(boxes: Sequence[Box], spans: Spans, *, ratio: float) -> list[Rectangle]:
    """Rectangles over the matched words of a page image. ``ratio``: page height / width.

    The boxes are matched as one text, because a word may run over several.
    """
    text = ""
    placed: list[tuple[int, Box]] = []
    for box in boxes:
        words = str(box[0])
        if text and words and not (_is_wide(text[-1]) and _is_wide(words[0])):
            text += " "
        placed.append((len(text), box))
        text += words
    return [rectangle for span in spans(text) for rectangle in _rectangles(span, placed, ratio)]


def _rectangles(span: Span, placed: Sequence[tuple[int, Box]], ratio: float) -> Iterator[Rectangle]:
    for at, (words, x, y, width, height) in placed:
        first, last = max(span[0] - at, 0), min(span[1] - at, len(words))
        if first >= last:
            continue
        offsets = _offsets(words)
        left = offsets[first] / offsets[-1]
        share = (offsets[last] - offsets[first]) / offsets[-1]
        yield Rectangle(
            round(1000 * (x + width * left), 1),
            round(1000 * ratio * y, 1),
            round(1000 * width * share, 1),
            round(1000 * ratio * height, 1),
        )


def _is_wide(character: str) -> bool:
    return character >= "\u2e80"


def _offsets(text: str) -> list[float]:
    """Estimated offset of each character and of the end, in half-widths of a Han character.

    Boxes fit the ink, which at full-width punctuation fills half a cell: at the edge of a box it is narrower.
    """
    at, offsets = 0.0, [0.0]
    for index, character in enumerate(text):
        at_edge = (index == len(text) - 1 and character in CLOSING) or (index == 0 and character in OPENING)
        if at_edge:
            at += 0.8
        elif character == " ":
            at += 0.6
        else:
            at += 2.0 if _is_wide(character) else 1.1
        offsets.append(at)
    return offsets
