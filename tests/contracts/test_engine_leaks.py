"""A hidden resource appears in no hit, count, facet, completion, correction or similar list."""

from __future__ import annotations

from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engines import Engine
from search.engines.types import EVERYTHING, ResourceDoc, SearchQuery
from tests.contracts.engines import EDITOR, doc

TOKENS = ("public", "alliance", "school:1", "school:2", "owner:7")
SECRETS = ("蒲公英", "向日葵", "千里马", "萤火虫", "金丝猴", "猫头鹰")
MISSPELT = ("蒲公鹰", "向日魁", "千里码", "萤火冲", "金丝侯", "猫头英")
PINYIN = ("pugong", "xiangri", "qianli", "yinghuo", "jinsi", "maotou")

some_tokens = st.frozensets(st.sampled_from(TOKENS), max_size=3)
versions = count(1)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(some_tokens, min_size=len(SECRETS), max_size=len(SECRETS)), some_tokens | st.just(EDITOR))
def test_a_hidden_resource_shows_nowhere(engine: Engine, granted: list[frozenset[str]], viewer: frozenset[str]) -> None:
    version = next(versions)
    docs = {
        number: doc(
            number,
            f"课件{secret}故事",
            f"绘本里的{secret}",
            f"共同的绘本，{secret}再次出现",
            version=version,
            keywords=(secret, "绘本"),
            facets={"secret": (secret,), "kind": ("课件",)},
            access=tuple(sorted(tokens)),
        )
        for number, (secret, tokens) in enumerate(zip(SECRETS, granted, strict=True), 1)
    }
    engine.index(list(docs.values()))
    seen = {number for number, each in docs.items() if EVERYTHING in viewer or viewer & set(each.access)}

    for text in ("", "绘本", "课件", "本"):
        results = engine.search(SearchQuery(text, access=viewer, size=50, facet_sizes={"secret": 50, "kind": 5}))
        assert {hit.id for hit in results.hits} == seen
        assert results.total == len(seen)
        assert {each.value for each in results.facets["secret"]} == {SECRETS[number - 1] for number in seen}
        assert sum(each.count for each in results.facets["kind"]) == len(seen)
    for number, each in docs.items():
        _assert_shown(engine, viewer, number, each, shown=number in seen, seen=seen)


def _assert_shown(
    engine: Engine, viewer: frozenset[str], number: int, each: ResourceDoc, *, shown: bool, seen: set[int]
) -> None:
    secret = SECRETS[number - 1]
    results = engine.search(SearchQuery(secret, access=viewer, facet_sizes={"secret": 50}))
    assert (number in {hit.id for hit in results.hits}) is shown
    if results.parsed.relaxed == 0:
        assert results.total == int(shown)
    assert {hit.id for hit in results.hits} <= seen
    assert all(hit.pages for hit in results.hits if hit.id == number)
    assert bool(engine.pages(number, SearchQuery("绘本", access=viewer))) is shown

    for prefix in (secret[:2], PINYIN[number - 1], each.title[:3]):
        offered = engine.suggest(prefix, viewer, 50)
        assert {found.id for found in offered if found.id} <= seen
        assert any(secret in found.text for found in offered) is shown
    assert any(secret in text for text in engine.did_you_mean(MISSPELT[number - 1], viewer, 10)) is shown
    alike = {hit.id for hit in engine.similar(number, viewer, 50)}
    assert alike <= seen - {number}
    if not shown:
        assert not alike
