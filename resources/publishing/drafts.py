"""Create and edit drafts: metadata and files. A draft may be incomplete until it is submitted.

A draft is a revision. The published version stays as it is until the next approval.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import CharField
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, TaskState

from common import audit
from common.errors import UserError
from common.text import one_line
from members.models import User
from resources import policies
from resources.access import reread, resource_for
from resources.models import REVISION_FIELDS, FileBlob, Resource, ResourceFile, ResourceStats
from resources.pipeline.proposed_titles import propose_title
from resources.policies import Action
from resources.publishing import live, notifications

MAX_FILES = 50


class EditConflict(UserError):
    code = "draft_changed"
    message = _("This draft was saved elsewhere after you opened it. Your entries are still here, not saved yet.")


class UnderReview(UserError):
    code = "under_review"
    message = _("It is being reviewed and can't be changed. Take the submission back first.")


class Scheduled(UserError):
    code = "scheduled"
    message = _("It is approved and waits for its date. Cancel the date first to change it.")


class TooManyFiles(UserError):
    code = "too_many_files"
    message = _("A resource can have at most %(count)s files. Split it into several resources.") % {"count": MAX_FILES}


class UploadGone(UserError, FileBlob.DoesNotExist):
    """No such upload of this user in this school."""

    code = "upload_gone"
    http_status = 404
    message = _("This upload is not there any more. Upload the file again.")


class FileGone(UserError, ResourceFile.DoesNotExist):  # type: ignore[name-defined]  # the stubs lose it
    code = "file_gone"
    http_status = 404
    message = _("That file was removed already.")


class AlreadySubmitted(UserError):
    code = "already_submitted"
    message = _("Only a draft that was never submitted can be deleted. Withdraw it instead.")


@transaction.atomic
def create(*, who: User, school_id: int, title: str = "") -> Resource:
    """Create an empty draft in a school of ``who``. Raises PermissionDenied for any other school."""
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
    based_on: str | None = None,
    data: Mapping[str, Any],
    visibility: str | None = None,
    automatic: bool = False,
) -> Revision:
    """Save metadata as a new revision.

    ``data``: model instances and plain values for some of REVISION_FIELDS.
    ``based_on``: stamp_of the draft the user edited; None skips the check for conflicts. Files added meanwhile are
    none. ``visibility`` lies outside the revision: see live.set_visibility. ``automatic``: the page saves while the
    user types; an unchanged draft is left alone, and the user's own unsubmitted revision is overwritten.
    Raises EditConflict, UnderReview, Scheduled, ValidationError.
    """
    unknown = set(data) - set(REVISION_FIELDS)
    if unknown:
        raise ValueError(f"Not fields of a draft: {sorted(unknown)}")
    resource = editable(who, resource_id)
    draft = resource.get_latest_revision_as_object()
    if based_on is not None and based_on != stamp_of(resource):
        data = _without_proposed_title(draft, based_on, data)
    for name, value in data.items():
        setattr(draft, name, one_line(value) if _is_one_line(name) else value)
    _check(draft)
    if visibility and visibility != (resource.requested_visibility or resource.visibility):
        live.set_visibility(who=who, resource_id=resource_id, visibility=visibility)
    if automatic and (latest := resource.latest_revision):
        if _stamp(draft.serializable_data(), draft) == _stamp(latest.content, resource):
            return latest
        if _may_overwrite(latest, resource, who):
            return draft.save_revision(user=who, clean=False, overwrite_revision=latest)
    return _save(draft, who, "resources.save_draft")


def _without_proposed_title(draft: Resource, based_on: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """``data`` to save if only files came in since ``based_on``, and with them a proposed title.

    That title stays unless the user typed one. Raises EditConflict if anything else has changed.
    """
    names = [file.name for file in draft.files.all()]
    if draft.title == propose_title(names):
        content = draft.serializable_data()
        for earlier in dict.fromkeys(["", *(propose_title(names[:count]) for count in range(1, len(names)))]):
            if _stamp(content | {"title": earlier}, draft) == based_on:
                is_typed = one_line(data.get("title", earlier)) != earlier
                return data if is_typed else {name: value for name, value in data.items() if name != "title"}
    raise EditConflict


def stamp_of(resource: Resource) -> str:
    """Changes whenever the metadata of the draft do, so that two tabs do not overwrite each other."""
    latest = resource.latest_revision
    return _stamp(latest.content if latest else {}, resource)


def _stamp(content: Mapping[str, Any], resource: Resource) -> str:
    fields = [content.get(name) for name in REVISION_FIELDS]
    asked = resource.requested_visibility or resource.visibility
    text = json.dumps([*fields, asked], cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _may_overwrite(latest: Revision, resource: Resource, who: User) -> bool:
    """Only the user's own revision, if it was never submitted, reviewed or published."""
    return (
        latest.user_id == who.pk
        and not resource.versions.filter(revision=latest).exists()
        and not resource.commitments.filter(revision=latest).exists()
        and not TaskState.objects.filter(revision=latest).exists()
    )


