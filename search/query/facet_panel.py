"""The filter panel and the chips of chosen filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from search.facets import FACETS, Facet, Rows
from search.models import IndexState
from search.query.facet_labels import label_of, vocabularies
from search.query.params import SearchParams
from search.query.service import Answer


@dataclass(frozen=True, slots=True)
class Option:
    """``domain``: the code of a care domain, which has an icon.

    ``count`` is None while the engine is away.
    """

    value: str
    label: str
    count: int | None
    checked: bool
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """``shown`` values are visible, ``rest`` is behind "more".

    ``folded``: the whole group is closed at first.
    """

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
    """Facets with something to choose. While the engine is away there are no counts, and fewer values."""
    found = (_group(facet, answer) for facet in FACETS)
    return [group for group in found if group.shown]


def _group(facet: Facet, answer: Answer) -> Group:
    chosen = answer.params.filters.get(facet.name, ())
    counts = {each.value: each.count for each in answer.facets.get(facet.name, ())}
    rows = vocabularies(answer.state).get(facet.name, {})
    options = [
        Option(
            value=value,
            label=facet.label_of(value, rows),
            count=None if answer.degraded else counts.get(value, 0),
            checked=value in chosen,
            domain=value if facet.has_icons else "",
        )
        for value in _values(facet, rows, counts, chosen, counts_unknown=answer.degraded)
    ]
    all_shown = facet.shows_all or len(options) <= facet.shown + 1
    first = len(options) if all_shown else max(facet.shown, len(chosen))
    return Group(
        name=facet.name,
        label=str(facet.label),
        shown=tuple(options[:first]),
        rest=tuple(options[first:]),
        folded=facet.folded,
    )


def _values(
    facet: Facet, rows: Rows, counts: Mapping[str, int], chosen: tuple[str, ...], *, counts_unknown: bool
) -> list[str]:
    """The values to offer, in order.

    Values in use that nothing has are shown greyed in a facet that shows all.
    """
    listed = dict.fromkeys(value for value in counts if value in chosen or facet.lists(value, rows))
    if facet.shows_all and (counts or counts_unknown):
        listed |= dict.fromkeys(code for code, row in rows.items() if getattr(row, "active", True))
    listed |= dict.fromkeys(chosen)
    places = facet.places(rows)
    if facet.shows_all:
        return sorted(listed, key=lambda value: places.get(value, len(places)))
    # The most frequent come first; chosen values stay visible whatever their count.
    return sorted(listed, key=lambda value: (value not in chosen, -counts.get(value, 0), places.get(value, 0), value))


def chips(params: SearchParams, state: IndexState) -> list[Chip]:
    """One chip per chosen filter, with the URL that removes it."""
    found = [
        Chip(label_of(name, value, state), params.without(name, value))
        for name, values in params.filters.items()
        for value in values
    ]
    if params.months is not None:
        found.append(Chip(_("%(n)s months") % {"n": params.months}, params.query(months=None)))
    return found
