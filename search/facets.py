"""The facets: how a resource's values are read, asked of the database, named and ordered.

Values are stable codes. Names are looked up when shown, so a renamed term needs no new index. A new facet is one entry in
``FACETS``: the panel, the API, the database fallback and the index (by a rebuild of its own) follow from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.text import parse_id
from members.models import School
from resources import models
from resources.models import CourseUnit, Licence, Resource
from resources.pipeline.format_labels import KIND_LABELS

Text = str | Promise
Named = models.VocabularyTerm | School
Rows = Mapping[str, Named]
"""The rows of a facet's vocabulary by code, in the editors' order; empty for a facet without one."""


@dataclass(frozen=True)
class Vocabulary:
    """The rows that name a facet's values.

    ``relation``: the field of Resource that points at them; ``key``: the column that holds the code. ``parents``: a
    resource filed under a row also counts for the row's parents, up to so many levels.
    """

    model: type[Named]
    relation: str
    key: str = "code"
    parents: int = 0

    @cached_property
    def is_many(self) -> bool:
        return bool(Resource._meta.get_field(self.relation).many_to_many)

    def codes_of(self, resource: Resource) -> Iterable[str]:
        related = getattr(resource, self.relation)
        rows = related.all() if self.is_many else [related] if related else []
        return dict.fromkeys(getattr(step, self.key) for row in rows for step in self._with_parents(row))

    def holds(self, codes: Sequence[str]) -> Q:
        """Resources filed under one of these codes."""
        return self._any_level(f"__{self.key}__in", codes)

    def shows(self, pk: str | int) -> Q:
        """Resources whose documents hold this row's names."""
        return self._any_level("", pk)

    def rows(self) -> dict[str, Named]:
        return {getattr(row, self.key): row for row in self.model._default_manager.all()}

    def prefetch(self) -> Prefetch[str]:
        """Read the rows of many resources, with their parents, in one query."""
        rows = self.model._default_manager.all()
        return Prefetch(
            self.relation, rows.select_related("__".join(["parent"] * self.parents)) if self.parents else rows
        )

    def _with_parents(self, row: Any) -> Iterable[Any]:
        return unit_chain(row) if self.parents else (row,)

    def _any_level(self, suffix: str, value: Any) -> Q:
        levels = (f"{self.relation}{'__parent' * level}{suffix}" for level in range(self.parents + 1))
        return Q(*((level, value) for level in levels), _connector=Q.OR)


@dataclass(frozen=True)
class Facet:
    """``name``: in URLs and in the index.

    Values come from a ``vocabulary`` or from ``values`` and ``condition``.

    ``labels``: fixed names of values. ``order``: "editor" puts values with equal counts in the vocabulary's order, "value"
    sorts them by code. ``shown``: values before "more". ``folded``: the group is closed at first. ``shows_all``: every
    value of the vocabulary is offered, in its order. ``has_icons``: each value has an icon. ``in_results``: a result
    names the values. ``is_listed``: whether the panel offers a value that is not chosen; by default each that has a name.
    """

    name: str
    label: Text
    vocabulary: Vocabulary | None = None
    values: Callable[[Resource], Iterable[str]] = lambda _resource: ()
    condition: Callable[[Sequence[str]], Q] = lambda _chosen: Q(pk__in=())
    labels: Mapping[str, Text] | None = None
    order: str = "editor"
    shown: int = 6
    folded: bool = False
    shows_all: bool = False
    has_icons: bool = False
    in_results: bool = False
    is_listed: Callable[[Named], bool] = lambda _row: True

    def values_of(self, resource: Resource) -> tuple[str, ...]:
        """The codes the resource is indexed under."""
        return tuple(self.vocabulary.codes_of(resource) if self.vocabulary else self.values(resource))

    def filter(self, chosen: Sequence[str]) -> Q:
        """The choice as a condition on resources, for the time the engine is away."""
        return self.vocabulary.holds(chosen) if self.vocabulary else self.condition(chosen)

    def label_of(self, value: str, rows: Rows) -> str:
        """The name of a value; the value itself where there is none."""
        if self.labels is not None:
            return str(self.labels.get(value, value))
        return str(rows[value].label) if value in rows else value

    def lists(self, value: str, rows: Rows) -> bool:
        """Whether the panel offers the value."""
        if self.vocabulary is None:
            return True
        return value in rows and self.is_listed(rows[value])

    def places(self, rows: Rows) -> dict[str, int]:
        """The position of each value in the editors' order; empty where values are sorted by code."""
        if self.order == "value":
            return {}
        return {value: place for place, value in enumerate(rows if self.labels is None else self.labels)}


