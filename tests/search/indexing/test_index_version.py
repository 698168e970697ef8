"""A release that indexes other content rebuilds by itself and loses nothing meanwhile."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from elasticsearch.dsl import Keyword

from resources.models import AgeBand, CareDomain, CourseUnit, Level, Licence, Programme, Resource, ResourceType
from resources.signals import resource_changed
from search import engine_provider as engines
from search.engines.elastic import mapping
from search.engines.weights import Prior
from search.indexing import index_version, reconcile
from search.indexing.documents import DOCUMENT_VERSION, build
from search.indexing.index_version import is_outdated
from search.indexing.indexer import deliver_all
from search.models import Outbox, RebuildRequest
from search.periodic import compare_index_with_database
from tests.factories import BlobFactory, ResourceFactory, SchoolFactory, term
from tests.search.indexing.test_relay import found, running, wait_until

SHAPES = {2: "fcbfc29532b66f2c", 3: "dcf9528659ff9d22"}
"""The hash of the sample document, by DOCUMENT_VERSION. Never change an entry: add one."""


def sample() -> dict[str, Any]:
    """A document in which every field and facet holds something, without what differs from run to run."""
    project = CourseUnit.objects.create(
        code="sample-2", label_zh="项目", label_en="Project", kind="project", parent=term(CourseUnit, "life-care")
    )
    # The seeds may be worded anew without making another document of the same row.
    for model in (Level, Programme, AgeBand, CareDomain, CourseUnit, ResourceType):
        model.objects.update(label_zh=model.__name__, label_en="", alternative_labels="别名")
    resource = ResourceFactory(
        live=True,
        title="洗手",
        subtitle="七步",
        keywords=["卫生", "习惯"],
        description="给一岁半孩子的洗手课。",
        language="zh-Hans",
        school=SchoolFactory(slug="sample", name="样本学院", short_name="样本"),
        resource_type=term(ResourceType, "courseware"),
        licence=term(Licence, "cc-by"),
        levels=list(Level.objects.order_by("code")[:1]),
        programmes=list(Programme.objects.order_by("code")[:1]),
        age_bands=[term(AgeBand, "m13-24")],
        care_domains=[term(CareDomain, "health")],
        course_units=[project],
        files=[BlobFactory(kind="slides", declared_name="洗手.pptx", pages=["第一页", "第二页"])],
    )
    Resource.objects.filter(pk=resource.pk).update(
        first_published_at=datetime(2026, 3, 1, tzinfo=UTC), creators="王老师"
    )
    (doc,) = build([resource.pk], version=1).docs
    shape = asdict(doc)
    shape["id"] = 1
    # Vectors and their model have a fingerprint of their own.
    assert (shape.pop("vectors"), shape.pop("model")) == ((), "")
    shape["pages"] = [page | {"file": 1} for page in shape["pages"]]
    return shape


@pytest.mark.django_db
def test_documents_of_another_shape_have_another_version():
    shape = sample()
    written = json.dumps(shape, ensure_ascii=False, sort_keys=True, default=str)
    found = hashlib.sha256(written.encode()).hexdigest()[:16]
    assert SHAPES.get(DOCUMENT_VERSION) == found, (
        f"The same resource becomes another document than before: {written}. Raise DOCUMENT_VERSION in "
        f"search/indexing/documents.py, so that indexes are rebuilt, and add {{version: {found!r}}} to SHAPES."
    )


@pytest.mark.django_db
def test_documents_facets_dictionary_and_stored_weights_each_change_the_fingerprint(monkeypatch):
    analyzer = engines.read_analyzer()
    found = {index_version.expected_fingerprint(analyzer)}
    found.add(index_version.expected_fingerprint(engines.Analyzer(dictionary=engines.read_dictionary(("安心抱抱操",)))))
    with monkeypatch.context() as patch:
        patch.setattr(index_version, "DOCUMENT_VERSION", DOCUMENT_VERSION + 1)
        found.add(index_version.expected_fingerprint(analyzer))
    with monkeypatch.context() as patch:
        patch.setattr(index_version, "FACETS", index_version.FACETS[1:])
        found.add(index_version.expected_fingerprint(analyzer))
    for name, value in (("PRIOR", Prior(quality=0.07)), ("COVER", 0.03), ("ASIDE", 0.4)):
        with monkeypatch.context() as patch:
            patch.setattr(index_version, name, value)
            found.add(index_version.expected_fingerprint(analyzer))
    assert len(found) == 7


@pytest.fixture
def index_of_before(both_engines) -> str:
    """An index of a release before DOCUMENT_VERSION: its fingerprint has analysis and dictionary."""
    with engines.opened_writer() as writer:
        ResourceFactory(live=True, title="洗手")
        deliver_all(writer)
        assert writer.fingerprint() == engines.read_analyzer().fingerprint
    return both_engines


@pytest.fixture
def refusing_schema(index_of_before, monkeypatch) -> Iterator[None]:
    """This release stores a field that the old index lacks; Elasticsearch refuses the documents."""
    properties = mapping.ResourceEntry._doc_type.mapping.properties._params["properties"]
    properties["novelty"] = Keyword()
    real = mapping.resource_entry
    monkeypatch.setattr(
        "search.engines.elastic.writer.resource_entry", lambda prepared: real(prepared) | {"novelty": "new"}
    )
    monkeypatch.setattr("search.engines.elastic.indices.SCHEMA_DIGEST", "with novelty")
    yield
    del properties["novelty"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_index_of_the_release_before_answers_until_the_new_one_takes_over(index_of_before, client):
    assert found(client, "洗手") == ["洗手"]
    with running():
        wait_until(lambda: RebuildRequest.objects.filter(state=RebuildRequest.State.DONE).exists())
        wait_until(lambda: not is_outdated(engines.get_engine(), engines.read_analyzer()))
    assert found(client, "洗手") == ["洗手"]
    assert RebuildRequest.objects.count() == 1


# The embedded engine leaves unknown fields out: tests/contracts/test_engine_schema.py.
@pytest.mark.services
@pytest.mark.parametrize("both_engines", ["elasticsearch"], indirect=True)
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_change_that_the_old_index_refuses_waits_for_the_new_one(refusing_schema, client, monkeypatch):
    monkeypatch.setattr("search.indexing.rebuild.STEP", 1)
    for number in range(3):
        ResourceFactory(live=True, title=f"新来的{number}")
    with running():
        wait_until(lambda: len(found(client, "新来的")) == 3)
        wait_until(lambda: not Outbox.objects.exists())
        assert "洗手" in found(client, "洗手")
        assert not is_outdated(engines.get_engine(), engines.read_analyzer())
    assert not Outbox.objects.dead_letters().exists()


@pytest.mark.django_db
def test_the_nightly_comparison_notices_an_outdated_index_too(index_of_before):
    compare_index_with_database()
    assert RebuildRequest.objects.filter(state=RebuildRequest.State.WAITING).count() == 1
    compare_index_with_database()
    assert RebuildRequest.objects.count() == 1


@pytest.mark.django_db
def test_an_outdated_index_is_no_difference_to_repair_resource_by_resource(index_of_before):
    resource_changed.send(Resource, resource_id=Resource.objects.get().pk)
    Outbox.objects.all().delete()
    assert reconcile.compare(engines.get_engine()).is_none
