"""A resource that means the same is found without holding the words: from publication to the page of results."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from search import embedding_provider
from search import engine_provider as engines
from search.embedding import EmbeddingUnavailable
from search.indexing.index_version import expected_fingerprint, is_outdated
from search.indexing.vector_job import delete_other_models, make_vectors
from search.models import LackingVectors, Outbox, PassageVector
from search.periodic import make_lacking_vectors
from tests.factories import BlobFactory, ResourceFactory, UserFactory
from tests.factories.jobs import run_jobs
from tests.search.small_model import SmallEmbedder

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> SmallEmbedder:
    small = SmallEmbedder()
    embedding_provider._embedded.cache_clear()
    monkeypatch.setattr(embedding_provider, "_opened", lambda _setting: small)
    return small


@pytest.fixture
def library(both_engines: str, model: SmallEmbedder, bring_index_up_to_date: Any) -> Any:
    ResourceFactory(
        live=True,
        title="溢奶的处理",
        files=[BlobFactory(kind="slides", declared_name="溢奶.pptx", pages=["先看颜色", "海姆立克五步"])],
    )
    ResourceFactory(live=True, title="晨间流程")
    bring_index_up_to_date()
    return bring_index_up_to_date


def _page(text: str, **more: str) -> Any:
    return Client().get("/search/", {"q": text, **more})


def test_a_published_resource_is_found_by_words_at_once_and_by_meaning_after_the_job(library: Any) -> None:
    assert [row.title for row in _page("溢奶").context["answer"].results] != []
    assert _page("孩子呛到了").context["answer"].results == ()
    run_jobs()
    assert Outbox.objects.exists()
    library()
    page = _page("孩子呛到了")
    answer = page.context["answer"]
    assert [(row.resource.title, row.by_meaning) for row in answer.results] == [("溢奶的处理", True)]
    assert answer.total == 0
    text = page.content.decode()
    assert "意思相近" in text
    assert "没有资源含有" in text
    assert "完全符合的就是以上这些" not in text


def test_meaning_can_be_switched_off_on_the_page_and_in_the_api(library: Any) -> None:
    run_jobs()
    library()
    page = _page("孩子呛到了", meaning="0")
    assert page.context["answer"].results == ()
    api = Client().get("/api/search", {"q": "孩子呛到了"}).json()
    assert [(row["title"], row["by_meaning"]) for row in api["results"]] == [("溢奶的处理", True)]
    assert (api["total"], api["extra"]) == (0, 1)
    assert Client().get("/api/search", {"q": "孩子呛到了", "meaning": "0"}).json()["results"] == []


def test_the_choice_is_a_box_of_the_filters_and_stays_with_the_next_search(library: Any) -> None:
    run_jobs()
    library()
    box = 'name="meaning" value="0"'
    assert box in _page("溢奶").content.decode()
    assert f"{box} checked" in _page("溢奶", meaning="0").content.decode()
    assert _page("溢奶", meaning="0").context["params"].query() == "?q=%E6%BA%A2%E5%A5%B6&meaning=0"


def test_a_vector_is_made_once_for_the_same_text(library: Any, model: SmallEmbedder) -> None:
    run_jobs()
    made = model.encoded
    assert made == PassageVector.objects.count() > 0
    library()
    assert not LackingVectors.objects.exists()
    with engines.opened_writer() as writer, writer.rebuild(expected_fingerprint(engines.read_analyzer())) as new:
        new.finish()
    run_jobs()
    assert model.encoded == made


def test_another_model_outdates_the_index_and_its_vectors_are_deleted(library: Any, model: SmallEmbedder) -> None:
    run_jobs()
    library()
    analyzer = engines.read_analyzer()
    fingerprint = expected_fingerprint(analyzer)
    model.fingerprint = "0ther"
    assert expected_fingerprint(analyzer) != fingerprint
    with engines.opened_writer() as writer:
        assert is_outdated(writer, analyzer)
    assert delete_other_models() > 0
    assert not PassageVector.objects.exists()


def test_a_model_that_fails_holds_up_nothing_and_is_tried_again(
    library: Any, model: SmallEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_texts: Any) -> Any:
        raise EmbeddingUnavailable("no memory")

    monkeypatch.setattr(model, "passages", fail)
    monkeypatch.setattr(model, "queries", fail)
    run_jobs()
    assert LackingVectors.objects.exists()
    assert _page("溢奶").status_code == 200
    assert _page("溢奶").context["answer"].total == 1
    monkeypatch.undo()
    monkeypatch.setattr(embedding_provider, "_opened", lambda _setting: model)
    make_lacking_vectors()
    run_jobs()
    assert not LackingVectors.objects.exists()


def test_a_change_while_vectors_are_made_is_not_lost(
    library: Any, model: SmallEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search.indexing.vector_job import request_vectors

    pk = LackingVectors.objects.order_by("resource_id").first().resource_id
    LackingVectors.objects.exclude(pk=pk).delete()
    monkeypatch.setattr("search.indexing.vector_job._complete", lambda *_: request_vectors([pk]) or True)
    monkeypatch.setattr("search.indexing.vector_job.ONE_RUN", 0.05)
    make_vectors.call()
    assert LackingVectors.objects.filter(pk=pk).exists()


def test_health_says_once_why_searches_go_by_words_alone() -> None:
    client = Client()
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    text = client.get("/cms/health/").content.decode()
    assert text.count("现在只按字词查找") == 1
