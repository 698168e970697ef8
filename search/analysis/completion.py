"""Completion of titles while they are typed, and keys of terms by sound.

A title becomes *units*, one per Han character, Latin word or number. A unit has every way to type it: the character, its
pinyin, its initial; again with ``^`` at the start of a word and ``^^`` at the start of the title. A typed prefix becomes the
same units, so completion is a phrase search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from search.analysis.analyzer import Analyzer
from search.analysis.fold import fold
from search.analysis.pinyin import INITIALS, near, syllables, typed
from search.analysis.runs import runs

Unit = tuple[str, ...]

MOST_UNITS = 60
LONGEST_TERM = 16
"""Characters of a term that may be a correction or completion."""

FEWEST_INITIALS = 3
"""Initials that stand for one term. Two are those of too many (xs: 洗手, 小手, 新生)."""

MOST_INITIALS = 8

WORD_RE = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def _spoken(syllable: str) -> tuple[str, ...]:
    if not syllable:
        return ()
    initials = [syllable[0]]
    if syllable[:2] in ("zh", "ch", "sh"):
        initials.append(syllable[:2])
    return (f"p:{syllable}", *(f"i:{initial}" for initial in initials))


def completion_units(title: str, analyzer: Analyzer) -> list[Unit]:
    units: list[Unit] = []
    for run in runs(fold(title[:300])):
        if run.kind == "han":
            # Fine segmentation: in 婴儿抚触 a word also starts at 抚触.
            begins = {start for _, start, _ in analyzer.cut(run.text)}
            for at, (character, syllable) in enumerate(zip(run.text, syllables(run.text), strict=True)):
                units.append(_marked([character, *_spoken(syllable)], is_word=at in begins, is_first=not units))
        else:
            for match in WORD_RE.finditer(run.text):
                units.append(_marked([match.group()[:40]], is_word=True, is_first=not units))
        if len(units) >= MOST_UNITS:
            break
    return units[:MOST_UNITS]


def _marked(forms: list[str], *, is_word: bool, is_first: bool) -> Unit:
    marked = [*forms]
    if is_word or is_first:
        marked += [f"^{form}" for form in forms]
    if is_first:
        marked += [f"^^{form}" for form in forms]
    return tuple(marked)


class Piece(NamedTuple):
    """One unit of a typed prefix. ``open`` = more letters may follow."""

    form: str
    open: bool = False


def prefix_readings(prefix: str) -> list[list[Piece]]:
    """The ways to read the typed prefix, likeliest first, at most twelve."""
    readings: list[list[Piece]] = [[]]
    found = list(runs(fold(prefix[:60])))
    words = [(run, match) for run in found for match in (WORD_RE.finditer(run.text) if run.kind != "han" else [None])]
    for number, (run, match) in enumerate(words):
        last = number == len(words) - 1
        if match is None:
            options = [[Piece(character) for character in run.text]]
        else:
            options = _latin_options(match.group(), last=last)
        readings = [reading + option for reading in readings for option in options][:12]
    return [reading for reading in readings if reading]


def _latin_options(word: str, *, last: bool) -> list[list[Piece]]:
    options = [[Piece(word[:40], open=last)]]
    if word.isascii() and word.isalpha():
        options += [[_piece(kind, text) for kind, text in parts] for parts in typed(word)]
    # A whole syllable is also a prefix of longer ones: search it once.
    unfinished = {(*option[:-1], option[-1].form) for option in options if option[-1].open}
    return [option for option in options if option[-1].open or (*option[:-1], option[-1].form) not in unfinished]


def _piece(kind: str, text: str) -> Piece:
    if kind == "full":
        return Piece(f"p:{text}")
    # The initial is indexed for every syllable: one term instead of dozens.
    return Piece(f"i:{text}") if text in INITIALS else Piece(f"p:{text}", open=True)


# terms by sound


class Sound(NamedTuple):
    exact: str
    near: str


@lru_cache(maxsize=50_000)
def sound(han: str) -> Sound | None:
    """The sound keys of a Han term: with confusable syllables made equal, and exact."""
    read = syllables(han)
    if not all(read):
        return None
    return Sound("'".join(read), "'".join(near(each) for each in read))


def _initials(heard: Sound) -> str:
    return "".join(syllable[0] for syllable in heard.exact.split("'"))


def _terms(texts: Iterable[str], analyzer: Analyzer) -> Iterator[str]:
    """Titles, keywords and headings (whole if short) and their words."""
    for text in texts:
        folded = fold(text[:300])
        found = list(runs(folded))
        if len(found) == 1 and 1 < len(found[0].text) <= LONGEST_TERM:
            yield found[0].text
        for run in found:
            if run.kind == "han":
                words = analyzer.coarse(run.text)
                yield from (word for word in words if 1 < len(word) <= LONGEST_TERM)
                pairs = (first + second for first, second in pairwise(words))
                yield from (pair for pair in pairs if 3 <= len(pair) <= 8)
            elif run.kind == "plain":
                yield from (each for each in WORD_RE.findall(run.text) if 2 < len(each) <= 30 and not each.isdigit())


def spellings(title: str, keywords: tuple[str, ...], headings: tuple[str, ...], analyzer: Analyzer) -> tuple[str, ...]:
    """The lookup keys of a resource's terms.

    By sound (``s:near|exact|term``), by initials (``i:initials|term``), by letters (``l:term``), and its keywords as they
    are typed (``k:typed|keyword``).
    """
    keys: dict[str, None] = {}
    for term in _terms((*keywords, *headings, title), analyzer):
        if term.isascii():
            keys[f"l:{term}"] = None
        elif (heard := sound(term)) is not None:
            keys[f"s:{heard.near}|{heard.exact}|{term}"] = None
            if FEWEST_INITIALS <= len(term) <= MOST_INITIALS:
                keys[f"i:{_initials(heard)}|{term}"] = None
    for keyword in keywords:
        text = " ".join(keyword.encode("utf-8", "ignore").decode().split())
        folded = fold(text)
        if not text or len(text) > 40 or "|" in text:
            continue
        keys[f"k:{folded}|{text}"] = None
        if len(found := list(runs(folded))) == 1 and found[0].kind == "han" and (heard := sound(folded)) is not None:
            read = heard.exact.split("'")
            keys[f"k:{''.join(read)}|{text}"] = None
            keys[f"k:{_initials(heard)}|{text}"] = None
    return tuple(keys)
