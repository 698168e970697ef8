"""Counts of the resources a user may see. Each function costs a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from members.models import School
from members.viewer import Who
from resources.models import (
    AgeBand,
    CareDomain,
    CourseUnit,
    DailyUsage,
    FilePreview,
    Resource,
    ResourceFile,
    UsageKind,
    VocabularyTerm,
)


@dataclass(frozen=True, slots=True)
class TermCount:
    """``share``: per cent of the largest count, for bars."""

    term: VocabularyTerm
    count: int
    share: int = 0


@dataclass(frozen=True, slots=True)
class SchoolCount:
    school: School
    count: int


@dataclass(frozen=True, slots=True)
class Totals:
    resources: int
    pages: int
    schools: int


def count_by_domain(who: Who) -> list[TermCount]:
    counts = _counts(who, "care_domains")
    return [TermCount(domain, counts.get(domain.pk, 0)) for domain in CareDomain.objects.in_use()]


def count_by_age(who: Who) -> list[TermCount]:
    """Age bands that follow each other. 全龄段 overlaps the others, 不涉及 has no months."""
    counts = _counts(who, "age_bands")
    bands = AgeBand.objects.in_use().filter(min_months__isnull=False).exclude(code="all-ages").order_by("min_months")
    return [TermCount(band, counts.get(band.pk, 0)) for band in bands]


def count_by_course(who: Who, **only: Any) -> list[TermCount]:
    """Courses that have resources, the largest count first. ``only``: filters on the resources."""
    # A project or task counts for its course, which is at most two steps up.
    course = Coalesce("course_units__parent__parent", "course_units__parent", "course_units")
    rows = Resource.objects.visible_to(who).filter(**only, course_units__isnull=False).order_by()
    counts = dict(rows.annotate(course=course).values_list("course").annotate(n=Count("pk", distinct=True)))
    courses = [unit for unit in CourseUnit.objects.in_use().filter(kind="course") if counts.get(unit.pk)]
    courses.sort(key=lambda unit: -counts[unit.pk])
    largest = counts[courses[0].pk] if courses else 1
    return [TermCount(unit, counts[unit.pk], round(100 * counts[unit.pk] / largest)) for unit in courses]


def count_by_school(who: Who) -> list[SchoolCount]:
    counts = _counts(who, "school")
    return [SchoolCount(school, counts.get(school.pk, 0)) for school in School.objects.active()]


def totals(who: Who, **only: Any) -> Totals:
    """Resources, schools and previewed pages. A duplicate file has the pages of its original."""
    visible = Resource.objects.visible_to(who).filter(**only).order_by()
    sums = visible.aggregate(resources=Count("pk"), schools=Count("school", distinct=True))
    files = ResourceFile.objects.filter(resource__in=visible.values("pk"))
    own = FilePreview.objects.filter(blob__in=files.values("blob"))
    of_originals = FilePreview.objects.filter(blob__in=files.values("blob__duplicate_of"))
    pages = (own | of_originals).aggregate(n=Sum("page_count"))["n"] or 0
    return Totals(resources=sums["resources"], pages=pages, schools=sums["schools"])


def recent_use(who: Who, kind: UsageKind, *, days: int, **only: Any) -> int:
    """Counted uses of the last ``days`` days, today included."""
    visible = Resource.objects.visible_to(who).filter(**only).order_by()
    since = timezone.localdate() - timedelta(days=days - 1)
    rows = DailyUsage.objects.filter(resource__in=visible.values("pk"), kind=kind, day__gte=since)
    return rows.aggregate(n=Sum("count"))["n"] or 0


def _counts(who: Who, path: str) -> dict[int, int]:
    """Visible resources per row that ``path`` leads to."""
    rows = Resource.objects.visible_to(who).filter(**{f"{path}__isnull": False}).order_by()
    return dict(rows.values_list(path).annotate(n=Count("pk", distinct=True)))
