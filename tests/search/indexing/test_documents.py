"""The document that the index gets of a resource."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from resources.models import AgeBand, CourseUnit, FileRemoval, Resource
from search.indexing.documents import build
from tests.factories import BlobFactory, PageFactory, ResourceFactory, person, term

pytestmark = pytest.mark.django_db


def only(resource: Resource):
    (doc,) = build([resource.pk], version=7).docs
    return doc


def test_a_live_resource_becomes_a_document_with_its_pages_and_notes():
    blob = BlobFactory(pages=[])
    PageFactory(blob=blob, number=1, text="七步洗手法", notes="演示时放慢")
    resource = ResourceFactory(live=True, title="洗手环节", files=[blob])
    doc = only(resource)
    assert (doc.id, doc.version, doc.title) == (resource.pk, 7, "洗手环节")
    assert [(page.file, page.number) for page in doc.pages] == [(blob.pk, 1)]
    assert "七步洗手法" in doc.pages[0].text
    assert "演示时放慢" in doc.pages[0].notes


@pytest.mark.parametrize("state", ["draft", "withdrawn", "unknown"])
def test_what_is_not_published_is_gone(state):
    resource = ResourceFactory(live=state == "withdrawn")
    if state == "withdrawn":
        Resource.objects.filter(pk=resource.pk).update(
            live=False, withdrawn_at=timezone.now(), withdrawal_reason="版权", withdrawn_by=resource.contributor
        )
    wanted = 999_999 if state == "unknown" else resource.pk
    batch = build([wanted], version=1)
    assert batch.gone == (wanted,)
    assert batch.docs == ()


def test_a_file_taken_down_lends_the_index_neither_text_nor_name():
    secret = BlobFactory(pages=["不许外传的名单"], declared_name="名单.pptx")
    resource = ResourceFactory(live=True, files=[secret, ["公开的一页"]])
    FileRemoval.objects.create(
        resource=resource, uid=resource.files.get(blob=secret).uid, reason="隐私", removed_by=person("editor")
    )
    doc = only(resource)
    assert [page.text for page in doc.pages] == ["公开的一页"]
    assert "名单.pptx" not in doc.headings


def test_a_duplicate_blob_is_indexed_as_its_original_once():
    original = BlobFactory(pages=["第一页"])
    copy = BlobFactory(state="duplicate", sha256=None, duplicate_of=original, key=None)
    doc = only(ResourceFactory(live=True, files=[original, copy]))
    assert [(page.file, page.number) for page in doc.pages] == [(original.pk, 1)]


def test_facets_hold_every_vocabulary_and_a_task_counts_for_its_course():
    course = term(CourseUnit, "life-care")
    project = CourseUnit.objects.create(code="life-care-2", label_zh="清洁", kind="project", parent=course)
    task = CourseUnit.objects.create(code="life-care-2-1", label_zh="洗手", kind="task", parent=project)
    doc = only(ResourceFactory(live=True, course_units=[task], files=[["一"]]))
    assert set(doc.facets["course"]) == {"life-care", "life-care-2", "life-care-2-1"}
    assert "清洁" in doc.headings
    for name in (
        "type",
        "level",
        "programme",
        "audience",
        "age",
        "domain",
        "school",
        "use",
        "format",
        "licence",
        "year",
    ):
        assert doc.facets[name], name
    assert doc.facets["use"] == ("anyone", "adapt")


def test_ages_span_from_the_youngest_to_the_oldest_band_and_are_unknown_without_one():
    bands = [term(AgeBand, "m7-12"), term(AgeBand, "m13-24")]
    assert only(ResourceFactory(live=True, age_bands=bands)).age_months == (7, 24)
    assert only(ResourceFactory(live=True, age_bands=[term(AgeBand, "no-age")])).age_months is None


def test_an_embargoed_resource_is_only_for_those_who_see_everything_and_is_looked_at_again():
    later = timezone.now() + timedelta(days=3)
    resource = ResourceFactory(live=True, embargo_until=later)
    batch = build([resource.pk], version=1)
    assert batch.docs[0].access == ("not-yet",)
    assert batch.embargoed == {resource.pk: later}


def test_building_costs_the_same_number_of_queries_for_one_and_for_many(django_assert_num_queries):
    ids = [ResourceFactory(live=True, files=[["一", "二"], ["三"]]).pk for _ in range(4)]
    from django.db import connection

    with CaptureQueriesContext(connection) as for_one:
        build(ids[:1], version=1)
    with django_assert_num_queries(len(for_one)):
        build(ids, version=1)
