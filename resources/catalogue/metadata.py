"""The metadata of a resource as labelled rows (著录)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.text import listed
from resources.models import RECORD_FIELDS, CareDomain, Resource, VocabularyTerm
from resources.models.record_fields import RecordField


@dataclass(frozen=True, slots=True)
class MetadataRow:
    """``domains``: care domains, which the template draws with their icons instead of ``value``."""

    label: str
    value: str = ""
    domains: tuple[CareDomain, ...] = ()


CARD_FIELDS = sorted((declared for declared in RECORD_FIELDS if declared.card), key=lambda one: one.card_order)


def metadata_rows(resource: Resource) -> list[MetadataRow]:
    """The rows that have a value, in the order of the page."""
    rows = [row for declared in CARD_FIELDS for row in _rows_of(resource, declared)]
    return [row for row in rows if row.value or row.domains]


def _rows_of(resource: Resource, declared: RecordField) -> list[MetadataRow]:
    label = str(declared.card)
    if declared.name == "care_domains":
        return [MetadataRow(label, domains=tuple(resource.care_domains.all()))]
    if declared.name == "course_units":
        units = list(resource.course_units.all())
        return [
            MetadataRow(label, _labels(unit for unit in units if unit.kind == "course")),
            MetadataRow(_("Project, task"), _labels(unit for unit in units if unit.kind != "course")),
        ]
    return [MetadataRow(label, _in_words(resource, declared))]


def _in_words(resource: Resource, declared: RecordField) -> str:
    column, value = declared.column, getattr(resource, declared.name)
    if column.many_to_many:
        return _labels(value.all())
    if isinstance(value, list):
        return listed(value)
    if declared.choices or column.choices:
        return str(dict(declared.choices or column.flatchoices).get(value, value or ""))
    return str(value or "")


def _labels(terms: Iterable[VocabularyTerm]) -> str:
    return listed(str(term) for term in terms)
