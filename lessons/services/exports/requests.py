"""Ask for an export, stop it, try again, and download its result."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import UserError, within_hourly_limit
from lessons.models import ExportJob
from lessons.services.exports.building import MEDIA_TYPES, build_export
from lessons.services.exports.selection import Selection
from members.models import User
from members.viewer import Who
from resources.delivery import usage
from resources.delivery.downloads import EXPIRY, LOCAL_EXPIRY
from resources.models import FileRemoval, UsageKind
from resources.policies import may_fetch_export
from resources.storage import get_store

MOST_AN_HOUR = 30
MOST_AT_ONCE = 5
OPTIONS = ("notes", "dividers", "corner")


class NothingToExport(UserError):
    code = "nothing_to_export"
    message = _("Nothing of this may go into a file.")


class TooManyExports(UserError):
    code = "too_many_exports"
    message = _("You asked for many files just now. Wait until some of them are ready.")
    http_status = 429


class NoLongerEntitled(UserError):
    code = "no_longer_entitled"
    message = _(
        "A source of this file was withdrawn or restricted. Make the file again: it will go without that source."
    )
    http_status = 403


def request_export(*, owner: User, selection: Selection, format: str, options: dict[str, bool]) -> ExportJob:
    """Create an export and enqueue its job. Raises NothingToExport, TooManyExports."""
    if not selection.chosen:
        raise NothingToExport
    running = ExportJob.objects.of(owner.pk).filter(state__in=ExportJob.WORKING).count()
    if running >= MOST_AT_ONCE or not within_hourly_limit(f"export:{owner.pk}", MOST_AN_HOUR):
        raise TooManyExports
    subject = selection.subject
    with transaction.atomic():
        export = ExportJob.objects.create(
            owner=owner,
            kind=subject.kind,
            subject=subject.pk,
            title=subject.title[:255],
            format=format,
            options={name: bool(options.get(name)) for name in OPTIONS},
            total=selection.page_count or len(selection.files),
        )
        build_export.enqueue(export.pk)
    return export


def cancel(*, export: ExportJob) -> None:
    """Stop an export that is being made. Nothing happens to one that is ready."""
    ExportJob.objects.filter(pk=export.pk, state__in=ExportJob.WORKING).update(state=ExportJob.State.CANCELLED)


def try_again(*, export: ExportJob) -> None:
    """Make a failed, stopped or expired export once more."""
    ended = (ExportJob.State.FAILED, ExportJob.State.CANCELLED, ExportJob.State.EXPIRED)
    with transaction.atomic():
        if ExportJob.objects.filter(pk=export.pk, state__in=ended).update(
            state=ExportJob.State.WAITING, reason="", progress=0, object_key="", expires=None, finished=None
        ):
            build_export.enqueue(export.pk)


def download_url(*, export: ExportJob, who: User, session_key: str | None, user_agent: str) -> str:
    """The signed URL of the result, counted as a download of every source.

    Raises ExportJob.DoesNotExist if there is no result, NoLongerEntitled.
    """
    if not export.is_available:
        raise ExportJob.DoesNotExist
    if not still_entitled(export, who):
        raise NoLongerEntitled
    for source in export.sources.order_by("pk").distinct():
        usage.note_use(
            resource_id=source.resource_id,
            kind=UsageKind.DOWNLOAD,
            who=who,
            session_key=session_key,
            user_agent=user_agent,
            file_uid=source.file_uid,
        )
    expires: timedelta = EXPIRY if settings.STORE["s3"] else LOCAL_EXPIRY
    return get_store().sign_get(
        export.object_key,
        filename=export.file_name,
        media_type=MEDIA_TYPES[export.format],
        inline=False,
        expires=expires,
    )


def still_entitled(export: ExportJob, who: Who) -> bool:
    """Whether every source may still go into a file for this user."""
    sources = list(export.sources.select_related("resource__licence", "version__revision"))
    removed = set(
        FileRemoval.objects.filter(resource__in={one.resource_id for one in sources}).values_list("resource", "uid")
    )
    if any((one.resource_id, one.file_uid) in removed for one in sources):
        return False
    return may_fetch_export(who, export.owner_id, [(one.resource, one.version) for one in sources])


def may_fetch(key: str, who: Who) -> bool:
    """Whether the local store may send this result: the check of every request, as for other files."""
    exports = ExportJob.objects.available().filter(object_key=key)
    return any(still_entitled(export, who) for export in exports)


def find(*, owner: User, uid: uuid.UUID) -> ExportJob:
    """An export of this user. Raises ExportJob.DoesNotExist."""
    return ExportJob.objects.of(owner.pk).get(uid=uid)


def earlier(*, owner: User, kind: str, pk: int) -> list[ExportJob]:
    """The user's last exports of a subject."""
    return list(ExportJob.objects.of(owner.pk).filter(kind=kind, subject=pk)[:5])
