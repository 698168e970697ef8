"""Drafts: making one, saving its metadata, and its files. Incomplete is fine until it is submitted.

Nothing here touches what is published: a draft is a revision, the live resource keeps its own until the next approval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import CharField
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from common import audit
from common.text import one_line
from members.models import User
from resources import policies
from resources.access import Refused, reread, resource_for
from resources.models import REVISION_FIELDS, FileBlob, Resource, ResourceFile, ResourceStats
from resources.policies import Action
from resources.publishing import live

MAX_FILES = 50


class Changed(Refused):
    message = _(
        "Somebody else saved this draft after you opened it. Your entries are still below: compare them and save again."
    )


class UnderReview(Refused):
    message = _("It is being reviewed and can't be changed. Take the submission back first.")


class Scheduled(Refused):
    message = _("It is approved and waits for its date. Cancel the date first to change it.")


class TooManyFiles(Refused):
    message = _("A resource holds at most %(count)s files. Split it into several resources.") % {"count": MAX_FILES}


class AlreadySubmitted(Refused):
    message = _("Only a draft that was never submitted can be thrown away. Withdraw it instead.")


@transaction.atomic
def create(*, who: User, school_id: int, title: str = "") -> Resource:
    """A new, empty draft in a school ``who`` works at. Raises PermissionDenied for any other school."""
    if school_id not in policies.as_viewer(who).schools:
        raise PermissionDenied(_("You can only add resources for a school you work at."))
    resource = Resource(school_id=school_id, contributor=who, title=one_line(title)[:200], live=False)
    resource.save()
    ResourceStats.objects.create(resource=resource)
    revision = resource.save_revision(user=who, clean=False)
    audit.record(resource, "resources.create", user=who, revision=revision)
    return reread(resource)


@transaction.atomic
def save(
    *,
    who: User,
    resource_id: int,
    based_on_revision_id: int | None = None,
    data: Mapping[str, Any],
    visibility: str | None = None,
) -> Revision:
    """Save metadata as a new revision. ``data`` holds model instances and plain values for some of REVISION_FIELDS.

    ``based_on_revision_id``: what the person had in front of them; None skips the check. Files added meanwhile are no
    conflict. ``visibility`` lies outside the revision: see publishing.set_visibility.
    Raises Changed, UnderReview, Scheduled, ValidationError.
    """
    unknown = set(data) - set(REVISION_FIELDS)
    if unknown:
        raise ValueError(f"Not fields of a draft: {sorted(unknown)}")
    resource = _editable(who, resource_id)
    if based_on_revision_id is not None:
        _refuse_lost_update(resource, based_on_revision_id)
    draft = resource.get_latest_revision_as_object()
    for name, value in data.items():
        setattr(draft, name, one_line(value) if _is_one_line(name) else value)
    _check(draft)
    if visibility and visibility != (resource.requested_visibility or resource.visibility):
        live.set_visibility(who=who, resource_id=resource_id, visibility=visibility)
    return _save(draft, who, "resources.save_draft")


@transaction.atomic
def attach_files(*, who: User, resource_id: int, blob_uids: Iterable[UUID | str]) -> Revision:
    """Add uploaded files to the end of the list. Own uploads only; one that is there already is left alone.

    Raises FileBlob.DoesNotExist for an upload that isn't theirs, TooManyFiles, UnderReview, Scheduled.
    """
    resource = _editable(who, resource_id)
    wanted = list(dict.fromkeys(str(uid) for uid in blob_uids))
    uploads = (
        FileBlob.objects.filter(uid__in=wanted, uploaded_by=who, school_id=resource.school_id)
        .exclude(state=FileBlob.State.COLLECTED)
        .order_by("pk")
        # Held until the draft names them, so that they are not thrown away as unused meanwhile (unused_files.py).
        .select_for_update()
    )
    found = {str(blob.uid): blob for blob in uploads}
    if set(wanted) - set(found):
        raise FileBlob.DoesNotExist
    draft = resource.get_latest_revision_as_object()
    files = list(draft.files.all())
    there = {file.blob_id for file in files}
    new = [found[uid] for uid in wanted if found[uid].pk not in there]
    if not new:
        return resource.revisions.get(pk=resource.latest_revision_id)
    if len(files) + len(new) > MAX_FILES:
        raise TooManyFiles
    for blob in new:
        name = _free_name(blob.declared_name, {file.name for file in files})
        files.append(ResourceFile(blob=blob, name=name))
    return _save_files(draft, files, who, "resources.attach_files", names=[blob.declared_name for blob in new])


@transaction.atomic
def remove_file(*, who: User, resource_id: int, file_uid: UUID | str) -> Revision:
    """Take a file out of the draft. Published versions keep it. Raises ResourceFile.DoesNotExist."""
    resource = _editable(who, resource_id)
    draft = resource.get_latest_revision_as_object()
    files = list(draft.files.all())
    kept = [file for file in files if str(file.uid) != str(file_uid)]
    if len(kept) == len(files):
        raise ResourceFile.DoesNotExist
    gone = [file.name for file in files if file not in kept]
    return _save_files(draft, kept, who, "resources.remove_draft_file", names=gone)


@transaction.atomic
def reorder(*, who: User, resource_id: int, file_uids: Sequence[UUID | str]) -> Revision:
    """Put the files in this order. Files not named keep their order, after the named ones."""
    resource = _editable(who, resource_id)
    draft = resource.get_latest_revision_as_object()
    place = {str(uid): number for number, uid in enumerate(file_uids)}
    files = sorted(draft.files.all(), key=lambda file: place.get(str(file.uid), len(place)))
    return _save_files(draft, files, who, "resources.reorder_files")


@transaction.atomic
def discard(*, who: User, resource_id: int) -> None:
    """Throw a draft away that nobody else has dealt with. Whatever was submitted once stays on record."""
    resource = resource_for(who, Action.SUBMIT, resource_id, lock=True)
    touched = resource.first_published_at or resource.commitments.exists() or resource.decisions.exists()
    if touched:
        raise AlreadySubmitted
    audit.record(resource, "resources.discard", user=who, title=resource.title)
    resource.delete()


def _is_one_line(name: str) -> bool:
    column = Resource._meta.get_field(name)
    return isinstance(column, CharField) and not column.choices


def _editable(who: User, resource_id: int) -> Resource:
    resource = resource_for(who, Action.EDIT, resource_id, lock=True)
    refuse_locked(resource, who)
    return resource


def refuse_locked(resource: Resource, who: User) -> None:
    """Raise when the resource is under review or waits for its date: Wagtail's save_revision ignores both."""
    lock = resource.get_lock()
    if lock is None or not lock.for_user(who):
        return
    if resource.scheduled_revision:
        raise Scheduled
    if resource.workflow_in_progress:
        raise UnderReview
    raise Refused(lock.get_message(who))


