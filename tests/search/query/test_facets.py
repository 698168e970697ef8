"""A facet is one entry in search/facets.py: everything else follows from what it says of itself."""

from __future__ import annotations

import pytest
from django.db.models import Q
from django.urls import reverse

from resources.models import VOCABULARIES as TERMS
from resources.models import CourseUnit, Resource
from search import facets
from search.facets import BY_NAME, FACETS, Facet, facet_values
from search.indexing import outbox
from search.indexing.documents import build
from tests.factories import ResourceFactory, term


def test_every_vocabulary_is_a_facet_so_a_renamed_term_reaches_the_index():
    assert {model._meta.label for model in TERMS} < facets.INDEXED_VOCABULARIES.keys()


@pytest.mark.django_db
def test_without_the_engine_a_course_also_finds_what_is_filed_under_its_tasks():
    course = term(CourseUnit, "life-care")
    project = CourseUnit.objects.create(code="life-care-2", label_zh="清洁", kind="project", parent=course)
    task = CourseUnit.objects.create(code="life-care-2-1", label_zh="洗手", kind="task", parent=project)
    resource = ResourceFactory(live=True, course_units=[task])
    for unit in (course, project, task):
        assert list(Resource.objects.filter(BY_NAME["course"].filter([unit.code]))) == [resource]


@pytest.mark.django_db
def test_the_database_and_the_index_agree_on_every_value_of_a_resource():
    resource = ResourceFactory(live=True, files=[["一"]], language="en")
    other = ResourceFactory(live=True)
    for name, values in facet_values(Resource.objects.get(pk=resource.pk)).items():
        for value in values:
            assert resource in Resource.objects.filter(BY_NAME[name].filter([value])), name
            assert (other in Resource.objects.filter(BY_NAME[name].filter([value]))) == (
                value in facet_values(other).get(name, ())
            ), name


@pytest.fixture
def one_more_facet(monkeypatch):
    """The list with one more facet, known to the list alone."""
    subtitle = Facet(
        "subtitle",
        "Subtitle",
        values=lambda resource: (resource.subtitle,) if resource.subtitle else (),
        condition=lambda chosen: Q(subtitle__in=chosen),
        labels={"vol-1": "Volume one"},
    )
    monkeypatch.setattr(facets, "FACETS", (*FACETS, subtitle))
    for module in ("service", "facet_panel", "results"):
        monkeypatch.setattr(f"search.query.{module}.FACETS", facets.FACETS)
    monkeypatch.setitem(BY_NAME, "subtitle", subtitle)


@pytest.mark.django_db
@pytest.mark.usefixtures("one_more_facet")
def test_a_new_facet_is_indexed_counted_named_and_chosen(both_engines, client, bring_index_up_to_date):
    ResourceFactory(live=True, title="洗手一", subtitle="vol-1")
    ResourceFactory(live=True, title="洗手二", subtitle="vol-2")
    bring_index_up_to_date()
    response = client.get(reverse("search"), {"q": "洗手", "subtitle": "vol-1"})
    (group,) = [group for group in response.context["groups"] if group.name == "subtitle"]
    assert [(option.label, option.count) for option in group.shown] == [("Volume one", 1), ("vol-2", 1)]
    assert [result.resource.title for result in response.context["answer"].results] == ["洗手一"]
    assert "Volume one" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("one_more_facet")
def test_a_new_facet_is_chosen_without_the_engine_too(client, settings):
    settings.SEARCH_URL = "http://127.0.0.1:9"
    ResourceFactory(live=True, title="洗手一", subtitle="vol-1")
    ResourceFactory(live=True, title="洗手二", subtitle="vol-2")
    response = client.get(reverse("search"), {"q": "洗手", "subtitle": "vol-1"})
    assert [result.resource.title for result in response.context["answer"].results] == ["洗手一"]


@pytest.mark.django_db
def test_every_row_a_document_names_leads_back_to_its_resource():
    resource = ResourceFactory(live=True)
    build([resource.pk], version=1)
    for label, vocabulary in facets.INDEXED_VOCABULARIES.items():
        named = getattr(resource, vocabulary.relation)
        row = named.first() if vocabulary.is_many else named
        if row is not None:
            assert resource in outbox.resources_naming(f"{label}:{row.pk}"), label
