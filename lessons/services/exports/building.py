"""The job that makes an export. It may run twice, and starts again when its worker was killed."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from common.tasks import GiveUp, job
from lessons.models import KEPT, ExportJob, ExportSource
from lessons.services.exports import making, plans
from lessons.services.exports.selection import Selection, select
from lessons.services.exports.subjects import SubjectMissing, load_subject
from members.services.notifications import notify
from resources.pipeline.workdir import work_folder
from resources.processing.sandbox import SandboxUnavailable, open_result
from resources.storage import ObjectMissing, StoreUnavailable, get_store

log = logging.getLogger(__name__)

FOLDER = "exports/"
MEDIA_TYPES = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "zip": "application/zip",
}
TELL_AFTER = timedelta(seconds=30)
"""A user who waited longer may have left the page, and is notified."""
PROGRESS_EVERY = 0.5
"""Seconds between two writes of the progress."""


class Stopped(Exception):
    """The user stopped the export."""


@job(
    label=gettext_lazy("Make a deck, a PDF or a ZIP"),
    queue="exports",
    attempts=3,
    waits_for=(StoreUnavailable, SandboxUnavailable),
    path="lessons.tasks.build_export",
)
def build_export(export_id: int) -> None:
    """Make one export. A failure that another try can't mend becomes a dead letter."""
    working = ExportJob.objects.filter(pk=export_id, state__in=ExportJob.WORKING)
    if not working.update(state=ExportJob.State.BUILDING, progress=0):
        return
    export = ExportJob.objects.select_related("owner").get(pk=export_id)
    try:
        _Build(export).run()
    except Stopped:
        return
    except making.MakingFailed as failure:
        _fail(export, failure.reason)
        raise GiveUp(str(failure)) from failure
    except (SubjectMissing, ObjectMissing) as error:
        _fail(export, "gone")
        raise GiveUp(repr(error)) from error


class _Build:
    def __init__(self, export: ExportJob) -> None:
        self.export = export
        self._written = 0.0

    def run(self) -> None:
        export = self.export
        subject = load_subject(who=export.owner, kind=export.kind, pk=export.subject)
        as_deck = export.format != ExportJob.Format.ZIP
        # Decided again: a licence, a resource or the person's school may have changed since the request.
        selection = select(subject, who=export.owner, as_deck=as_deck)
        if not selection.chosen:
            raise making.MakingFailed("nothing")
        self._write_sources(selection)
        total = selection.page_count if as_deck else len(selection.files)
        ExportJob.objects.filter(pk=export.pk).update(total=total)
        prepared = plans.prepare_deck(selection, export) if as_deck else None
        key = plans.content_key(prepared.fingerprint if prepared else _fingerprint(selection, export))
        if (same := _same_content(export, key)) is not None:
            self._finish(key, same.object_key, same.size, {"pages": same.pages, "pictures": [0] * same.as_pictures})
            return
        with work_folder(export.pk) as folder:
            path, answer = self._make(selection, prepared, folder)
            size = _checked_size(path)
            object_key = f"{FOLDER}{export.uid}.{export.format}"
            get_store().put_file(object_key, path, media_type=MEDIA_TYPES[export.format])
        self._finish(key, object_key, size, answer)

    def _make(self, selection: Selection, prepared: plans.Prepared | None, folder: Path) -> tuple[Path, dict[str, Any]]:
        if prepared is None:
            return making.make_zip(selection, folder, self.progress)
        make = making.make_pptx if self.export.format == ExportJob.Format.PPTX else making.make_pdf
        return make(prepared, folder, self.progress)

    def _write_sources(self, selection: Selection) -> None:
        with transaction.atomic():
            ExportSource.objects.filter(export=self.export).delete()
            ExportSource.objects.bulk_create(
                ExportSource(export=self.export, resource=one.resource, version=one.version, file_uid=one.file_uid)
                for one in selection.files
            )

    def progress(self, count: int) -> None:
        """Write how far it is. Raises Stopped."""
        if time.monotonic() - self._written < PROGRESS_EVERY:
            return
        self._written = time.monotonic()
        building = ExportJob.objects.filter(pk=self.export.pk, state=ExportJob.State.BUILDING)
        if not building.update(progress=count):
            raise Stopped

    def _finish(self, key: str, object_key: str, size: int, answer: dict[str, Any]) -> None:
        export, now = self.export, timezone.now()
        with transaction.atomic():
            done = ExportJob.objects.filter(pk=export.pk, state=ExportJob.State.BUILDING).update(
                state=ExportJob.State.DONE,
                reason="",
                progress=_number(answer.get("page_total")) or ExportJob.objects.get(pk=export.pk).total,
                pages=_number(answer.get("pages")),
                as_pictures=len(answer.get("pictures") or []),
                content_key=key,
                object_key=object_key,
                size=size,
                finished=now,
                expires=now + KEPT,
            )
            if done and now - export.created > TELL_AFTER:
                _tell(export)
        if not done:
            delete_object(object_key)


