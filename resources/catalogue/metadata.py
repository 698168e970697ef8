"""The metadata of a resource as labelled rows (著录)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.text import listed
from resources.models import CareDomain, Resource, Term


@dataclass(frozen=True, slots=True)
class MetadataRow:
    """``domains``: care domains, which the template draws with their icons instead of ``value``."""

    label: str
    value: str = ""
    domains: tuple[CareDomain, ...] = ()


def metadata_rows(resource: Resource) -> list[MetadataRow]:
    """The rows that have a value, in the order of the page."""
    units = list(resource.course_units.all())
    rows = [
        MetadataRow(_("Care domains"), domains=tuple(resource.care_domains.all())),
        MetadataRow(_("Age of the child"), _labels(resource.age_bands.all())),
        MetadataRow(_("Course"), _labels(unit for unit in units if unit.kind == "course")),
        MetadataRow(_("Project, task"), _labels(unit for unit in units if unit.kind != "course")),
        MetadataRow(_("Level"), _labels(resource.levels.all())),
        MetadataRow(_("Programme"), _labels(resource.programmes.all())),
        MetadataRow(_("For whom"), _labels(resource.audiences.all())),
        MetadataRow(_("Granularity"), str(resource.granularity or "")),
        MetadataRow(_("Keywords"), listed(resource.keywords)),
        MetadataRow(_("Creators"), resource.creators),
        MetadataRow(_("Portraits"), str(resource.get_portraits_display()) if resource.portraits else ""),
        MetadataRow(_("AI"), str(resource.get_generated_content_display()) if resource.generated_content else ""),
    ]
    return [row for row in rows if row.value or row.domains]


def _labels(terms: Iterable[Term]) -> str:
    return listed(str(term) for term in terms)
