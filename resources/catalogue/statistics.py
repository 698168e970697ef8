"""Counts for lists and pages, of what the reader may see. Each function is a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from members.models import School
from resources.models import AgeBand, CareDomain, CourseUnit, DailyUsage, FilePreview, Resource, ResourceFile, UsageKind


@dataclass(frozen=True, slots=True)
class Counted:
    """A term or school with its number of resources. ``share``: per cent of the largest, for bars."""

    thing: Any
    count: int
    share: int = 0


def _counts(who: Any, path: str, **only: Any) -> dict[int, int]:
    rows = Resource.objects.visible_to(who).filter(**only, **{f"{path}__isnull": False}).order_by()
    return dict(rows.values_list(path).annotate(n=Count("pk", distinct=True)))


def by_domain(who: Any) -> list[Counted]:
    counts = _counts(who, "care_domains")
    return [Counted(one, counts.get(one.pk, 0)) for one in CareDomain.objects.in_use()]


def by_age(who: Any) -> list[Counted]:
    """The bands of the month ruler: those that lie side by side (全龄段 overlaps them, 不涉及 has no months)."""
    counts = _counts(who, "age_bands")
    bands = AgeBand.objects.in_use().filter(min_months__isnull=False).exclude(code="all-ages").order_by("min_months")
    return [Counted(one, counts.get(one.pk, 0)) for one in bands]


def by_course(who: Any, **only: Any) -> list[Counted]:
    """Courses with resources, the fullest first."""
    # A task counts for its course: two steps up at most.
    root = Coalesce("course_units__parent__parent", "course_units__parent", "course_units")
    rows = Resource.objects.visible_to(who).filter(**only, course_units__isnull=False).order_by().annotate(root=root)
    counts = dict(rows.values_list("root").annotate(n=Count("pk", distinct=True)))
    courses = [one for one in CourseUnit.objects.in_use().filter(kind="course") if counts.get(one.pk)]
    courses.sort(key=lambda one: -counts[one.pk])
    most = counts[courses[0].pk] if courses else 1
    return [Counted(one, counts[one.pk], round(100 * counts[one.pk] / most)) for one in courses]


def by_school(who: Any) -> list[Counted]:
    counts = _counts(who, "school")
    return [Counted(one, counts.get(one.pk, 0)) for one in School.objects.active()]


@dataclass(frozen=True, slots=True)
class Totals:
    resources: int
    pages: int
    schools: int


def totals(who: Any, **only: Any) -> Totals:
    """How much there is to find. Pages: of the files' previews, duplicates read through their original."""
    visible = Resource.objects.visible_to(who).filter(**only).order_by()
    found = visible.aggregate(resources=Count("pk"), schools=Count("school", distinct=True))
    blobs = ResourceFile.objects.filter(resource__in=visible.values("pk"))
    direct = FilePreview.objects.filter(blob__in=blobs.values("blob"))
    through = FilePreview.objects.filter(blob__in=blobs.values("blob__duplicate_of"))
    pages = (direct | through).aggregate(n=Sum("page_count"))["n"] or 0
    return Totals(resources=found["resources"], pages=pages, schools=found["schools"])


def recent_use(who: Any, kind: UsageKind, *, days: int, **only: Any) -> int:
    """Counted uses of the last ``days`` days, today included."""
    visible = Resource.objects.visible_to(who).filter(**only).order_by()
    since = timezone.localdate() - timedelta(days=days - 1)
    rows = DailyUsage.objects.filter(resource__in=visible.values("pk"), kind=kind, day__gte=since)
    return rows.aggregate(n=Sum("count"))["n"] or 0
