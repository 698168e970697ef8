"""Read a file's text, page by page. Runs in the child; the result is ``pages.jsonl``, one page a line.

A page is ``{"number", "label", "text", "notes", "boxes", "width", "height"}``; only ``number`` is always there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from resources.processing.cleaning import clean, is_garbage
from resources.processing.outcome_codes import Reason

RESULT = "pages.jsonl"
MAX_PAGES = 3000
MAX_PAGE_TEXT = 200_000
MAX_TEXT = 20_000_000
MAX_BOXES = 8000


class CannotRead(Exception):
    """The file can't be read at all; the argument is the Reason."""


def extract(name: str, how: str) -> dict[str, Any]:
    """Write ``pages.jsonl`` and answer ``{"count", "title", "reason", "garbled", "without_text"}``.

    ``how``: pdf, pptx, docx, xlsx, zip or text. ``reason``: why nothing could be read, or empty.
    """
    try:
        title, pages = _reader(how)(Path(name))
        return {"title": worth_proposing(title), "reason": "", **_write(pages)}
    except CannotRead as error:
        return {"title": "", "reason": str(error), "count": 0, "garbled": 0, "without_text": 0}


# What programs write where people gave no title: "幻灯片 1", "Microsoft Word - 教案.doc", "<4D6963…>", "Untitled-1".
_NO_TITLE = re.compile(
    r"(幻灯片|slide|スライド|演示文稿|powerpoint 演示文稿|powerpoint[ -]?presentation|presentation|document|文档|无标题"
    r"|untitled)[ -]?\d*|<[0-9A-F]+>|https?://.*",
    re.IGNORECASE,
)
_PROGRAM = re.compile(r"^microsoft (word|powerpoint|excel) - ", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(docx?|pptx?|xlsx?|pdf|wps|dps|et)$", re.IGNORECASE)


def worth_proposing(title: str) -> str:
    """The title a file gives itself, without what its program added; empty for one that says nothing."""
    title = _EXTENSION.sub("", _PROGRAM.sub("", " ".join(clean(title).split()))).strip()[:300]
    return "" if _NO_TITLE.fullmatch(title) or is_garbage(title) else title


def _reader(how: str) -> Any:
    if how == "pdf":
        from resources.processing.extract.pdf import read
    elif how == "pptx":
        from resources.processing.extract.pptx import read
    elif how == "docx":
        from resources.processing.extract.docx import read
    elif how == "xlsx":
        from resources.processing.extract.xlsx import read
    elif how == "zip":
        from resources.processing.extract.listing import read
    elif how == "text":
        from resources.processing.extract.plain import read
    else:
        raise CannotRead(Reason.UNKNOWN_TYPE)
    return read


def _write(pages: Iterable[dict[str, Any]]) -> dict[str, int]:
    found = list(_limited(pages))
    whole = is_garbage("".join(page["text"] for page in found), whole=True)
    garbled = without = 0
    with open(RESULT, "w", encoding="ascii") as file:
        for page in found:
            if page["text"] and (whole or is_garbage(page["text"])):
                page |= {"text": "", "boxes": []}
                garbled += 1
            without += not (page["text"] or page["notes"])
            file.write(json.dumps(page) + "\n")
    return {"count": len(found), "garbled": garbled, "without_text": without}


def _limited(pages: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    room = MAX_TEXT
    for number, page in enumerate(pages, start=1):
        if number > MAX_PAGES:
            return
        text = clean(page.get("text", ""))[: min(MAX_PAGE_TEXT, room)]
        notes = clean(page.get("notes", ""))[: min(MAX_PAGE_TEXT, room)]
        room -= len(text) + len(notes)
        label = " ".join(clean(page.get("label", "")).split())[:200]
        boxes = page.get("boxes", [])[:MAX_BOXES]
        yield {"number": number, **page, "text": text, "notes": notes, "label": label, "boxes": boxes}
