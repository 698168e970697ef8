"""Highlights the words of a query in the original text, the same for every engine.

A Simplified query marks Traditional text, a stem marks the whole word, a synonym counts, and 学前 is not marked inside
科学前沿. Must not know: an engine, Django, or where the text comes from.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from search.analysis import Analyzer, fold, fold_with_offsets
from search.analysis.ages import ages
from search.analysis.runs import HAN, RUN_RE, plain_parts, plain_tokens, runs

Span = tuple[int, int]

_LONGEST_TEXT = 200_000
"""Characters of a text that are searched for marks."""

_LEAD = 12
"""Characters a snippet shows before its first mark, at most, unless a sentence begins there."""

_SENTENCE_END = "。！？；!?;\n"
_PART_RE = re.compile(r"[^\W_]+")
_SPACE_RE = re.compile(r"\s+")
_HAN_RE = re.compile(f"[{HAN}]+")


class SearchedWords(Protocol):
    """The words to mark, such as an engine's ParsedQuery."""

    @property
    def terms(self) -> tuple[str, ...]: ...
    @property
    def synonyms(self) -> tuple[str, ...]: ...


class _Token(NamedTuple):
    text: str
    start: int
    end: int
    is_han: bool


class _Wanted(NamedTuple):
    """``tokens`` in a row. ``whole``: only where the segmenter finds the same word."""

    term: str
    tokens: tuple[str, ...]
    whole: bool


def _tokens(folded: str) -> list[_Token]:
    out: list[_Token] = []
    for run in runs(folded):
        if run.kind == "plain":
            for match in _PART_RE.finditer(run.text):
                stems = plain_parts(match.group())
                out.append(_Token("".join(stems), run.start + match.start(), run.start + match.end(), False))
        elif run.kind == "han":
            out += [_Token(each, run.start + at, run.start + at + 1, True) for at, each in enumerate(run.text)]
        else:
            out.append(_Token(run.text, run.start, run.end, False))
    return out


class _Cuts:
    """The word boundaries of a folded text, segmented run by run on demand."""

    def __init__(self, analyzer: Analyzer, folded: str) -> None:
        self._analyzer = analyzer
        self._folded = folded
        self._runs: list[Span] | None = None
        self._known: dict[int, set[Span]] = {}

    def have(self, place: Span) -> bool:
        if self._runs is None:
            self._runs = [match.span() for match in _HAN_RE.finditer(self._folded)]
        start, end = self._runs[bisect_right(self._runs, (place[0], len(self._folded))) - 1]
        if start not in self._known:
            cut = self._analyzer.cut(self._folded[start:end])
            self._known[start] = {(start + first, start + last) for _, first, last in cut}
        return place in self._known[start]


