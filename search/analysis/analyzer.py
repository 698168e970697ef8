"""The analyzer: turns documents and queries into tokens, with one dictionary and one set of synonyms."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import add

from search.analysis.ages import Age, ages
from search.analysis.fold import exact, fold
from search.analysis.lexicon.dictionary import Dictionary
from search.analysis.lexicon.stopwords import OPTIONAL, QUESTION_WORDS
from search.analysis.lexicon.synonyms import Synonyms
from search.analysis.query import AnalyzedQuery, Form, QueryTerm
from search.analysis.runs import LONGEST_TOKEN, RUN_RE, Run, pieces, plain_parts, plain_tokens, runs
from search.analysis.segmenter import segmenter

ANALYSIS_VERSION = 3
"""Raise it when the same text gives other tokens: every older index is then rebuilt."""

_LONGEST_QUERY = 400
"""Characters of a query that are analysed. The rest of a pasted page is ignored."""

_LONGEST_PHRASE = 24
"""Tokens of a query that are searched as a phrase. No document repeats a longer sentence."""

_MOST_SYNONYMS = 12

_MOST_TRANSLATIONS = 3

_REMEMBERED = 300
"""Queries in the cache. Search, highlights, suggestions and the next page analyse the same one. With compiled steps a query
takes about 25 KB, the longest 70."""

_LONGEST_REMEMBERED = 40
"""Characters of the longest query in the cache."""


@dataclass(frozen=True, slots=True)
class IndexTokens:
    """The tokens of one text, joined by single spaces for a whitespace analyzer.

    ``words``: fine segmentation, English stems, identifiers, ages. ``bigrams``: the whole text in order, for phrases and for
    words the segmenter cuts differently. ``unigrams``: each Han character once, for one-character queries.
    """

    words: str
    bigrams: str
    unigrams: str


def _sequence(found: list[Run]) -> list[str]:
    """The bigrams field: Han runs as overlapping pairs, everything else as whole tokens."""
    out: list[str] = []
    for run in found:
        if run.kind == "han":
            text = run.text
            out += [text[i : i + 2] for i in range(len(text) - 1)] or [text]
        elif run.kind == "plain":
            out += plain_parts(run.text)
        else:
            out += pieces(run.text)
    return out


def _inner_bigrams(terms: tuple[QueryTerm, ...], sequence: list[str]) -> frozenset[str]:
    required = [term for term in terms if not term.optional] or terms
    inner = {token for term in required for token in term.form.phrase}
    # Bigrams around an age (三岁以下) belong to the expression: the age itself matches in other forms.
    ages = {character for term in required if term.form.months for character in term.form.text}
    return frozenset(token for token in sequence if token in inner or not ages.isdisjoint(token))


class Analyzer:
    """Analyses documents and queries. Threads may share it; build a new one when the dictionary changes."""

    def __init__(self, *, dictionary: Dictionary | None = None, synonyms: Synonyms | None = None) -> None:
        self.dictionary = dictionary or Dictionary()
        self.synonyms = synonyms or Synonyms()
        self.fingerprint = hashlib.sha256(f"{ANALYSIS_VERSION}:{self.dictionary.digest()}".encode()).hexdigest()[:32]
        self._jieba = segmenter(self.dictionary)
        self._longest_synonym = max((len(word) for word in self.synonyms.members()), default=0)
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._to_remember)

    def with_dictionary(self, dictionary: Dictionary) -> Analyzer:
        """The same synonyms with another dictionary, for queries on an index built with that one."""
        return Analyzer(dictionary=dictionary, synonyms=self.synonyms)

    # documents

    def index(self, text: str) -> IndexTokens:
        # One loop, without the helpers of ``query``: a bulk load spends its time here.
        folded = fold(text)
        han: list[str] = []
        others: list[str] = []
        sequence: list[str] = []
        for match in RUN_RE.finditer(folded):
            run = match.group()
            if match.lastgroup == "han":
                han.append(run)
                if len(run) > 2:
                    sequence += map(add, run, run[1:])
                else:
                    sequence.append(run)
            elif match.lastgroup == "plain":
                others += plain_tokens(run)
                sequence += plain_parts(run)
            else:
                others += pieces(run)
                sequence += pieces(run)
        words = " ".join(self._jieba.cut_for_search("\n".join(han))).split()
        words += others
        words += [token for age in ages(folded) for token in age.tokens]
        return IndexTokens(" ".join(words), " ".join(sequence), " ".join(dict.fromkeys("".join(han))))

    # queries

    def query(self, text: str) -> AnalyzedQuery:
        return self._remembered(text) if len(text) <= _LONGEST_REMEMBERED else self._query(text[:_LONGEST_QUERY])

    def _to_remember(self, text: str) -> AnalyzedQuery:
        return replace(self._query(text), derived={})

    def _query(self, text: str) -> AnalyzedQuery:
        folded = " ".join(fold(text).split())
        found = list(runs(folded))
        if not found:
            return AnalyzedQuery(folded)
        if len(found) == 1 and found[0].kind == "han" and len(found[0].text) == 1:
            return self._single_character(folded, found[0].text)
        return replace(self._analyzed(folded, found), translations=self._translations(folded))

    def _analyzed(self, folded: str, found: list[Run]) -> AnalyzedQuery:
        terms = self._terms(folded, found)
        sequence = _sequence(found)
        is_doubtful = any(self._is_doubtful(term.form) for term in terms)
        return AnalyzedQuery(
            folded=folded,
            terms=terms,
            exact=exact(folded),
            bigrams=tuple(dict.fromkeys(sequence)),
            phrase=tuple(sequence) if len(sequence) <= _LONGEST_PHRASE else (),
            subwords=self._subwords(terms),
            length=sum(len(run.text) if run.kind == "han" else 1 for run in found),
            is_question="?" in folded or any(term.form.text in QUESTION_WORDS for term in terms),
            inner_bigrams=frozenset(sequence) if is_doubtful else _inner_bigrams(terms, sequence),
            is_doubtful=is_doubtful,
        )

    def _translations(self, folded: str) -> tuple[AnalyzedQuery, ...]:
        """The query in Chinese, once for each meaning of its English words up to ``_MOST_TRANSLATIONS``."""
        parts = list(self.synonyms.glossary.translations(folded))
        meanings = max((len(part.terms) for part in parts), default=0)
        texts: dict[str, tuple[str, ...]] = {}
        for meaning in range(min(meanings, _MOST_TRANSLATIONS)):
            terms = [part.terms[min(meaning, len(part.terms) - 1)] for part in parts]
            text = folded
            for part, term in zip(reversed(parts), reversed(terms), strict=True):
                text = f"{text[: part.start]} {term} {text[part.end :]}"
            texts[" ".join(text.split())] = tuple(terms)
        return tuple(replace(self._analyzed(text, list(runs(text))), chinese=terms) for text, terms in texts.items())

    def cut(self, folded: str) -> list[tuple[str, int, int]]:
        """The words of ``index`` with their positions in the folded text, for highlighting."""
        out: list[tuple[str, int, int]] = []
        for run in runs(folded):
            if run.kind == "han":
                out += [
                    (word, run.start + start, run.start + end)
                    for word, start, end in self._jieba.tokenize(run.text, "search")
                ]
            elif run.kind == "plain":
                out.append((run.text, run.start, run.end))
            else:
                out.append((run.text, run.start, run.end))
        return out

    def known(self, word: str) -> bool:
        """Whether the segmenter's dictionary (ours included) has this word."""
        return bool(self._jieba.has_word(word))

    def coarse(self, han: str) -> list[str]:
        """The coarse segmentation of a folded Han run."""
        return list(self._jieba.cut(han))

    def _single_character(self, folded: str, character: str) -> AnalyzedQuery:
        form = Form(character, (character,), (), certain=True)
        synonyms = tuple(self.form(word) for word in self.synonyms.of(character)[:_MOST_SYNONYMS])
        return AnalyzedQuery(
            folded=folded,
            terms=(QueryTerm(form, synonyms),),
            exact=character,
            unigrams=(character,),
            subwords=(character,),
            length=1,
        )

    def form(self, folded: str) -> Form:
        """A folded word or phrase in the forms a document may contain."""
        found = list(runs(folded))
        words: list[str] = []
        certain = False
        for run in found:
            if run.kind == "han":
                cuts = self._jieba.cut(run.text)
                words += cuts
                certain = certain or (len(cuts) == 1 and len(run.text) == 2 and self.known(run.text))
            elif run.kind == "plain":
                words += self._plain_words(run.text)
                certain = True
            else:
                words += pieces(run.text)
                certain = True
        sequence = tuple(_sequence(found))
        return Form(folded, tuple(dict.fromkeys(words)), sequence, certain=certain and len(found) == 1)

    def _plain_words(self, run: str) -> tuple[str, ...]:
        tokens = plain_tokens(run)
        return tokens[:1] if len(run) <= LONGEST_TOKEN else tokens

    def _terms(self, folded: str, found: list[Run]) -> tuple[QueryTerm, ...]:
        units: list[tuple[str, int, int]] = []
        for run in found:
            if run.kind == "han":
                place = run.start
                # Keep a query run of two characters whole, even if the segmenter splits it: 不受 is not 受.
                for word in [run.text] if len(run.text) == 2 else self._jieba.cut(run.text):
                    units.append((word, place, place + len(word)))
                    place += len(word)
            else:
                units.append((run.text, run.start, run.end))
        units = self._join_ages(folded, units)
        units = self._join_synonyms(folded, units)
        by_place = {(age.start, age.end): age for age in ages(folded)}
        terms: dict[str, QueryTerm] = {}
        for text, start, end in units:
            if text not in terms:
                terms[text] = self._term(text, by_place.get((start, end)))
        return tuple(terms.values())

    def _term(self, text: str, age: Age | None) -> QueryTerm:
        form = self.form(text)
        if age is not None:
            form = Form(text, (age.token,), form.phrase, certain=False, months=(age.low, age.high))
        synonyms = tuple(self.form(word) for word in self.synonyms.of(text)[:_MOST_SYNONYMS])
        return QueryTerm(form, synonyms, optional=text in OPTIONAL, parts=() if age else self._parts(text))

    def _is_doubtful(self, form: Form) -> bool:
        words = [word for word in form.words if len(word) > 1 and not self.known(word)]
        return any(run.kind == "han" for word in words for run in runs(word))

    def _parts(self, text: str) -> tuple[str, ...]:
        """The words in a compound and the remaining characters: 育儿假 → 育儿, 假."""
        found = list(runs(text))
        if len(found) != 1 or found[0].kind != "han" or len(text) < 3:
            return ()
        cuts = [cut for cut in self._jieba.tokenize(text, "search") if 1 < len(cut[0]) < len(text)]
        parts: list[str] = []
        at = 0
        for word, start, end in sorted(cuts, key=lambda cut: (cut[1], -cut[2])):
            if start >= at:
                parts += [*text[at:start], word]
                at = end
        return tuple(dict.fromkeys((*parts, *text[at:]))) if parts else ()

    def _join_ages(self, folded: str, units: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
        for age in ages(folded):
            inside = [unit for unit in units if age.start <= unit[1] and unit[2] <= age.end]
            crossing = any(unit[1] < age.end and unit[2] > age.start for unit in units if unit not in inside)
            if inside and not crossing:
                at = units.index(inside[0])
                joined = (folded[age.start : age.end], age.start, age.end)
                units = [*units[:at], joined, *units[at + len(inside) :]]
        return units

    def _join_synonyms(self, folded: str, units: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
        """Join neighbouring words that together are a member of a synonym group."""
        out: list[tuple[str, int, int]] = []
        at = 0
        while at < len(units):
            for last in range(len(units), at + 1, -1):
                start, end = units[at][1], units[last - 1][2]
                if end - start <= self._longest_synonym and self.synonyms.of(folded[start:end]):
                    out.append((folded[start:end], start, end))
                    at = last
                    break
            else:
                out.append(units[at])
                at += 1
        return out

    def _subwords(self, terms: tuple[QueryTerm, ...]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for term in terms:
            if term.optional:
                continue
            for run in runs(term.form.text):
                if run.kind == "han":
                    found.update((word, None) for word in self._jieba.cut_for_search(run.text))
                else:
                    found.update((token, None) for token in plain_tokens(run.text))
        return tuple(found)
