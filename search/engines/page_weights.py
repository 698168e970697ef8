"""Multipliers that order the matching pages of one resource, from what kind of page each is.

A cover matches every query for the title and answers none; an exercise asks; a last slide of a few words sums up. BM25
prefers them all, because they are short.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from search.analysis import exact
from search.engines.types import PageDoc, ResourceDoc
from search.engines.weights import ASIDE, COVER

MOST_LEFT = 60
"""Characters of a cover or closing page besides title, names and running lines: a motto, the course, words in a drawing."""

SHORTEST_PART = 4
"""Characters of a part of a title. A shorter one may be any word of the field."""

LONGEST_FRAME = 600
"""Characters of a page. A longer one is neither a cover nor a closing page."""

FEWEST_PAGES = 3
"""Pages of a file that may have running lines and a closing page."""

_PARTS_RE = re.compile(r"[\s:：,，、;；|()（）《》【】\[\]/·—–]+")
_SILENT_RE = re.compile(r"[\W\d_]+")
_ASKS_RE = re.compile(
    r"(判断|选择|填空|简答|论述|思考|讨论|情境|练习|复习|测试|考试)题|习题|题库|^练习|作业|考核|测验|自测"
    r"|(课后|课前|实训|小组|学习)任务|\b(quiz|exercises?|homework|assignment|test)\b",
    re.IGNORECASE,
)


def page_weights(doc: ResourceDoc) -> list[float]:
    """A multiplier for each of ``doc.pages``."""
    known = _Names(doc)
    weights: list[float] = []
    for _, group in groupby(doc.pages, key=lambda page: page.file):
        pages = list(group)
        frames = _frames(pages, known)
        weights += [frames.get(place, ASIDE if _asks(page) else 1.0) for place, page in enumerate(pages)]
    return weights


class _Names:
    """What a cover repeats: the title, its parts between marks, and the subtitle, school and creators."""

    def __init__(self, doc: ResourceDoc) -> None:
        self.title = _letters(doc.title)
        self.parts = _long_ones([self.title, *map(_letters, _PARTS_RE.split(doc.title))])
        self.all = _long_ones([*self.parts, *map(_letters, doc.headings)])

    def repeated_by(self, heading: str, *, is_first: bool) -> bool:
        """Whether a heading only repeats the title. The first page of a file may add to it or shorten it."""
        if not heading or not self.title:
            return False
        if is_first and (heading in self.title or any(part in heading for part in self.parts)):
            return True
        return not _without(heading, self.parts)


def _frames(pages: Sequence[PageDoc], known: _Names) -> dict[int, float]:
    """The multipliers of covers and of the closing page of a file, by place."""
    last = len(pages) - 1 if len(pages) >= FEWEST_PAGES else None
    found: dict[int, float] = {}
    running: frozenset[str] | None = None
    for place, page in enumerate(pages):
        is_cover = known.repeated_by(_heading(page), is_first=place == 0)
        if len(page.text) > LONGEST_FRAME or not (is_cover or place == last):
            continue
        running = running_lines([each.text for each in pages]) if running is None else running
        if _left(page, running, known.all) <= MOST_LEFT:
            found[place] = COVER if is_cover else ASIDE
    return found


def _asks(page: PageDoc) -> bool:
    return bool(_ASKS_RE.search(page.label))


def _heading(page: PageDoc) -> str:
    return _letters(page.label or page.text.strip().partition("\n")[0])


def _left(page: PageDoc, running: frozenset[str], names: Sequence[str]) -> int:
    """How many characters a page holds besides these running lines and names. Notes are not on the page."""
    lines = [_letters(line) for line in page.text.splitlines() if running_line(line) not in running]
    return len(_without("".join(lines), names))


def running_lines(texts: Sequence[str]) -> frozenset[str]:
    """The lines that stand on most of these pages, each as ``running_line`` gives it."""
    if len(texts) < FEWEST_PAGES:
        return frozenset()
    counts = Counter(line for text in texts for line in set(map(running_line, text.splitlines())))
    return frozenset(line for line, count in counts.items() if 2 * count > len(texts))


def running_line(text: str) -> str:
    """A line without the number of the page."""
    return text.strip(" \t0123456789")


def _long_ones(names: Sequence[str]) -> list[str]:
    """Longest first, so that a part never breaks the whole."""
    return sorted({name for name in names if len(name) >= SHORTEST_PART}, key=len, reverse=True)


def _without(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = text.replace(name, "")
    return text


def _letters(text: str) -> str:
    """Folded, without spaces, marks and digits."""
    return _SILENT_RE.sub("", exact(text))
