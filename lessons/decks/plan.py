"""What a deck is made of. The worker writes a plan as JSON, the subprocess reads it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

EDITABLE = "pptx"
"""The format whose slides are carried over; pages of others become pictures."""


@dataclass(frozen=True, slots=True)
class Credit:
    """A source as the credits name it. ``citation``: after GB/T 7714."""

    title: str
    authors: str
    school: str
    licence: str
    citation: str
    url: str


@dataclass(frozen=True, slots=True)
class Pick:
    """One page of a source.

    ``path``: the source in the working folder, empty where only the picture is needed. ``format``: its extension.
    ``image``: the page image, empty if there is none. ``text``: the page's text, for the notes of a picture.
    ``note``: the teacher's own note. ``credit``: the position of its source in the plan's credits.
    """

    path: str
    format: str
    page: int
    image: str
    text: str
    label: str
    credit: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Picks under a heading. ``divider``: the heading also gets a page of its own."""

    name: str
    picks: tuple[Pick, ...]
    divider: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Translated texts: the subprocess has no translations. ``pages`` contains one ``%s``."""

    credits: str = "来源与署名"
    pages: str = "第 %s 页"
    licence: str = "授权"


@dataclass(frozen=True, slots=True)
class DeckPlan:
    """``terms``: sentences printed above the credits. ``corner``: print sources on the pages."""

    title: str
    sections: tuple[Section, ...]
    credits: tuple[Credit, ...]
    terms: tuple[str, ...] = ()
    corner: bool = False
    words: Words = Words()

    @property
    def picks(self) -> list[Pick]:
        return [pick for section in self.sections for pick in section.picks]


def write_plan(plan: DeckPlan, path: Path) -> None:
    path.write_text(json.dumps(asdict(plan), ensure_ascii=False), encoding="utf-8")


def read_plan(path: Path) -> DeckPlan:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    sections = tuple(
        Section(row["name"], tuple(Pick(**pick) for pick in row["picks"]), row["divider"]) for row in data["sections"]
    )
    credits = tuple(Credit(**row) for row in data["credits"])
    return DeckPlan(data["title"], sections, credits, tuple(data["terms"]), data["corner"], Words(**data["words"]))