class Highlighter:
    """Marks the terms and synonyms of one parsed query."""

    def __init__(self, parsed: SearchedWords, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._han: list[_Wanted] = []
        self._by_first: dict[str, list[_Wanted]] = {}
        self._identifiers: dict[str, str] = {}
        self._ages: dict[Span, str] = {}
        terms = [folded for term in (*parsed.terms, *parsed.synonyms) if (folded := fold(term))]
        for term in dict.fromkeys(terms):
            self._want(term, alone=len(terms) == 1)

    def _want(self, term: str, *, alone: bool) -> None:
        for age in ages(term):
            if (age.start, age.end) == (0, len(term)):
                self._ages[age.low, age.high] = term
        tokens = _tokens(term)
        if not tokens:
            return
        is_word = len(tokens) <= 2 and all(token.is_han for token in tokens)
        whole = is_word and (len(tokens) == 1 or self._analyzer.known(term)) and not (alone and len(tokens) == 1)
        wanted = _Wanted(term, tuple(token.text for token in tokens), whole)
        if all(token.is_han for token in tokens) and "".join(wanted.tokens) == term:
            self._han.append(wanted)
        else:
            self._by_first.setdefault(wanted.tokens[0], []).append(wanted)
        match = RUN_RE.fullmatch(term)
        if match is not None and match.lastgroup == "plain" and len(tokens) > 1:
            self._identifiers |= dict.fromkeys(plain_tokens(term)[:2], term)

    def spans(self, text: str) -> list[Span]:
        """The [start, end) of every mark in the original text, in order and not adjacent."""
        return [(start, end) for start, end, _ in self._marks(text)]

    def html(self, text: str) -> str:
        """The whole text, escaped, with <mark> around the matches."""
        return _marked(text, self.spans(text), 0, len(text))

    def snippet(self, text: str, width: int = 60) -> str:
        """About ``width`` characters around the best match, escaped and marked; without a match, the beginning."""
        marks = self._marks(text)
        start = self._window(text, marks, width) if marks else _skip_space(text, 0)
        end = min(len(text), start + width)
        # A mark that begins inside is shown whole.
        end = max([end, *(mark[1] for mark in marks if start <= mark[0] < end)])
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        body = _marked(text, [(a, b) for a, b, _ in marks if a >= start and b <= end], start, end)
        body = _SPACE_RE.sub(_gap, body).strip()
        before = "…" if text[:start].strip() else ""
        after = "…" if text[end:].strip() else ""
        return f"{before}{body}{after}"

    def _window(self, text: str, marks: list[tuple[int, int, str]], width: int) -> int:
        """The start of the window with most different terms, then most marks, then the earliest."""
        best = (0, 0)
        place = marks[0][0]
        last = 0
        for first, mark in enumerate(marks):
            last = max(last, first)
            while last < len(marks) and marks[last][1] <= mark[0] + width - _LEAD:
                last += 1
            inside = marks[first : max(last, first + 1)][:200]
            score = (len({term for _, _, term in inside}), len(inside))
            if score > best:
                best, place = score, mark[0]
        return _begin(text, place)

    def _marks(self, text: str) -> list[tuple[int, int, str]]:
        if not self._han and not self._by_first and not self._ages:
            return []
        folded = fold_with_offsets(text[:_LONGEST_TEXT])
        found = [*self._found(folded.text), *self._found_identifiers(folded.text), *self._found_ages(folded.text)]
        marks: list[tuple[int, int, str]] = []
        for start, end, term in sorted((*folded.original(a, b), term) for a, b, term in found):
            if marks and start <= marks[-1][1]:
                before = marks[-1]
                marks[-1] = (before[0], max(before[1], end), before[2])
            else:
                marks.append((start, end, term))
        return marks

    def _found(self, folded: str) -> Iterable[tuple[int, int, str]]:
        yield from self._found_han(folded)
        if self._by_first:
            yield from self._found_in_a_row(folded)

    def _found_han(self, folded: str) -> Iterable[tuple[int, int, str]]:
        """Terms of Han characters alone: wherever the characters stand in a row, or only where they are cut so."""
        cuts = _Cuts(self._analyzer, folded)
        for wanted in self._han:
            start = folded.find(wanted.term)
            while start >= 0:
                place = (start, start + len(wanted.term))
                if not wanted.whole or cuts.have(place):
                    yield (*place, wanted.term)
                start = folded.find(wanted.term, start + 1)

    def _found_in_a_row(self, folded: str) -> Iterable[tuple[int, int, str]]:
        tokens = _tokens(folded)
        for at, token in enumerate(tokens):
            for wanted in self._by_first.get(token.text, ()):
                row = tokens[at : at + len(wanted.tokens)]
                if tuple(each.text for each in row) == wanted.tokens and _in_a_row(row):
                    yield token.start, row[-1].end, wanted.term

    def _found_identifiers(self, folded: str) -> Iterable[tuple[int, int, str]]:
        """``covid19`` for ``covid-19`` and the other way round."""
        if self._identifiers:
            for run in runs(folded):
                if run.kind == "plain":
                    for token in plain_tokens(run.text):
                        if token in self._identifiers:
                            yield run.start, run.end, self._identifiers[token]
                            break

    def _found_ages(self, folded: str) -> Iterable[tuple[int, int, str]]:
        if self._ages:
            for age in ages(folded):
                if (age.low, age.high) in self._ages:
                    yield age.start, age.end, self._ages[age.low, age.high]


def _in_a_row(row: list[_Token]) -> bool:
    """Han characters touch; words may have spaces or hyphens between them."""
    for i in range(1, len(row)):
        if row[i - 1].is_han and row[i].is_han and row[i - 1].end != row[i].start:
            return False
        if row[i].start - row[i - 1].end > 3:
            return False
    return True


def _begin(text: str, place: int) -> int:
    """A little before ``place``: where its sentence begins when that is near, else ``_LEAD`` characters."""
    earliest = max(0, place - _LEAD)
    for at in range(place - 1, max(-1, place - 2 * _LEAD - 1), -1):
        if text[at] in _SENTENCE_END:
            return _skip_space(text, at + 1)
    if place <= 2 * _LEAD:
        return _skip_space(text, 0)
    while earliest > 0 and unicodedata.combining(text[earliest]):
        earliest -= 1
    return earliest


def _gap(found: re.Match[str]) -> str:
    """Cells of a table stand apart."""
    return "　" if "\t" in found.group() else " "


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _marked(text: str, spans: list[Span], start: int, end: int) -> str:
    out: list[str] = []
    place = start
    for first, last in spans:
        out.append(html.escape(text[place:first]))
        out.append(f"<mark>{html.escape(text[first:last])}</mark>")
        place = last
    out.append(html.escape(text[place:end]))
    return "".join(out).encode("utf-8", "replace").decode()
