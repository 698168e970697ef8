"""Corrections of a query that finds little: terms that sound the same or differ by a letter.

The engine passes a lookup into the spellings of resources the viewer may see (``completion.spellings``), so every correction
finds something and hidden titles stay hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import NamedTuple

from search.analysis.completion import FEWEST_INITIALS, WORD_RE, sound
from search.analysis.fold import fold
from search.analysis.pinyin import Reading, near, syllables, typed
from search.analysis.runs import Run, runs

Lookup = Callable[[str, int], list[tuple[str, int]]]
"""(prefix, limit) → (spelling, number of visible resources)."""

_LONGEST_HAN = 12
_MOST_LATIN = 3_000
_MOST_LIKELY = 3


class Candidate(NamedTuple):
    """``rank``: smaller is better: most of the text explained, then nearest, then most frequent."""

    rank: tuple[int, int, int]
    text: str


def corrections(text: str, lookup: Lookup, size: int, words: Set[str] = frozenset()) -> tuple[str, ...]:
    """At most ``size`` corrected queries, best first, without the query itself.

    ``words``: English words of the glossary. They may find nothing, so the caller tries such a correction before it is
    offered.
    """
    folded = " ".join(fold(text[:80]).split())
    found = dict.fromkeys(candidate.text for candidate in sorted(_candidates(folded, lookup, words)))
    found.pop(folded, None)
    return tuple(found)[:size]


def likely_spellings(text: str, lookup: Lookup, words: Set[str] = frozenset()) -> tuple[str, ...]:
    """Corrections near enough to be searched without asking the user.

    One character replaced by another of the same sound, a misspelt Latin word, or a query in pinyin.
    """
    folded = " ".join(fold(text[:80]).split())
    near_enough = [each for each in sorted(_candidates(folded, lookup, words)) if _is_slip(folded, each.text)]
    best = [each.text for each in near_enough if each.rank[:2] == near_enough[0].rank[:2]]
    # Pinyin has many homophones: take the commonest only. A single wrong character has few candidates.
    return tuple(dict.fromkeys(best))[: 1 if folded.isascii() else _MOST_LIKELY]


def _is_slip(folded: str, other: str) -> bool:
    if folded.isascii():
        return True
    return len(folded) == len(other) and sum(a != b for a, b in zip(folded, other, strict=True)) == 1


def _candidates(folded: str, lookup: Lookup, words: Set[str]) -> list[Candidate]:
    candidates: list[Candidate] = []
    for run in runs(folded):
        if run.kind == "han":
            candidates += _by_sound(folded, run, lookup)
        elif run.kind == "plain":
            for match in WORD_RE.finditer(run.text):
                place = run.start + match.start()
                candidates += _by_letters(folded, match.group(), place, lookup, words)
    if " " in folded and folded.replace(" ", "").isalpha() and folded.isascii():
        candidates += _by_typed_pinyin(folded, folded, 0, lookup)
    return [candidate for candidate in candidates if candidate.text != folded]


def _replaced(folded: str, start: int, end: int, term: str) -> str:
    return folded[:start] + term + folded[end:]


def _by_sound(folded: str, run: Run, lookup: Lookup) -> Iterator[Candidate]:
    han = run.text[:_LONGEST_HAN]
    for length in range(len(han), 1, -1):
        any_found = False
        for at in range(len(han) - length + 1):
            span = han[at : at + length]
            for term, distance, count in _sounding_like(span, lookup):
                any_found = True
                place = run.start + at
                rank = (-length, distance, -count)
                yield Candidate(rank, _replaced(folded, place, place + length, term))
        if any_found:
            return


def _sounding_like(span: str, lookup: Lookup) -> list[tuple[str, int, int]]:
    """(term, distance in sound, number of resources) of more frequent terms that sound like this one."""
    heard = sound(span)
    if heard is None:
        return []
    found: list[tuple[str, int, int]] = []
    own = 0
    for key, count in lookup(f"s:{heard.near}|", 40):
        _, exact, term = key.split("|", 2)
        if term == span:
            own = count
            continue
        # 回应姓 and 回应性 share two characters of three; 报酬 for 保仇 shares none and is likely something else.
        different = sum(a != b for a, b in zip(span, term, strict=False))
        found.append((term, different + (0 if exact == heard.exact else 2), count))
    return [each for each in found if each[2] > own]


def _by_letters(folded: str, word: str, place: int, lookup: Lookup, words: Set[str]) -> Iterator[Candidate]:
    end = place + len(word)
    if len(word) < 3 or word.isdigit():
        return
    if word in words or any(key == f"l:{word}" for key, _ in lookup(f"l:{word}", 1)):
        return
    allowed = 1 if len(word) < 6 else 2
    found = lookup("l:", _MOST_LATIN)
    if len(found) >= _MOST_LATIN:
        found = lookup(f"l:{word[0]}", _MOST_LATIN)
    for key, count in found:
        term = key[2:]
        distance = edit_distance(word, term, allowed)
        if distance <= allowed:
            yield Candidate((-len(word), distance, -count), _replaced(folded, place, end, term))
    # Short English words are near to too many others.
    allowed = min(len(word) // 4, 2) if len(word) > 4 else 0
    for term in words if allowed else ():
        distance = edit_distance(word, term, allowed)
        if distance <= allowed:
            yield Candidate((-len(word), distance, 0), _replaced(folded, place, end, term))
    yield from _by_typed_pinyin(folded, word, place, lookup)


def _by_typed_pinyin(folded: str, word: str, place: int, lookup: Lookup) -> Iterator[Candidate]:
    """Terms for pinyin typed without an input method: ``tuoyu`` → 托育, ``qbxs`` and ``qibuxs`` → 七步洗手."""
    end = place + len(word)
    for reading in typed(word.replace(" ", "")):
        if len(reading) < 2:
            continue
        if all(kind == "full" for kind, _ in reading):
            exact = "'".join(letters for _, letters in reading)
            key = "'".join(near(letters) for _, letters in reading)
            found, distance = lookup(f"s:{key}|{exact}|", 20), 1
        elif len(reading) >= FEWEST_INITIALS:
            initials = "".join(letters[0] for _, letters in reading)
            spelled = lookup(f"i:{initials}|", 40)
            found, distance = [each for each in spelled if _reads(each[0], reading)], 2
        else:
            continue
        for spelling, count in found:
            yield Candidate((-len(word), distance, -count), _replaced(folded, place, end, spelling.rpartition("|")[2]))


def _reads(spelling: str, reading: Reading) -> bool:
    """Whether a term begins each syllable as it was typed."""
    read = syllables(spelling.rpartition("|")[2])
    return all(
        syllable == letters if kind == "full" else syllable.startswith(letters)
        for syllable, (kind, letters) in zip(read, reading, strict=True)
    )


def edit_distance(one: str, other: str, limit: int) -> int:
    """Edit distance with swaps of neighbours, or ``limit`` + 1 if it is larger."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, above = above, row
    return above[-1]