def _number(value: Any) -> int:
    """A number that the subprocess reported; its messages are not trusted."""
    return value if isinstance(value, int) and 0 <= value < 10**6 else 0


def _fingerprint(selection: Selection, export: ExportJob) -> list[Any]:
    files = [
        [plans.credit_of(entry).citation, str(entry.file_uid), entry.name, entry.blob.canonical.sha256]
        for entry in selection.files
    ]
    return [plans.MADE_WITH, export.format, export.title, files]


def _same_content(export: ExportJob, key: str) -> ExportJob | None:
    """A finished export with the same bytes whose object is there."""
    found = ExportJob.objects.available().filter(content_key=key, format=export.format).exclude(pk=export.pk).first()
    return found if found is not None and get_store().head(found.object_key) is not None else None


def _checked_size(path: Path) -> int:
    """The size of a file that the subprocess wrote. Raises MakingFailed if it is missing or no plain file."""
    file = open_result(path, limit=making.BUILD.file_size)
    if file is None:
        raise making.MakingFailed("crashed", "no result")
    with file:
        return path.stat().st_size


def delete_object(object_key: str) -> None:
    """Delete a result that no export offers any more."""
    if object_key and not ExportJob.objects.filter(object_key=object_key, state=ExportJob.State.DONE).exists():
        get_store().delete([object_key])


def _tell(export: ExportJob) -> None:
    with override(plans.LANGUAGE):
        subject = _("“%(name)s” is ready to download") % {"name": export.file_name}
    notify(user=export.owner, key=f"export:{export.uid}", subject=subject, path=reverse("export", args=[export.uid]))


def _fail(export: ExportJob, reason: str) -> None:
    ExportJob.objects.filter(pk=export.pk, state__in=ExportJob.WORKING).update(
        state=ExportJob.State.FAILED, reason=reason, finished=timezone.now()
    )


def fail_lost() -> int:
    """Fail exports whose job was given up or is gone; returns how many."""
    alive = DBTaskResult.objects.filter(
        task_path=build_export.module_path, status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING)
    )
    ids = {row["args"][0] for row in alive.values_list("args_kwargs", flat=True) if row["args"]}
    # A minute, because the job of a new export is enqueued in the same transaction but read before.
    lost = ExportJob.objects.filter(
        state__in=ExportJob.WORKING, created__lt=timezone.now() - timedelta(minutes=1)
    ).exclude(pk__in=ids)
    return lost.update(state=ExportJob.State.FAILED, reason="interrupted", finished=timezone.now())


def expire() -> int:
    """Delete results that are no longer kept; returns how many exports ended."""
    due = ExportJob.objects.filter(state=ExportJob.State.DONE, expires__lte=timezone.now())
    ended = 0
    for export in due.iterator():
        ended += ExportJob.objects.filter(pk=export.pk, state=ExportJob.State.DONE).update(
            state=ExportJob.State.EXPIRED
        )
        delete_object(export.object_key)
    return ended
