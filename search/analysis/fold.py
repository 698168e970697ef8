"""Folding: one spelling for equal letters, with a map back to the original text.

NFKC, case, accents of Latin letters, Traditional → Simplified, invisible characters. It works on *clusters* (a
character and the marks that join it), each folded until nothing changes any more. So folding is idempotent, a fragment
folds like the whole, and every folded character knows which original characters it came from.

Traditional → Simplified is done character by character (with OpenCC's tables), never by phrase: 乾隆 becomes 干隆 in
documents and queries alike. A phrase table would fold the same characters differently in a two-character query and in a
sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import opencc

# Letters that NFKD doesn't take apart but that are typed without their stroke.
_PLAIN_LATIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "ð": "d", "þ": "th", "ŋ": "ng"}
)

# Soft hyphen, zero-width space and joiners, direction marks, variation selectors, BOM: they look like nothing.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
_INVISIBLE_RE = re.compile(f"[{_INVISIBLE}]+")

# Where marks and second halves live; outside these blocks nothing joins the character before it.
_JOINER_BLOCKS = (
    (0x0300, 0x3100),
    (0x3130, 0x3190),
    (0xA600, 0xABFF),
    (0xD7B0, 0xD800),
    (0xFB00, 0x10000),
    (0x10000, 0x12000),
    (0x16A00, 0x17000),
    (0x1BC00, 0x1BD00),
    (0x1D100, 0x1D250),
    (0x1E000, 0x1E960),
)


def _joiners() -> str:
    """Characters that NFKC joins to the one before, as the inside of a regex class."""
    seconds = {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}
    codes = [code for low, high in _JOINER_BLOCKS for code in range(low, high)]
    for code in (*range(0x00C0, 0x0300), *codes):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            seconds.add(chr(int(parts[1], 16)))
    joining = [
        code
        for code in codes
        if (first := unicodedata.normalize("NFKD", chr(code))[0]) in seconds or unicodedata.combining(first)
    ]
    return "".join(f"\\U{code:08x}" for code in joining)


_JOINERS = _joiners()
_JOINS_RE = re.compile(f"[{_JOINERS}]")
# Invisible characters belong to the cluster, so that removing them can't bring a mark next to a new letter.
_CLUSTER_RE = re.compile(f".[{_JOINERS}{_INVISIBLE}]*", re.DOTALL)

_to_simplified = opencc.OpenCC("t2s").convert


@lru_cache(maxsize=65536)
def _simplified(character: str) -> str:
    converted = str(_to_simplified(character))
    return converted if len(converted) == 1 else character


def _without_accent(character: str) -> str:
    if character < "\u00c0" or not unicodedata.name(character, "").startswith("LATIN"):
        return character
    base = "".join(part for part in unicodedata.normalize("NFD", character) if not unicodedata.combining(part))
    return base.translate(_PLAIN_LATIN)


def _fold_once(cluster: str) -> str:
    text = unicodedata.normalize("NFKC", _INVISIBLE_RE.sub("", cluster))
    text = unicodedata.normalize("NFKC", text.casefold())
    out: list[str] = []
    latin = False
    for character in text:
        if "\ud800" <= character <= "\udfff":
            out.append("\ufffd")  # half of a pair: no engine can store it
            latin = False
        elif latin and unicodedata.combining(character):
            continue
        else:
            plain = _without_accent(_simplified(character))
            latin = plain.isascii() and plain.isalpha()
            out.append(plain)
    return "".join(out)


@lru_cache(maxsize=16384)
def _fold_cluster(cluster: str) -> str:
    for _ in range(8):
        folded = _fold_once(cluster)
        if folded == cluster:
            break
        cluster = folded
    return cluster


class _Table(dict[int, str]):
    """Code point → folded text of single characters, filled on demand."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_cluster(chr(code))
        return folded


_TABLE = _Table()

_JOINED = "\udfff"
"""Placeholder for a joining character in the first pass. No folded text contains it."""


_UNEVEN: set[str] = set()
"""Characters seen so far that do not fold to exactly one."""


class _FirstLook(dict[int, str]):
    """The same with a placeholder for joining characters, so that one pass detects them."""

    def __missing__(self, code: int) -> str:
        folded = _JOINED if _JOINS_RE.match(chr(code)) else _TABLE[code]
        if len(folded) != 1:
            _UNEVEN.add(chr(code))
        # Last: another thread that finds it here must find it there.
        self[code] = folded
        return folded


_FIRST_LOOK = _FirstLook()


def _clusters(text: str) -> Iterator[re.Match[str]]:
    # One letter under a million marks is an attack, not a letter: _CLUSTER_RE stays linear, the fold is cut short.
    return _CLUSTER_RE.finditer(text)


_LONGEST_CLUSTER = 32


def _fold_marked(cluster: str) -> str:
    if len(cluster) == 1:
        return _TABLE[ord(cluster)]
    if len(cluster) > _LONGEST_CLUSTER:
        return "".join(_TABLE[ord(character)] for character in cluster)
    return _fold_cluster(cluster)


def fold(text: str) -> str:
    """The folded text. The same characters always fold to the same ones."""
    if text.isascii():
        return text.lower()
    folded = text.translate(_FIRST_LOOK)
    if _JOINED not in folded:
        return folded
    return "".join(_fold_marked(match.group()) for match in _clusters(text))


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text with the original range ``starts[i]`` to ``ends[i]`` of every folded character."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The [start, end) of the original text that became the folded [start, end); not empty."""
        return self.starts[start], self.ends[end - 1]


def fold_with_offsets(text: str) -> Folded:
    """``fold(text)`` with the map to the original. Slower: for displayed text only."""
    folded = text.translate(_FIRST_LOOK)
    if _JOINED not in folded and _UNEVEN.isdisjoint(text):
        # Nearly every text: each character becomes one other, so the map is the identity.
        return Folded(folded, range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _clusters(text):
        piece = _fold_marked(match.group())
        pieces.append(piece)
        starts += [match.start()] * len(piece)
        ends += [match.end()] * len(piece)
    return Folded("".join(pieces), tuple(starts), tuple(ends))


LONGEST_EXACT = 200
"""Characters of a folded title or keyword that are indexed as one value."""


def exact(text: str) -> str:
    """A title, keyword or query as one comparable value: folded letters and digits only."""
    folded = fold(text[: 2 * LONGEST_EXACT])
    return "".join(character for character in folded if character.isalnum())[:LONGEST_EXACT]
