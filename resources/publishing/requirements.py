"""Requirements of a submission and of an approval.

A submission needs its required fields, an end date to come, checked files and the commitment.

Checks a revision's JSON and rows already fetched, so a list of drafts costs no query per line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from resources.models import RECORD_FIELDS, FileBlob, FilePreview, RevisionFile
from resources.processing.outcome_codes import OutcomeCode

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REQUIRED = {declared.name: declared.missing for declared in RECORD_FIELDS if declared.missing}
"""The message for each field that must not be empty, in the order of the form."""

FILES = "files"

COMMITMENT_VERSION = "2026-1"
"""The version of COMMITMENT_POINTS, stored with each signature. Change it whenever the text changes."""

COMMITMENT_POINTS = (
    _("My school may share this resource: it is our own work, or the owners of what it contains have agreed."),
    _("Texts, pictures, sound and data of others are named with their source."),
    _("No child, family or patient can be recognised in it without their guardians' written consent."),
    _("Its content is true, up to date and fit for teaching as far as I know; it advertises nothing."),
    _("I answer questions about it and agree to its withdrawal when one of these points turns out wrong."),
)
"""What a submitter signs."""


@dataclass(frozen=True, slots=True)
class MissingItem:
    """``field``: its name on the form, or ``files``."""

    field: str
    message: StrOrPromise


def missing_fields(content: Mapping[str, Any]) -> list[MissingItem]:
    """Required fields that are empty in a revision's JSON.

    ``visibility`` lies outside the revision and always has a value.
    """
    found = []
    for name, message in REQUIRED.items():
        value = content.get(name)
        if name != "visibility" and not (value.strip() if isinstance(value, str) else value):
            found.append(MissingItem(name, message))
    return found


def expired_end_date(content: Mapping[str, Any]) -> list[MissingItem]:
    """An end date in the past: the resource would expire as soon as it is published."""
    end = parse_datetime(content.get("expire_at") or "")
    if end is None or end > timezone.now():
        return []
    return [MissingItem("expire_at", _("Its end date has passed. Choose a later one, or none."))]


def file_problems(files: Iterable[RevisionFile]) -> list[MissingItem]:
    """What the author must do about the files, given with ``blob`` and ``blob__duplicate_of`` fetched."""
    rows = list(files)
    if not rows:
        return [MissingItem(FILES, _("Add at least one file."))]
    return [
        MissingItem(FILES, _("“%(name)s” was refused. Remove it or upload another one.") % {"name": row.name})
        for row in rows
        if row.blob.canonical.state == FileBlob.State.REJECTED
    ]


def files_being_checked(files: Iterable[RevisionFile]) -> list[MissingItem]:
    """Files still being checked: they delay a submission, and the author need not do anything."""
    done = (FileBlob.State.REJECTED, FileBlob.State.VERIFIED)
    return [
        MissingItem(FILES, _("“%(name)s” is still being checked. Try again in a moment.") % {"name": row.name})
        for row in files
        if row.blob.canonical.state not in done
    ]


def unseen_files(files: Iterable[RevisionFile]) -> list[RevisionFile]:
    """Those whose content the review page does not show, given with FILE_ROWS of querysets.py selected.

    Before approving, the reviewer must open each of them.
    """
    return [row for row in files if not _is_shown(getattr(row.blob.canonical, "preview", None))]


def _is_shown(preview: FilePreview | None) -> bool:
    """Whether all pages can be looked at. The pages of an archive are only a list of names."""
    if preview is None or preview.is_working or not preview.page_count:
        return False
    return not preview.can_be_retried and preview.reason != OutcomeCode.ARCHIVE
