"""The filter panel and the chosen filters as chips: counts from the engine, names and order from the vocabularies."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from search.facets import FACETS, Facet
from search.models import IndexState
from search.query.facet_labels import is_listed, label_of, offered, order_of
from search.query.params import SearchParams
from search.query.service import Answer

BANDS_WITH_MARKS = "domain"


@dataclass(frozen=True, slots=True)
class Option:
    """``domain``: the code of a care domain, which has a mark of its own. ``count`` is None when nobody counted."""

    value: str
    label: str
    count: int | None
    checked: bool
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """``shown`` values stand in the open, ``rest`` behind "more". ``folded``: the whole group is behind its name."""

    name: str
    label: str
    shown: tuple[Option, ...]
    rest: tuple[Option, ...]
    folded: bool

    @property
    def is_open(self) -> bool:
        return any(option.checked for option in (*self.shown, *self.rest))

    @property
    def rest_chosen(self) -> bool:
        return any(option.checked for option in self.rest)


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str


def groups(answer: Answer) -> list[Group]:
    """Facets with something to choose. Without an engine nobody counts; then only what is chosen is shown."""
    found = (_group(facet, answer) for facet in FACETS)
    return [group for group in found if group.shown]


def _group(facet: Facet, answer: Answer) -> Group:
    chosen = answer.params.filters.get(facet.name, ())
    counts = {each.value: each.count for each in answer.facets.get(facet.name, ())}
    counted = not answer.degraded
    listed = [value for value in counts if value in chosen or is_listed(facet.name, value, answer.state)]
    if facet.every and (counts or answer.degraded):
        listed += [value for value in offered(facet.name, answer.state) if value not in listed]
    listed += [value for value in chosen if value not in listed]
    places = order_of(facet.name, answer.state)
    if facet.every:
        listed.sort(key=lambda value: places.get(value, len(places)))
    else:
        # The most frequent come first; what was chosen stays in sight whatever its count.
        listed.sort(key=lambda value: (value not in chosen, -counts.get(value, 0), places.get(value, 0), value))
    options = [
        Option(
            value=value,
            label=label_of(facet.name, value, answer.state),
            count=counts.get(value, 0) if counted else None,
            checked=value in chosen,
            domain=value if facet.name == BANDS_WITH_MARKS else "",
        )
        for value in listed
    ]
    cut = len(options) if facet.every or len(options) <= facet.shown + 1 else max(facet.shown, len(chosen))
    return Group(
        name=facet.name,
        label=str(facet.label),
        shown=tuple(options[:cut]),
        rest=tuple(options[cut:]),
        folded=facet.folded,
    )


def chips(params: SearchParams, state: IndexState) -> list[Chip]:
    """What was chosen, each with the address without it."""
    found = [
        Chip(label_of(name, value, state), params.without(name, value))
        for name, values in params.filters.items()
        for value in values
    ]
    if params.months is not None:
        found.append(Chip(_("%(n)s months") % {"n": params.months}, params.query(months=None)))
    return found