def unit_chain(unit: CourseUnit | None) -> Iterable[CourseUnit]:
    """A task, its project and its course: a resource on a task is found under all three."""
    seen: set[int] = set()
    while unit is not None and unit.pk not in seen:
        seen.add(unit.pk)
        yield unit
        unit = unit.parent


ADAPT = "adapt"


def _uses(resource: Resource) -> Iterable[str]:
    if resource.licence is None:
        return ()
    return (resource.licence.download, *((ADAPT,) if resource.licence.adapt else ()))


def _allows(chosen: Sequence[str]) -> Q:
    asked = Q(licence__download__in=chosen)
    return asked | Q(licence__adapt=True) if ADAPT in chosen else asked


def _formats(resource: Resource) -> Iterable[str]:
    return dict.fromkeys(file.blob.canonical.kind or "other" for file in resource.files.all())


def _years(resource: Resource) -> Iterable[str]:
    when = resource.first_published_at
    return (str(timezone.localtime(when).year),) if when else ()


def _published_in(chosen: Sequence[str]) -> Q:
    return Q(first_published_at__year__in=[int(year) for year in chosen if len(year) == 4 and parse_id(year)])


USE_LABELS: dict[str, Text] = {**dict(Licence.Download.choices), ADAPT: _("May be adapted")}

LANGUAGE_LABELS: dict[str, Text] = {
    "zh-Hans": _("Simplified Chinese"),
    "zh-Hant": _("Traditional Chinese"),
    "zh": _("Chinese"),
    "en": _("English"),
}

FACETS: tuple[Facet, ...] = (
    Facet("type", _("Resource type"), Vocabulary(models.ResourceType, "resource_type")),
    Facet("level", _("Level of study"), Vocabulary(models.Level, "levels"), shows_all=True),
    Facet("age", _("Age of the child"), Vocabulary(models.AgeBand, "age_bands"), shows_all=True, in_results=True),
    Facet(
        "domain",
        _("Care domain"),
        Vocabulary(models.CareDomain, "care_domains"),
        shows_all=True,
        has_icons=True,
        in_results=True,
    ),
    Facet("school", _("Provided by"), Vocabulary(School, "school", key="slug"), order="value"),
    Facet("use", _("What is allowed"), values=_uses, condition=_allows, labels=USE_LABELS),
    Facet(
        "course",
        _("Course"),
        Vocabulary(CourseUnit, "course_units", parents=2),
        order="value",
        in_results=True,
        # Projects and tasks are found by words; as choices they would be hundreds.
        is_listed=lambda unit: isinstance(unit, CourseUnit) and unit.kind == CourseUnit.Kind.COURSE,
    ),
    Facet(
        "format",
        _("File format"),
        values=_formats,
        condition=lambda chosen: Q(files__blob__kind__in=chosen),
        labels=KIND_LABELS,
    ),
    Facet("programme", _("Programme"), Vocabulary(models.Programme, "programmes"), folded=True),
    Facet("audience", _("Meant for"), Vocabulary(models.Audience, "audiences"), folded=True),
    Facet("granularity", _("Granularity"), Vocabulary(models.Granularity, "granularity"), folded=True),
    Facet("licence", _("Licence"), Vocabulary(Licence, "licence"), folded=True),
    Facet(
        "language",
        _("Language"),
        values=lambda resource: (resource.language,) if resource.language else (),
        condition=lambda chosen: Q(language__in=chosen),
        labels=LANGUAGE_LABELS,
        folded=True,
    ),
    Facet("year", _("Year of publication"), values=_years, condition=_published_in, order="value", folded=True),
)

BY_NAME: dict[str, Facet] = {facet.name: facet for facet in FACETS}

INDEXED_VOCABULARIES: dict[str, Vocabulary] = {
    facet.vocabulary.model._meta.label: facet.vocabulary for facet in FACETS if facet.vocabulary
}
"""By the label of the model."""

FACET_SIZE = 40
"""Values counted per facet: more than a reader looks at, and few enough for one request."""


def facet_values(resource: Resource) -> dict[str, tuple[str, ...]]:
    """Every facet of a resource, empty ones left out."""
    found = {facet.name: facet.values_of(resource) for facet in FACETS}
    return {name: values for name, values in found.items() if values}


def read_vocabularies() -> dict[str, dict[str, Named]]:
    """The rows of every vocabulary by facet and code. One query each."""
    return {facet.name: facet.vocabulary.rows() for facet in FACETS if facet.vocabulary}
