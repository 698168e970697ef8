"""Pinyin of Han text: syllables without tones, initials, and syllables that are easily confused."""

from __future__ import annotations

import re
from functools import lru_cache

import pypinyin

from search.analysis.runs import HAN

_HAN_RE = re.compile(f"[{HAN}]+")

# Sounds that are one sound to many speakers, and to many input methods' fuzzy mode.
_NEAR_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("r", "l"), ("h", "f"))
_NEAR_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


def is_han(character: str) -> bool:
    return _HAN_RE.fullmatch(character) is not None


# Cached: terms repeat between resources, and the pinyin of one takes as long as segmenting a page.
@lru_cache(maxsize=65536)
def syllables(han: str) -> tuple[str, ...]:
    """One syllable for each character of a folded Han run, read in context (成长, 长度); '' where none is known."""
    read = tuple(_plain(each) for each in pypinyin.lazy_pinyin(han, errors=lambda text: ["?"] * len(text)))  # type: ignore
    return read if len(read) == len(han) else tuple(_plain(pypinyin.lazy_pinyin(each)[0]) for each in han)


def _plain(syllable: str) -> str:
    syllable = syllable.replace("ü", "v")
    return syllable if syllable.isascii() and syllable.isalpha() else ""


@lru_cache(maxsize=4096)
def near(syllable: str) -> str:
    """The same key for syllables that are easily confused: zhang, zang, zan → zan."""
    for sound, same in _NEAR_INITIALS:
        if syllable.startswith(sound):
            syllable = same + syllable[len(sound) :]
            break
    for sound, same in _NEAR_FINALS:
        if syllable.endswith(sound):
            syllable = syllable[: -len(sound)] + same
            break
    return syllable


@lru_cache(maxsize=1)
def all_syllables() -> frozenset[str]:
    """Every syllable a character can have, as typed on a keyboard (nü is typed nv)."""
    from pypinyin.constants import PINYIN_DICT

    readings = {
        reading for code in range(0x4E00, 0x9FA6) if code in PINYIN_DICT for reading in PINYIN_DICT[code].split(",")
    }
    return frozenset(_plain(_without_tone(reading)) for reading in readings) - {"", "n", "m", "ng", "hm", "hng"}


def _without_tone(reading: str) -> str:
    from pypinyin.contrib.tone_convert import to_normal

    return str(to_normal(reading))


@lru_cache(maxsize=1)
def _starts() -> frozenset[str]:
    return frozenset(each[:length] for each in all_syllables() for length in range(1, len(each) + 1))


INITIALS = frozenset("bpmfdtnlgkhjqxrzcsyw") | {"zh", "ch", "sh"} | frozenset("aeo")

_MOST_READINGS = 6
_LONGEST = 32


Reading = tuple[tuple[str, str], ...]
"""(kind, letters) pairs; kind is ``full``, ``initial``, or ``partial`` (only at the end)."""


@lru_cache(maxsize=4096)
def typed(letters: str) -> tuple[Reading, ...]:
    """The likely readings of typed letters, likeliest first: ``huiy`` → hui + y…, ``hyx`` → h + y + x.

    Empty when the letters can't be pinyin.
    """
    if not letters or len(letters) > _LONGEST:
        return ()
    # Best first by cost: a full syllable explains most letters, an initial on its own the fewest.
    best: list[list[tuple[float, Reading]]] = [[] for _ in range(len(letters) + 1)]
    best[0] = [(0.0, ())]
    for at in range(len(letters)):
        best[at] = sorted(best[at])[:_MOST_READINGS]
        for cost, parts in best[at]:
            for length in range(1, min(6, len(letters) - at) + 1):
                piece = letters[at : at + length]
                last = at + length == len(letters)
                if piece in all_syllables():
                    best[at + length].append((cost + 1.0, (*parts, ("full", piece))))
                if last and piece in _starts():
                    best[at + length].append((cost + 1.1, (*parts, ("partial", piece))))
                elif piece in INITIALS:
                    best[at + length].append((cost + 1.4, (*parts, ("initial", piece))))
    return tuple(parts for _, parts in sorted(best[len(letters)])[:_MOST_READINGS])
