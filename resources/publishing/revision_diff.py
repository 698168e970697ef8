"""The diff of two revisions: metadata fields, files, and pages whose text changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone
from wagtail.models import Revision

from resources.delivery.page_image_urls import THUMBNAIL, page_image_url
from resources.models import RECORD_FIELDS, REVISION_FIELDS, FileBlob, FilePage, Resource, RevisionFile, VocabularyTerm
from resources.publishing.review_comments import field_label

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CHOICES = {declared.name: dict(declared.choices) for declared in RECORD_FIELDS if declared.choices}
"""Labels of values whose column has no choices."""

SHOWN_PAIRS = 12
"""Pairs of pages shown; the rest is only counted."""

COMPARED_PAGES = 500
"""Files with more pages are reported as replaced without a comparison of their text."""


@dataclass(frozen=True, slots=True)
class Change:
    """A changed field; ``before`` and ``after`` are display text."""

    name: str
    label: StrOrPromise
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PageSide:
    number: int
    image_url: str


@dataclass(frozen=True, slots=True)
class PagePair:
    """A page whose text changed; one side is None for an added or removed page."""

    before: PageSide | None
    after: PageSide | None


@dataclass(frozen=True, slots=True)
class FileChange:
    """``kind``: added, removed, kept, or replaced (same uid or name, other bytes)."""

    kind: str
    before: RevisionFile | None
    after: RevisionFile | None
    pages: list[PagePair] = field(default_factory=list)

    @property
    def name(self) -> str:
        row = self.after or self.before
        return row.name if row else ""

    @property
    def shown_pages(self) -> list[PagePair]:
        return self.pages[:SHOWN_PAIRS]

    @property
    def more_pages(self) -> int:
        return max(0, len(self.pages) - SHOWN_PAIRS)


@dataclass(frozen=True, slots=True)
class RevisionDiff:
    fields: list[Change]
    files: list[FileChange]

    @property
    def changed_files(self) -> list[FileChange]:
        return [change for change in self.files if change.kind != "kept"]

    @property
    def page_count(self) -> int:
        return sum(len(change.pages) for change in self.files)


def readable(content: dict[str, Any], names: tuple[str, ...] = REVISION_FIELDS) -> dict[str, str]:
    """A revision's JSON as display text, in one query per vocabulary."""
    return {name: _words(Resource._meta.get_field(name), content.get(name)) for name in names}


def _words(field: Any, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if field.is_relation:
        model: type[VocabularyTerm] = field.related_model
        ids = value if isinstance(value, list) else [value]
        found = model.objects.in_bulk(ids)
        return "、".join(str(found[pk]) for pk in ids if pk in found)
    if isinstance(value, list):
        return "、".join(str(word) for word in value)
    if choices := CHOICES.get(field.name):
        return str(choices.get(value, value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        return timezone.localtime(field.to_python(value)).strftime("%Y-%m-%d %H:%M")
    return str(value)


def record_rows(revision: Revision) -> list[tuple[str, str]]:
    """Label and value of each metadata field that is not empty."""
    return [(field_label(name), words) for name, words in readable(revision.content).items() if words]


def compare(*, before: Revision, after: Revision) -> RevisionDiff:
    old, new = before.content, after.content
    changed = tuple(name for name in REVISION_FIELDS if old.get(name) != new.get(name))
    was, now = readable(old, changed), readable(new, changed)
    fields = [
        Change(name, Resource._meta.get_field(name).verbose_name, was[name], now[name])
        for name in changed
        if was[name] != now[name]
    ]
    return RevisionDiff(fields, _compare_files(before, after))


def _compare_files(before: Revision, after: Revision) -> list[FileChange]:
    rows = RevisionFile.objects.filter(revision__in=[before.pk, after.pk]).select_related(
        "blob__preview", "blob__duplicate_of__preview"
    )
    old = [row for row in rows if row.revision_id == before.pk]
    new = [row for row in rows if row.revision_id == after.pk]
    by_uid = {row.uid: row for row in old}
    by_name = {row.name: row for row in old}
    changes: list[FileChange] = []
    matched: set[int] = set()
    for row in new:
        # A corrected file has a new uid and the old name; for the reviewer it replaces the old file.
        match = by_uid.get(row.uid) or by_name.get(row.name)
        if match is None or match.pk in matched:
            changes.append(FileChange("added", None, row))
            continue
        matched.add(match.pk)
        was, now = match.blob.canonical, row.blob.canonical
        if was.pk == now.pk:
            changes.append(FileChange("kept", match, row))
        else:
            changes.append(FileChange("replaced", match, row, changed_pages(was, now)))
    changes += [FileChange("removed", row, None) for row in old if row.pk not in matched]
    return changes


def changed_pages(before: FileBlob, after: FileBlob) -> list[PagePair]:
    """Pages whose text differs, aligned so that one inserted page does not shift all later ones."""
    old, new = _pages(before), _pages(after)
    if not old or not new or max(len(old), len(new)) > COMPARED_PAGES:
        return []
    matcher = SequenceMatcher(a=[page.text for page in old], b=[page.text for page in new], autojunk=False)
    pairs: list[PagePair] = []
    for kind, a, a_end, b, b_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        left = [_side(before, page) for page in old[a:a_end]]
        right = [_side(after, page) for page in new[b:b_end]]
        for number in range(max(len(left), len(right))):
            pairs.append(
                PagePair(left[number] if number < len(left) else None, right[number] if number < len(right) else None)
            )
    return pairs


def _pages(blob: FileBlob) -> list[FilePage]:
    return list(FilePage.objects.filter(blob=blob).only("number", "text", "widths", "blob_id")[: COMPARED_PAGES + 1])


def _side(blob: FileBlob, page: FilePage) -> PageSide:
    fitting = [width for width in sorted(page.widths) if width >= THUMBNAIL]
    return PageSide(page.number, page_image_url(blob, page.number, fitting[0]) if fitting else "")
