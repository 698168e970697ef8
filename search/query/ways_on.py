"""Ways on from a search that found nothing: near terms, one filter less, the care domains."""

from __future__ import annotations

from dataclasses import dataclass

from members.viewer import Who
from search.access import viewer_tokens
from search.engine_provider import analyzer_for, search_engines
from search.engines.types import SearchQuery
from search.query.facet_labels import label_of, vocabularies
from search.query.params import SearchParams
from search.query.service import Answer, or_fallback
from search.query.suggestions import Item, suggest

NEAREST = 6
LOOSER = 6
"""Chosen filters that are tried, at most."""


@dataclass(frozen=True, slots=True)
class Looser:
    """The same search without one chosen value: ``found`` resources."""

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
        looser=tuple(or_fallback(lambda: _looser(who, answer), ())),
        domains=_domains(answer),
    )


def _nearest(who: Who, answer: Answer) -> tuple[Item, ...]:
    """Terms and titles that begin with the whole query, then those that begin with one of its words."""
    text = answer.params.text
    if not text:
        return ()
    words = [term.form.text for term in analyzer_for(answer.state).query(text).required]
    starts = dict.fromkeys([text, *(word for word in words if len(word) > 1)])
    found: dict[tuple[str, str], Item] = {}
    for start in list(starts)[:4]:
        for item in suggest(who=who, text=start, size=NEAREST):
            if item.text != text:
                found.setdefault((item.text, item.url), item)
        if len(found) >= NEAREST:
            break
    return tuple(found.values())[:NEAREST]


def _looser(who: Who, answer: Answer) -> list[Looser]:
    """The chosen values that stand in the way, those that give most first."""
    params, access = answer.params, viewer_tokens(who)
    tries = [
        (label_of(name, value, answer.state), params.dropped(name, value))
        for name, values in params.filters.items()
        for value in values
    ][:LOOSER]
    if len(tries) < 2:
        # "Without the filters" says the same.
        return []
    engines = search_engines(answer.state)
    engine = engines.literal if params.literal else engines.engine
    found = []
    for label, looser in tries:
        query = SearchQuery(text=looser.text, filters=looser.filters, age_months=looser.months, access=access, size=0)
        if total := engine.search(query).total:
            found.append(Looser(label, looser.query(), total))
    return sorted(found, key=lambda each: -each.found)


def _domains(answer: Answer) -> tuple[Domain, ...]:
    rows = vocabularies(answer.state).get("domain", {})
    return tuple(
        Domain(code, str(row.label), SearchParams(filters={"domain": (code,)}).query())
        for code, row in rows.items()
        if getattr(row, "active", True)
    )
