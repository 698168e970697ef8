"""One demo resource: its metadata, its files, and how far the loader takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Target(StrEnum):
    """How far the loader takes a resource."""

    DRAFT = "draft"
    SCHOOL_REVIEW = "school review"
    ALLIANCE_REVIEW = "alliance review"
    RETURNED = "returned"
    PUBLISHED = "published"
    EMBARGOED = "embargoed"  # published, but hidden until a date
    SCHEDULED = "scheduled"  # approved, waits for its date
    WITHDRAWN = "withdrawn"
    NEWER_DRAFT = "newer draft in review"  # published; a newer draft is in school review
    SECOND_VERSION = "second version"


@dataclass(frozen=True, slots=True)
class DemoFile:
    """``make`` returns the same bytes each time."""

    name: str
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Item:
    """Terms are codes. ``newer``: files of the second version or newer draft.

    ``remark``: reason of a return or withdrawal.
    """

    title: str
    school: str
    author: str
    kind: str
    domains: tuple[str, ...]
    ages: tuple[str, ...]
    description: str
    keywords: tuple[str, ...]
    creators: str
    files: tuple[DemoFile, ...]
    course: str
    licence: str = "alliance"
    visibility: str = "public"
    levels: tuple[str, ...] = ("college",)
    programmes: tuple[str, ...] = ("infant-care-college",)
    audiences: tuple[str, ...] = ("students", "teachers")
    granularity: str = "unit"
    subtitle: str = ""
    target: Target = Target.PUBLISHED
    newer: tuple[DemoFile, ...] = field(default=())
    note: str = ""
    remark: str = ""
