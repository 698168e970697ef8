"""Every declared field is asked for, compared and shown; every column of a revision is declared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from resources.catalogue.metadata import metadata_rows
from resources.models import RECORD_FIELDS, REVISION_FIELDS, Resource
from resources.models.record_fields import RecordField
from resources.models.resource import NOT_CONTENT
from resources.publishing.requirements import REQUIRED
from resources.publishing.revision_diff import compare
from resources.web.workspace.draft_form import DraftForm
from tests.factories.cast import Cast, make_cast

pytestmark = pytest.mark.django_db

WAGTAILS_OWN = {
    "id", "live", "has_unpublished_changes", "locked", "locked_at", "locked_by", "latest_revision"
}  # fmt: skip


@pytest.fixture
def people() -> Cast:
    return make_cast()


def another_value(declared: RecordField, resource: Resource) -> Any:
    """A value that differs from the factory's."""
    column = declared.column
    if column.many_to_many:
        there = [term.pk for term in getattr(resource, declared.name).all()]
        return list(column.related_model.objects.exclude(pk__in=there)[:1])
    if column.many_to_one:
        return column.related_model.objects.exclude(pk=getattr(resource, column.attname)).first()
    if choices := declared.choices or column.choices:
        return next(value for value, _label in choices if value != getattr(resource, declared.name))
    if isinstance(column, models.DateTimeField):
        return datetime(2099, 1, 1, tzinfo=UTC)
    return ["换了的词"] if isinstance(column, models.JSONField) else "换了的字"


def test_every_column_a_revision_holds_is_declared():
    columns = {field.name for field in [*Resource._meta.concrete_fields, *Resource._meta.many_to_many]}
    outside = {name.removesuffix("_id") for name in NOT_CONTENT}
    assert columns - outside - WAGTAILS_OWN == set(REVISION_FIELDS)


def test_the_form_asks_for_every_declared_field(client: Client, people: Cast):
    draft = people.draft()
    client.force_login(people.author)
    page = client.get(reverse("draft", args=[draft.pk])).content.decode()
    for declared in RECORD_FIELDS:
        assert f'id="f-{declared.name}"' in page, declared.name
        assert f'name="{declared.name}"' in page, declared.name
    form = DraftForm(resource=draft, draft=draft.get_latest_revision_as_object())
    assert set(form.fields) == {declared.name for declared in RECORD_FIELDS} | {"based_on"}
    assert set(REQUIRED) == {row.field.name for row in [*form.record, *form.declarations] if row.required}


def test_the_diff_names_every_declared_field(people: Cast):
    resource = people.draft()
    before = resource.latest_revision
    for declared in (one for one in RECORD_FIELDS if one.in_revision):
        changed = before.as_object()
        setattr(changed, declared.name, another_value(declared, changed))
        changes = compare(before=before, after=changed.save_revision(clean=False)).fields
        assert [change.name for change in changes] == [declared.name]
        assert changes[0].label
        assert changes[0].after


def test_the_catalogue_card_shows_every_field_that_belongs_on_it(people: Cast):
    resource = people.draft()
    shown = [declared for declared in RECORD_FIELDS if declared.card]
    for declared in shown:
        if declared.column.many_to_many:
            setattr(resource, declared.name, list(declared.column.related_model.objects.all()[:2]))
        else:
            setattr(resource, declared.name, another_value(declared, resource))
    with override("zh-hans"):
        labels = {row.label for row in metadata_rows(resource)}
        assert {str(declared.card) for declared in shown} <= labels
