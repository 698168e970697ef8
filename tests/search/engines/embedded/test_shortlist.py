"""Scoring only a shortlist of many matches changes neither hits, counts nor the best."""

from __future__ import annotations

import random

import pytest
import tantivy
from tantivy import Occur, Query

from search.engines.embedded import searcher as reader
from search.engines.embedded import shortlist
from search.engines.embedded.match_query import compile_match
from search.engines.embedded.query_compiler import compile_clause
from search.engines.query_builder import steps_of
from search.engines.types import PageDoc, SearchQuery

WORDS = [
    "洗手",
    "晨检",
    "主管部门",
    "人民政府",
    "辅食添加",
    "科学",
    "前沿",
    "学前",
    "教育",
    "应当",
    "婴幼儿",
    "托育",
    "机构",
]
QUERIES = [
    "主管部门",
    "人民政府",
    "主管部门应当",
    "学前教育",
    "科学前沿 辅食添加",
    "婴幼儿托育机构",
    "洗手 晨检",
    "应当",
]


@pytest.fixture
def filled_engine(engine, make):
    """Three hundred decks of random words, so that character sequences cross word borders."""
    drawn = random.Random(5)
    docs = []
    for number in range(1, 301):
        pages = tuple(
            PageDoc(number, place, "", "".join(drawn.choices(WORDS, k=drawn.randrange(2, 12)))) for place in (1, 2, 3)
        )
        facets = {"type": (drawn.choice("abc"),)}
        docs.append(make(number, "".join(drawn.choices(WORDS, k=2)), pages=pages, facets=facets))
    engine.index(docs)
    return engine


def always_costly(monkeypatch: pytest.MonkeyPatch, *, longest: int) -> None:
    monkeypatch.setattr(shortlist, "COSTLY", -1)
    for module in (shortlist, reader):
        monkeypatch.setattr(module, "SHORTLIST_SIZE", longest)


def asked(text: str, **more: object) -> SearchQuery:
    return SearchQuery(text, facet_sizes={"type": 5}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", QUERIES)
def test_a_shortlist_that_holds_every_match_changes_nothing(filled_engine, monkeypatch, text):
    whole = filled_engine.search(asked(text))
    chosen = filled_engine.search(asked(text, filters={"type": ("a",)}))
    always_costly(monkeypatch, longest=1000)
    for before, query in ((whole, asked(text)), (chosen, asked(text, filters={"type": ("a",)}))):
        after = filled_engine.search(query)
        assert (after.total, after.facets) == (before.total, before.facets)
        assert [hit.id for hit in after.hits] == [hit.id for hit in before.hits]
        assert [hit.score for hit in after.hits] == pytest.approx([hit.score for hit in before.hits], rel=1e-5)


@pytest.mark.parametrize("text", QUERIES)
def test_a_short_one_keeps_the_total_the_counts_and_the_best(filled_engine, monkeypatch, text):
    before = filled_engine.search(asked(text, size=5))
    always_costly(monkeypatch, longest=60)
    after = filled_engine.search(asked(text, size=5))
    assert (after.total, after.facets) == (before.total, before.facets)
    assert after.hits[0].id == before.hits[0].id
    assert len({hit.id for hit in after.hits} & {hit.id for hit in before.hits}) >= 4


def test_what_a_filter_leaves_of_a_shortlist_is_never_all_that_is_shown(filled_engine, make, monkeypatch):
    text = "主管部门应当加强对人民政府的监督"
    filled_engine.index(
        [make(900 + n, text, access=("school:7",), pages=(PageDoc(1, 1, "", text),)) for n in range(1, 41)]
    )
    viewer = frozenset({"public"})
    before = filled_engine.search(asked("主管部门", access=viewer))
    # The forty hidden ones have the best scores and fill the shortlist.
    always_costly(monkeypatch, longest=50)
    assert [hit.id for hit in filled_engine.search(asked("主管部门", access=viewer)).hits] == [
        hit.id for hit in before.hits
    ]


@pytest.mark.parametrize("text", [*QUERIES, "10个月的洗手", "怎么给婴幼儿添加辅食添加才科学"])
def test_the_filter_of_a_step_matches_what_the_step_matches(filled_engine, text):
    answering = reader.Searcher(filled_engine._current())
    schema = answering._schema
    for step in steps_of(filled_engine._analyzer.query(text)):
        assert count(answering.resources, compile_match(step.must, schema)) == count(
            answering.resources, compile_clause(step.must, schema)
        )


def count(searcher: tantivy.Searcher, query: Query) -> int:
    return searcher.search(Query.boolean_query([(Occur.Must, query)]), 1).count
