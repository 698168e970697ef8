"""One resource of the demo: what is said about it, which files it has, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """How far the loader takes a resource."""

    DRAFT = "draft"
    SCHOOL_REVIEW = "school review"
    ALLIANCE_REVIEW = "alliance review"
    RETURNED = "returned"
    PUBLISHED = "published"
    EMBARGOED = "embargoed"  # published, but shown to nobody before a date
    SCHEDULED = "scheduled"  # approved, waits for its date
    WITHDRAWN = "withdrawn"
    NEWER_DRAFT = "newer draft in review"  # published, and a newer draft is in school review
    SECOND_VERSION = "second version"


@dataclass(frozen=True, slots=True)
class DemoFile:
    """``make`` gives the bytes, the same each time."""

    name: str
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Item:
    """Terms are given by code. ``newer``: the files of the second version or the newer draft. ``remark``: the reason of a return or withdrawal."""

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
    state: State = State.PUBLISHED
    newer: tuple[DemoFile, ...] = field(default=())
    note: str = ""
    remark: str = ""
