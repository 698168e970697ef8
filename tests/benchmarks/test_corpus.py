"""The generated course material: the same for everybody, and distributed like real texts."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter

import pytest

from benchmarks.corpus import TEXT_FACETS, deck_docs, documents, queries, text_docs
from benchmarks.corpus.material import material, materials

SAMPLE = 3_000


@pytest.fixture(scope="module")
def sample():
    return list(materials(SAMPLE))


@pytest.fixture
def small_pool(monkeypatch):
    """Decks and queries from the first texts only."""
    pool = tuple(materials(SAMPLE))
    monkeypatch.setattr(documents, "texts", lambda count=SAMPLE: pool[:count])


def test_the_same_seed_makes_the_same_texts_on_every_machine(sample):
    digest = hashlib.sha256("\n".join(f"{each.title}\t{each.unit}\t{each.text}" for each in sample).encode())
    assert digest.hexdigest()[:16] == "371a0eb2c30d59dc"


def test_a_text_does_not_depend_on_the_texts_made_before(sample):
    assert material(1234) == sample[1234]


def test_another_seed_makes_other_texts(sample):
    assert all(one != other for one, other in zip(materials(20, seed=1), sample[:20], strict=True))


def test_decks_and_queries_are_the_same_each_time(small_pool):
    assert list(deck_docs(7, 3)) == list(deck_docs(7, 3))
    assert [deck.id for deck in deck_docs(7, 3)] == [7, 8, 9]
    assert queries(20, TEXT_FACETS, SAMPLE) == queries(20, TEXT_FACETS, SAMPLE)
    assert all(2 <= len(query.text) <= 6 for query in queries(20, TEXT_FACETS, SAMPLE))


def test_lengths_and_words_are_distributed_like_those_of_real_texts(sample):
    lengths = sorted(len(each.text) for each in sample)
    assert 80 < lengths[len(lengths) // 2] < 140
    assert lengths[int(len(lengths) * 0.99)] > 3 * lengths[len(lengths) // 2]
    holding = Counter(word for each in sample for word in set(documents.shipped_analyzer().coarse(each.text)))
    shares = [count / len(sample) for _, count in holding.most_common()]
    assert shares[30] > 0.2 > 0.05 > shares[300] > 0.01
    assert shares[1500] < 0.005
    assert len(shares) > 4_000


def test_facets_are_skewed_like_those_of_real_texts(sample):
    kinds = Counter(each.kind for each in sample)
    assert len(kinds) == 13
    assert kinds.most_common(1)[0][1] > SAMPLE / 3
    assert len({each.unit for each in sample}) > 1_500


def test_real_texts_may_be_named_instead(tmp_path, monkeypatch):
    path = tmp_path / "real.jsonl.gz"
    row = {"title": "题", "text": "文", "kind": "课件", "school": "甲", "unit": ""}
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for _ in range(3)).encode()))
    monkeypatch.setenv("BENCHMARK_TEXTS", str(path))
    documents.texts.cache_clear()
    try:
        assert [doc.facets["kind"] for doc in text_docs(2)] == [("课件",), ("课件",)]
        assert "unit" not in next(text_docs(1)).facets
    finally:
        documents.texts.cache_clear()
