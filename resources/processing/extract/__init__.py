"""Extract the text of a file, page by page, into ``pages.jsonl``: one JSON object a line.

Runs in the sandbox.

A page is ``{"number", "label", "text", "notes", "boxes", "width", "height", "took"}``; only ``number`` is always present.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from resources.processing.cleaning import clean, is_garbage
from resources.processing.errors import CannotRead
from resources.processing.extract.limits import MAX_BOXES, MAX_PAGE_TEXT, MAX_PAGES, MAX_TEXT
from resources.processing.extract.titles import usable_title

RESULT = "pages.jsonl"
TEXT_VERSION = 1
"""Raise it when the same file gives another text: the text of stored files is then read again."""

EXTRACTORS = {
    "pdf": "resources.processing.extract.pdf:read",
    "pptx": "resources.processing.extract.pptx:read",
    "docx": "resources.processing.extract.docx:read",
    "xlsx": "resources.processing.extract.xlsx:read",
    "zip": "resources.processing.extract.listing:read",
    "text": "resources.processing.extract.plain:read",
}
"""Functions ``(path) -> (title, pages)``. Loaded when used: each needs libraries that the others don't."""


def extract(name: str, extractor: str) -> dict[str, Any]:
    """Write ``pages.jsonl`` and return ``{"count", "title", "reason", "garbled", "without_text", "cut"}``.

    ``extractor``: a key of EXTRACTORS. ``reason``: the OutcomeCode if nothing could be read, or empty. ``cut``: the file
    has more pages than MAX_PAGES.
    """
    module, _colon, function = EXTRACTORS[extractor].partition(":")
    try:
        title, pages = getattr(import_module(module), function)(Path(name))
        return {"title": usable_title(title), "reason": "", **_write(pages)}
    except CannotRead as error:
        return {"title": "", "reason": error.code, "count": 0, "garbled": 0, "without_text": 0, "cut": 0}


def _write(pages: Iterable[dict[str, Any]]) -> dict[str, int]:
    rest = iter(pages)
    limited = list(_limit(islice(rest, MAX_PAGES)))
    cut = next(rest, None) is not None
    all_garbled = is_garbage("".join(page["text"] for page in limited), whole=True)
    garbled = without_text = 0
    with open(RESULT, "w", encoding="ascii") as file:
        for page in limited:
            if page["text"] and (all_garbled or is_garbage(page["text"])):
                page |= {"text": "", "boxes": []}
                garbled += 1
            without_text += not (page["text"] or page["notes"])
            file.write(json.dumps(page) + "\n")
    return {"count": len(limited), "garbled": garbled, "without_text": without_text, "cut": int(cut)}


def _limit(pages: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    room = MAX_TEXT
    before = time.monotonic()
    for number, page in enumerate(pages, start=1):
        text = clean(page.get("text", ""))[: min(MAX_PAGE_TEXT, room)]
        notes = clean(page.get("notes", ""))[: min(MAX_PAGE_TEXT, room)]
        room -= len(text) + len(notes)
        label = " ".join(clean(page.get("label", "")).split())[:200]
        boxes = page.get("boxes", [])[:MAX_BOXES]
        took = round(time.monotonic() - before, 4)
        yield {"number": number, **page, "text": text, "notes": notes, "label": label, "boxes": boxes, "took": took}
        before = time.monotonic()
