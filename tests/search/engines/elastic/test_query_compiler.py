"""The compiled query scores as its query tree says, however its clauses are arranged."""

from __future__ import annotations

import random
from typing import Any

import pytest

from search.analysis import Analyzer, default_dictionary, default_synonyms
from search.engines.elastic.query_compiler import compiled, found_by, scored
from search.engines.query_builder import steps_of

ANALYZER = Analyzer(dictionary=default_dictionary(), synonyms=default_synonyms())


def score(query: dict[str, Any], document: dict[str, float]) -> float | None:
    """What Elasticsearch computes for a document, given the scores of its words; None if it does not match."""
    (kind, body), *_ = query.items()
    if kind == "constant_score":
        return None if score(body["filter"], document) is None else body["boost"]
    if kind in ("term", "match_phrase", "range"):
        ((field, asked),) = body.items()
        held = document.get(f"{field} {asked.get('value') or asked.get('query')}")
        return None if held is None else asked["boost"] * held
    if kind == "dis_max":
        found = [each for each in (score(part, document) for part in body["queries"]) if each is not None]
        return max(found) if found else None
    required = [score(part, document) for part in body.get("must", [])]
    if None in (*required, *(score(part, document) for part in body.get("filter", []))):
        return None
    optional = [each for each in (score(part, document) for part in body.get("should", [])) if each is not None]
    is_required = "must" not in body and "filter" not in body
    if len(optional) < body.get("minimum_should_match", int(is_required)):
        return None
    return sum(each for each in (*required, *optional) if each is not None)


def words_of(query: Any) -> set[str]:
    """Everything a document may hold that the query looks for."""
    if isinstance(query, list):
        return {word for part in query for word in words_of(part)}
    found: set[str] = set()
    for kind, body in query.items() if isinstance(query, dict) else ():
        if kind in ("term", "match_phrase"):
            found |= {f"{field} {asked.get('value') or asked.get('query')}" for field, asked in body.items()}
        else:
            found |= words_of(body)
    return found


@pytest.mark.parametrize("text", ["洗手", "晨检流程", "学前教育 观察", "未保法", "幼儿园怎么做晨检", "托育"])
def test_required_words_add_to_the_score_as_the_tree_says(text: str) -> None:
    draw = random.Random(text)
    for step in steps_of(ANALYZER.query(text)):
        asked = scored(step, [])
        plain = {"bool": {"must": [found_by(step)], "should": [compiled(each) for each in step.should]}}
        words = sorted(words_of(plain))
        for _ in range(200):
            document = {word: draw.uniform(0.5, 9) for word in words if draw.random() < 0.7}
            assert score(asked, document) == pytest.approx(score(plain, document))


def test_words_that_both_filter_and_score_are_scored_once() -> None:
    [step, *_] = steps_of(ANALYZER.query("晨检流程"))
    asked = scored(step, [])["bool"]
    assert "must" not in asked
    assert asked["filter"] == [found_by(step)]
