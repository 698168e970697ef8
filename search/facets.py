"""The facets: what a resource is filed under, how that is read from a row, asked for in an address, and named.

Values are stable codes; names are looked up when shown, so a renamed term needs no new index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import School
from resources import models
from resources.models import Licence, Resource


@dataclass(frozen=True, slots=True)
class Facet:
    """``name``: in addresses and the index. ``shown``: values before "more". ``model``: where the names come from.

    ``lookup``: the same choice asked of the database, for the time the engine is away.
    """

    name: str
    label: str | Promise
    values: Callable[[Resource], Iterable[str]]
    lookup: str = ""
    model: type[models.Term] | None = None
    shown: int = 6
    folded: bool = False
    every: bool = False

    def condition(self, chosen: tuple[str, ...]) -> Q:
        """The choice as a filter on resources."""
        if self.name == "use":
            return _use_condition(chosen)
        if self.name == "course":
            return Q(course_units__code__in=chosen) | Q(course_units__parent__code__in=chosen)
        if self.name == "year":
            years = [int(year) for year in chosen if year.isascii() and year.isdecimal() and len(year) == 4]
            return Q(first_published_at__year__in=years)
        return Q(**{f"{self.lookup}__in": chosen})


ADAPT = "adapt"


def _code(term: models.Term | None) -> tuple[str, ...]:
    return (term.code,) if term else ()


def _codes(terms: Iterable[models.Term]) -> tuple[str, ...]:
    return tuple(term.code for term in terms)


def unit_chain(unit: models.CourseUnit | None) -> Iterable[models.CourseUnit]:
    """A task, its project and its course: a resource on a task is found under all three."""
    seen: set[int] = set()
    while unit is not None and unit.pk not in seen:
        seen.add(unit.pk)
        yield unit
        unit = unit.parent


def _course_codes(resource: Resource) -> Iterable[str]:
    return dict.fromkeys(step.code for unit in resource.course_units.all() for step in unit_chain(unit))


def _use(resource: Resource) -> Iterable[str]:
    if resource.licence is None:
        return ()
    return (resource.licence.download, *((ADAPT,) if resource.licence.adapt else ()))


def _use_condition(chosen: tuple[str, ...]) -> Q:
    asked = Q(licence__download__in=chosen)
    return asked | Q(licence__adapt=True) if ADAPT in chosen else asked


def _formats(resource: Resource) -> Iterable[str]:
    return dict.fromkeys(file.blob.canonical.kind or "other" for file in resource.files.all())


def _year(resource: Resource) -> Iterable[str]:
    when = resource.first_published_at
    return (str(timezone.localtime(when).year),) if when else ()


USE_LABELS: dict[str, str | Promise] = {**dict(Licence.Download.choices), ADAPT: _("May be adapted")}

FORMAT_LABELS: dict[str, str | Promise] = {
    "slides": _("Slides"),
    "pdf": _("PDF"),
    "document": _("Document"),
    "sheet": _("Spreadsheet"),
    "text": _("Plain text"),
    "image": _("Image"),
    "video": _("Video"),
    "audio": _("Audio"),
    "archive": _("Archive"),
    "package": _("Course package"),
    "other": _("Other"),
}

LANGUAGE_LABELS: dict[str, str | Promise] = {
    "zh-Hans": _("Simplified Chinese"),
    "zh-Hant": _("Traditional Chinese"),
    "zh": _("Chinese"),
    "en": _("English"),
}

FACETS: tuple[Facet, ...] = (
    Facet(
        "type",
        _("Resource type"),
        lambda r: _code(r.resource_type),
        "resource_type__code",
        models.ResourceType,
    ),
    Facet("level", _("Level of study"), lambda r: _codes(r.levels.all()), "levels__code", models.Level, every=True),
    Facet(
        "age",
        _("Age of the child"),
        lambda r: _codes(r.age_bands.all()),
        "age_bands__code",
        models.AgeBand,
        every=True,
    ),
    Facet(
        "domain",
        _("Care domain"),
        lambda r: _codes(r.care_domains.all()),
        "care_domains__code",
        models.CareDomain,
        every=True,
    ),
    Facet("school", _("Provided by"), lambda r: (r.school.slug,), "school__slug"),
    Facet("use", _("What is allowed"), _use),
    Facet("course", _("Course"), _course_codes, "course_units__code", models.CourseUnit),
    Facet("format", _("File format"), _formats, "files__blob__kind"),
    Facet(
        "programme",
        _("Programme"),
        lambda r: _codes(r.programmes.all()),
        "programmes__code",
        models.Programme,
        folded=True,
    ),
    Facet(
        "audience", _("Meant for"), lambda r: _codes(r.audiences.all()), "audiences__code", models.Audience, folded=True
    ),
    Facet(
        "granularity",
        _("Granularity"),
        lambda r: _code(r.granularity),
        "granularity__code",
        models.Granularity,
        folded=True,
    ),
    Facet("licence", _("Licence"), lambda r: _code(r.licence), "licence__code", models.Licence, folded=True),
    Facet("language", _("Language"), lambda r: (r.language,) if r.language else (), "language", folded=True),
    Facet("year", _("Year of publication"), _year, folded=True),
)

BY_NAME: dict[str, Facet] = {facet.name: facet for facet in FACETS}

FACET_SIZE = 40
"""Values counted per facet: more than anybody reads, and few enough for one round trip."""


def facet_values(resource: Resource) -> dict[str, tuple[str, ...]]:
    """Every facet of a resource, empty ones left out."""
    found = {facet.name: tuple(facet.values(resource)) for facet in FACETS}
    return {name: values for name, values in found.items() if values}


def read_labels() -> dict[str, dict[str, models.Term | School]]:
    """Terms and schools by facet and code, for naming values. One query per vocabulary."""
    found: dict[str, dict[str, models.Term | School]] = {
        facet.name: {term.code: term for term in facet.model.objects.all()}
        for facet in FACETS
        if facet.model is not None
    }
    found["school"] = {school.slug: school for school in School.objects.all()}
    return found
