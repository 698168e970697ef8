"""Ways on from a search that found nothing: near terms, one filter less, the care domains.

Asks the engine at most twice more, for completions.
"""

from __future__ import annotations

from dataclasses import dataclass

from common.text import is_chinese
from members.viewer import Who
from search.engine_provider import analyzer_for
from search.query.facet_labels import label_of, vocabularies
from search.query.params import SearchParams
from search.query.service import Answer
from search.query.suggestions import Item, complete

NEAREST = 6


@dataclass(frozen=True, slots=True)
class Looser:
    """The same search without the choice in one facet: ``found`` resources."""

    label: str
    url: str
    found: int


@dataclass(frozen=True, slots=True)
class Domain:
    code: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class WaysOn:
    nearest: tuple[Item, ...]
    looser: tuple[Looser, ...]
    domains: tuple[Domain, ...]


def ways_on(*, who: Who, answer: Answer) -> WaysOn:
    return WaysOn(
        nearest=_nearest(who, answer),
        looser=_looser(answer),
        domains=_domains(answer),
    )


def _nearest(who: Who, answer: Answer) -> tuple[Item, ...]:
    """Terms and titles that begin with the query, then those that begin with its most telling word."""
    text = answer.params.text
    if not text:
        return ()
    found: dict[tuple[str, str], Item] = {}
    for start in dict.fromkeys([text, _telling_word(answer) or text]):
        for item in complete(who=who, text=start, size=NEAREST):
            if item.text != text:
                found.setdefault((item.text, item.url), item)
        if len(found) >= NEAREST:
            break
    return tuple(found.values())[:NEAREST]


def _telling_word(answer: Answer) -> str:
    """A word of the field before others, a long one before short ones."""
    analyzer = analyzer_for(answer.state)
    words = [term.form.text for term in analyzer.query(answer.params.text).required]
    field = analyzer.dictionary.terms
    return max((word for word in words if len(word) > 1), key=lambda word: (word in field, len(word)), default="")


def _looser(answer: Answer) -> tuple[Looser, ...]:
    """The facets whose choice stands in the way, those that give most first. The search has counted them."""
    params = answer.params
    if len(params.filters) + (params.months is not None) < 2:
        # "Without the filters" says the same.
        return ()
    found = [
        Looser(_labels(name, params.filters[name], answer), params.without_facet(name), total)
        for name, total in answer.without.items()
        if total
    ]
    return tuple(sorted(found, key=lambda each: -each.found))


def _labels(name: str, values: tuple[str, ...], answer: Answer) -> str:
    return ("、" if is_chinese() else ", ").join(label_of(name, value, answer.state) for value in values)


def _domains(answer: Answer) -> tuple[Domain, ...]:
    rows = vocabularies(answer.state).get("domain", {})
    return tuple(
        Domain(code, str(row.label), SearchParams(filters={"domain": (code,)}).query())
        for code, row in rows.items()
        if getattr(row, "active", True)
    )
