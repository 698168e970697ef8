"""Splits folded text into runs of one script, the base of all tokens.

The segmenter splits Han runs; kana and Hangul stay whole; every other letter or digit belongs to a *plain*
run: an English word, a number, or an identifier such as ``rna-seq``, ``covid-19``, ``3.14``, ``c++``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
SYLLABIC = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"

_PLAIN = rf"[^\W_{HAN}{SYLLABIC}]"
RUN_RE = re.compile(
    rf"(?P<han>[{HAN}]+)|(?P<syllabic>[{SYLLABIC}]+)|(?P<plain>{_PLAIN}+(?:[-_.+/&@']{_PLAIN}+)*(?:\+\+|\#)?)"
)
_HAN_RE = re.compile(rf"[{HAN}]+")
_PART_RE = re.compile(rf"{_PLAIN}+")
_JOINING = str.maketrans("", "", "-_")

LONGEST_TOKEN = 64
"""Longer runs are split into pieces of this length, because engines refuse very long terms."""


class Run(NamedTuple):
    kind: str
    """``han``, ``syllabic`` or ``plain``."""
    text: str
    start: int
    end: int


def runs(folded: str) -> Iterator[Run]:
    """The runs of a folded text in order, with their positions."""
    for match in RUN_RE.finditer(folded):
        yield Run(match.lastgroup or "", match.group(), match.start(), match.end())


def is_han(text: str) -> bool:
    """Whether the text is one or more Han characters and nothing else."""
    return _HAN_RE.fullmatch(text) is not None


_stemmer = snowballstemmer.stemmer("english")


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of an English word. Anything but a-z stays as it is."""
    if len(word) > 3 and word.isascii() and word.isalpha():
        return str(_stemmer.stemWord(word))
    return word


def _pieces(word: str) -> list[str]:
    return [word[i : i + LONGEST_TOKEN] for i in range(0, len(word), LONGEST_TOKEN)]


@lru_cache(maxsize=100_000)
def plain_parts(run: str) -> tuple[str, ...]:
    """The letters-and-digits parts of a plain run, stemmed: ``rna-seq`` → ``rna``, ``seq``."""
    parts: list[str] = []
    for match in _PART_RE.finditer(run):
        part = match.group()
        parts += [stem(part)] if len(part) <= LONGEST_TOKEN else _pieces(part)
    return tuple(parts)


@lru_cache(maxsize=100_000)
def plain_tokens(run: str) -> tuple[str, ...]:
    """The tokens of a plain run: whole (``rna-seq``), joined (``rnaseq``), and its parts."""
    parts = plain_parts(run)
    if len(run) > LONGEST_TOKEN or (len(parts) == 1 and run.isalnum()):
        return parts
    whole = (run,)
    joined = run.translate(_JOINING)
    return (*whole, *((joined,) if joined != run and joined.isalnum() else ()), *parts)


def pieces(run: str) -> list[str]:
    """A run of kana or Hangul as tokens: whole, or split if very long."""
    return [run] if len(run) <= LONGEST_TOKEN else _pieces(run)