def _refuse_lost_update(resource: Resource, based_on: int) -> None:
    if based_on == resource.latest_revision_id:
        return
    seen = resource.revisions.filter(pk=based_on).first()
    latest = resource.latest_revision
    if (
        seen is None
        or latest is None
        or any(seen.content.get(name) != latest.content.get(name) for name in REVISION_FIELDS)
    ):
        raise Changed


def _check(draft: Resource) -> None:
    """What even a draft must keep to: lengths, choices, terms that exist. Required fields wait for the submission."""
    draft.clean_fields(exclude=set() if draft.title.strip() else {"title"})
    draft.clean()
    if draft.go_live_at and draft.expire_at and draft.expire_at <= draft.go_live_at:
        raise ValidationError({"expire_at": _("The end must come after the beginning.")})


def _save_files(draft: Resource, files: list[ResourceFile], who: User, action: str, **data: Any) -> Revision:
    for order, file in enumerate(files):
        file.sort_order = order
    draft.files = files
    if not draft.title and files:
        draft.title = one_line(PurePath(files[0].name).stem)[:200]
    return _save(draft, who, action, **data)


def _save(draft: Resource, who: User, action: str, **data: Any) -> Revision:
    revision = draft.save_revision(user=who, clean=False)
    audit.record(draft, action, user=who, revision=revision, **data)
    return revision


def _free_name(name: str, taken: set[str]) -> str:
    """Two files of one resource must not have one name: on disk the second would replace the first."""
    path, number, free = PurePath(name), 2, name
    while free in taken:
        free = f"{path.stem} ({number}){path.suffix}"
        number += 1
    return free[-255:]
