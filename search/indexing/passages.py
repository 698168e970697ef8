"""Cuts a resource into the passages whose meaning is searched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from search.analysis.fold import fold
from search.engines.types import ResourceDoc

PASSAGES_VERSION = 1
"""Raise it when a resource is cut into other passages: vectors and index are made again."""

LENGTH = 400
"""Characters of a passage, about what the model reads. The title of the resource begins each."""

OF_A_PAGE = 4
"""Passages of one page; the rest of a longer page is found by its words only."""

OF_A_RESOURCE = 2_000
"""Elasticsearch takes 10,000 of a document."""


@dataclass(frozen=True, slots=True)
class Passage:
    """``file`` and ``number``: the page; both 0 for title and description."""

    file: int
    number: int
    text: str

    def key(self, model: str) -> str:
        """The key of its vector, the same for the same text anywhere."""
        return hashlib.sha256(f"{PASSAGES_VERSION}\n{model}\n{self.text}".encode("utf-8", "replace")).hexdigest()


def passages_of(doc: ResourceDoc) -> list[Passage]:
    """The passages of a resource: title with keywords and description, then each page."""
    about = "\n".join(filter(None, (doc.title, "，".join(doc.keywords), doc.description)))
    found = [Passage(0, 0, fold(about)[:LENGTH])]
    title = fold(doc.title)[: LENGTH // 4]
    for page in doc.pages:
        whole = fold("\n".join(filter(None, (page.label, page.text, page.notes)))).strip()
        found += [Passage(page.file, page.number, f"{title}\n{part}") for part in _parts(whole, LENGTH - len(title))]
        if len(found) >= OF_A_RESOURCE:
            break
    return [each for each in found[:OF_A_RESOURCE] if each.text.strip()]


def _parts(text: str, length: int) -> Iterator[str]:
    for start in range(0, min(len(text), OF_A_PAGE * length), length):
        yield text[start : start + length]