@transaction.atomic
def attach_files(*, who: User, resource_id: int, blob_uids: Iterable[UUID | str]) -> Revision:
    """Add uploads of this user to the end of the list, except those already in it.

    Raises UploadGone (also for an upload of another user or school), TooManyFiles, UnderReview, Scheduled.
    """
    resource = editable(who, resource_id)
    found = _own_uploads(who, resource, blob_uids)
    draft = resource.get_latest_revision_as_object()
    files = list(draft.files.all())
    there = {file.blob_id for file in files}
    new = [blob for blob in found if blob.pk not in there]
    if not new:
        return resource.revisions.get(pk=resource.latest_revision_id)
    if len(files) + len(new) > MAX_FILES:
        raise TooManyFiles
    for blob in new:
        name = _free_name(blob.declared_name, {file.name for file in files})
        files.append(ResourceFile(blob=blob, name=name))
    return save_files(draft, files, who, "resources.attach_files", names=[blob.declared_name for blob in new])


@transaction.atomic
def remove_file(*, who: User, resource_id: int, file_uid: UUID | str) -> Revision:
    """Remove a file from the draft. Published versions keep it. Raises FileGone."""
    resource = editable(who, resource_id)
    draft = resource.get_latest_revision_as_object()
    files = list(draft.files.all())
    kept = [file for file in files if str(file.uid) != str(file_uid)]
    if len(kept) == len(files):
        raise FileGone
    gone = [file.name for file in files if file not in kept]
    return save_files(draft, kept, who, "resources.remove_draft_file", names=gone)


@transaction.atomic
def reorder(*, who: User, resource_id: int, file_uids: Sequence[UUID | str]) -> Revision:
    """Put the files in this order. Files not named keep their order, after the named ones."""
    resource = editable(who, resource_id)
    draft = resource.get_latest_revision_as_object()
    place = {str(uid): number for number, uid in enumerate(file_uids)}
    files = sorted(draft.files.all(), key=lambda file: place.get(str(file.uid), len(place)))
    return save_files(draft, files, who, "resources.reorder_files")


@transaction.atomic
def discard(*, who: User, resource_id: int) -> None:
    """Delete a draft that was never submitted; a submitted one stays on record."""
    resource = resource_for(who, Action.DISCARD, resource_id, lock=True)
    submitted = resource.first_published_at or resource.commitments.exists() or resource.decisions.exists()
    if submitted:
        raise AlreadySubmitted
    audit.record(resource, "resources.discard", user=who, title=resource.title)
    resource.delete()


def _own_uploads(who: User, resource: Resource, blob_uids: Iterable[UUID | str]) -> list[FileBlob]:
    """In the order given, and locked: the clean-up of unused files waits until the draft names them."""
    wanted = list(dict.fromkeys(str(uid) for uid in blob_uids))
    uploads = (
        FileBlob.objects.filter(uploaded_by=who, school_id=resource.school_id)
        .exclude(state=FileBlob.State.COLLECTED)
        .order_by("pk")
        .select_for_update()
    )
    try:
        found = {str(blob.uid): blob for blob in uploads.filter(uid__in=wanted)}
    except ValidationError:  # not a UUID
        raise UploadGone from None
    if set(wanted) - set(found):
        raise UploadGone
    return [found[uid] for uid in wanted]


def _is_one_line(name: str) -> bool:
    column = Resource._meta.get_field(name)
    return isinstance(column, CharField) and not column.choices


def editable(who: User, resource_id: int) -> Resource:
    """The resource, locked. Raises as ``resource_for``, UnderReview, Scheduled."""
    resource = resource_for(who, Action.EDIT, resource_id, lock=True)
    refuse_locked(resource, who)
    return resource


def refuse_locked(resource: Resource, who: User) -> None:
    """Raise UnderReview or Scheduled. Wagtail's save_revision ignores both locks."""
    lock = resource.get_lock()
    if lock is None or not lock.for_user(who):
        return
    if resource.scheduled_revision:
        raise Scheduled
    if resource.workflow_in_progress:
        raise UnderReview
    raise UserError(lock.get_message(who))


def _check(draft: Resource) -> None:
    """Check lengths, choices and terms. Required fields are checked by the submission."""
    draft.clean_fields(exclude=set() if draft.title.strip() else {"title"})
    draft.clean()
    if draft.go_live_at and draft.expire_at and draft.expire_at <= draft.go_live_at:
        raise ValidationError({"expire_at": _("The end must come after the beginning.")})


def save_files(draft: Resource, files: list[ResourceFile], who: User, action: str, **data: Any) -> Revision:
    """Save the draft with these files, in this order.

    Proposes a title until the user types one.
    """
    for order, file in enumerate(files):
        file.sort_order = order
    if draft.title in ("", propose_title([file.name for file in draft.files.all()])):
        # The user has not typed a title: a deck that comes after the pictures may still give it.
        draft.title = propose_title([file.name for file in files])
    draft.files = files
    return _save(draft, who, action, **data)


def _save(draft: Resource, who: User, action: str, **data: Any) -> Revision:
    revision = draft.save_revision(user=who, clean=False)
    audit.record(draft, action, user=who, revision=revision, **data)
    if draft.contributor_id != who.pk:
        notifications.notify_edited(resource=reread(draft), who=who)
    return revision


def _free_name(name: str, taken: set[str]) -> str:
    """Number a name that is taken: on disk the second file would replace the first."""
    path, number, free = PurePath(name), 2, name
    while free in taken:
        free = f"{path.stem} ({number}){path.suffix}"
        number += 1
    return free[-255:]
