"""Counts the values of facets among the resources that match."""

from __future__ import annotations

import tantivy
from tantivy import Query

from search.engines.types import FacetCount

SPARE_VALUES = 10
"""Facet values requested beyond those shown, so that ties are always broken the same way."""

MOST_VALUES = 10_000
"""Values per segment for facets that need exact counts. Slow: the names are looked up."""

Counts = dict[str, tuple[FacetCount, ...]]


def count_values(searcher: tantivy.Searcher, matching: Query, sizes: dict[str, int], many: set[str]) -> Counts:
    """The most frequent values of each facet. ``many``: facets that need exact counts; more are added to it."""
    if searcher.num_segments == 1:
        return _top(searcher, matching, sizes, 0)[0]
    counts, unsure = _top(searcher, matching, {facet: size for facet, size in sizes.items() if facet not in many}, 0)
    if rest := {facet: size for facet, size in sizes.items() if facet in many or facet in unsure}:
        many.update(unsure)
        counts |= _top(searcher, matching, rest, MOST_VALUES)[0]
    return counts


def _top(
    searcher: tantivy.Searcher, matching: Query, sizes: dict[str, int], of_segment: int
) -> tuple[Counts, set[str]]:
    """The most frequent values, and the facets whose counts may be wrong with several segments: a value that is rare in
    one segment may be missing from the ``of_segment`` values it returns."""
    # Numbers as names: aggregation names allow fewer characters than facet names.
    names = {str(number): facet for number, facet in enumerate(sizes)}
    asked = {
        key: {
            "terms": {
                "field": f"facets.{facet}",
                "size": sizes[facet] + SPARE_VALUES,
                "segment_size": max(of_segment, sizes[facet] + SPARE_VALUES),
            }
        }
        for key, facet in names.items()
    }
    answer = searcher.aggregate(matching, asked) if asked else {}
    out: Counts = {}
    for key, facet in names.items():
        counts = sorted([(-each["doc_count"], each["key"]) for each in answer[key]["buckets"]])
        out[facet] = tuple([FacetCount(value, -count) for count, value in counts[: sizes[facet]]])
    return out, {facet for key, facet in names.items() if answer[key].get("doc_count_error_upper_bound")}
