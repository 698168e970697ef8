"""The metadata of a resource as labelled rows (著录)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.text import listed
from resources.models import RECORD_FIELDS, AgeBand, CareDomain, Resource, VocabularyTerm
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
    if declared.name == "age_bands":
        return [MetadataRow(label, listed(ages_in_words(resource.age_bands.all())))]
    return [MetadataRow(label, _in_words(resource, declared))]


def ages_in_words(bands: Iterable[AgeBand]) -> list[str]:
    """Bands that follow each other as one: 13～24 月 and 25～36 月 are 13～36 月."""
    rows = sorted(bands, key=lambda band: (band.min_months is None, band.min_months or 0, band.position))
    runs: list[list[AgeBand]] = []
    for band in rows:
        if runs and band.min_months is not None and runs[-1][-1].max_months == band.min_months - 1:
            runs[-1].append(band)
        else:
            runs.append([band])
    return [_run_in_words(run) for run in runs]


def _run_in_words(run: list[AgeBand]) -> str:
    if len(run) == 1:
        return str(run[0])
    return _("%(first)s–%(last)s months") % {"first": run[0].min_months, "last": run[-1].max_months}


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
