"""Check an uploaded file: size, hash, type by content, archive limits, viruses, duplicates.

Only *verified* objects are ever signed for download. Two workers may check one file at once: every change of state is one
transaction that requires the state RECEIVED.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.tasks import job
from resources.models import FileBlob, FilePreview, quota
from resources.pipeline import preview, workdir
from resources.pipeline.photos import cleaning
from resources.processing import antivirus, formats, sandbox
from resources.processing.outcome_codes import Finding as ReviewFinding
from resources.processing.outcome_codes import OutcomeCode
from resources.storage import ObjectMissing, StoreUnavailable, get_store

log = logging.getLogger(__name__)

HEAD = 4 * 1024**2
"""Bytes stored of a file whose beginning is enough to detect its type; videos of gigabytes are only streamed."""
SCAN_MAX = 100 * 1024**2
SCAN_MIN = 1024**2
LIMITS = sandbox.Limits(memory=1024**3, cpu=60, wall=120, file_size=16 * 1024**2, output=1024**2)
TIME_FOR_INSPECTION = 10 * 60
"""Seconds of wall time for both tries, below the lease of a job (common/tasks.py)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``refused`` and ``unreadable``: OutcomeCodes or empty.

    ``note``: the OutcomeCode stored with a verified file. ``findings``: what reviewers are told. ``key``, ``size``: of
    the photo stored without its metadata; empty where the uploaded object is kept.
    """

    sha256: str = ""
    kind: str = ""
    media_type: str = ""
    refused: str = ""
    unreadable: str = ""
    note: str = ""
    findings: tuple[str, ...] = ()
    key: str = ""
    size: int = 0


# A queue and a worker of its own: users wait for this check before they can submit, and a preview takes minutes.
@job(
    label=_("Check an uploaded file"),
    queue="checks",
    waits_for=(StoreUnavailable, antivirus.ScannerUnavailable, sandbox.SandboxUnavailable),
    path="resources.tasks.verify_blob",
)
def verify_blob(blob_id: int) -> None:
    verify(blob_id=blob_id)


def verify(*, blob_id: int) -> None:
    """Bring a received file to *verified*, *rejected* or *duplicate*.

    Raises StoreUnavailable, ScannerUnavailable or SandboxUnavailable: the file stays received and the job is retried.
    """
    blob = FileBlob.objects.filter(pk=blob_id).first()
    if blob is None:
        return
    if blob.state == FileBlob.State.RECEIVED:
        _settle(blob)
        blob.refresh_from_db()
    if blob.state == FileBlob.State.DUPLICATE:
        delete_object(blob)


def _settle(blob: FileBlob) -> None:
    try:
        finding = _examine(blob)
    except antivirus.ScannerUnavailable:
        FileBlob.objects.filter(pk=blob.pk, state=FileBlob.State.RECEIVED).update(reason=OutcomeCode.SCANNER_DOWN)
        raise
    if finding.refused:
        _reject(blob, finding.refused)
        return
    try:
        _accept(blob, finding)
    except IntegrityError:
        # Another worker verified the same bytes meanwhile; now the blob becomes its duplicate.
        _accept(blob, finding)


def _examine(blob: FileBlob) -> Finding:
    stored = get_store().head(blob.key) if blob.key else None
    if stored is None:
        return Finding(refused=OutcomeCode.MISSING)
    if stored.size != blob.size:
        return Finding(refused=OutcomeCode.WRONG_SIZE)
    if stored.size == 0:
        return Finding(refused=OutcomeCode.EMPTY)
    whole = _expected_format(blob.declared_name).kind in formats.WHOLE_FILE
    with workdir.work_folder(blob.pk) as folder:
        try:
            digest, size = _download(str(blob.key), folder / "source", whole=whole)
        except ObjectMissing:
            return Finding(refused=OutcomeCode.MISSING)
        if size != blob.size:
            return Finding(refused=OutcomeCode.WRONG_SIZE)
        answer = _inspect(folder, blob.declared_name, whole=whole)
        return _finding(blob, folder, digest, answer)


def _finding(blob: FileBlob, folder: Path, digest: str, answer: dict[str, Any]) -> Finding:
    """Combine inspection, virus scan and the cleaned photo, unless the file is refused already."""
    refused, note = str(answer.get("refused", "")), ""
    if not refused:
        refused, note = _scan(str(blob.key), blob.size)
    photo = None
    if not refused:
        try:
            photo = _clean_photo(blob, folder, answer)
        except cleaning.CannotClean as error:
            refused = error.code
    return Finding(
        sha256=photo.sha256 if photo else digest,
        kind=str(answer.get("kind", formats.OTHER))[:20],
        media_type=str(answer.get("media_type", formats.UNKNOWN.media_type))[:150],
        refused=refused,
        unreadable=str(answer.get("unreadable", "")),
        note=photo.note if photo else note,
        findings=tuple(answer.get("findings", ())),
        key=photo.key if photo else "",
        size=photo.size if photo else 0,
    )


def _clean_photo(blob: FileBlob, folder: Path, answer: dict[str, Any]) -> cleaning.CleanPhoto | None:
    """Raises CannotClean, also for an image that could not be inspected: it may say where it was taken."""
    family, promised = str(answer.get("family", "")), _expected_format(blob.declared_name)
    if answer.get("unreadable") and promised.kind == formats.IMAGE:
        raise cleaning.CannotClean(OutcomeCode.PHOTO_NOT_CLEANED)
    is_whole = promised.kind in formats.WHOLE_FILE
    return cleaning.clean(blob, folder, family) if is_whole and family in cleaning.FAMILIES else None


def _expected_format(declared_name: str) -> formats.Format:
    return formats.BY_EXTENSION.get(formats.extension_of(declared_name), formats.UNKNOWN)


def _download(key: str, path: Path, *, whole: bool) -> tuple[str, int]:
    """Stream the object once: hash and count all bytes, write all of them or the first HEAD.

    Memory stays flat.
    """
    digest, size, written = hashlib.sha256(), 0, 0
    with path.open("wb") as file:
        for chunk in get_store().read(key):
            digest.update(chunk)
            size += len(chunk)
            if whole or written < HEAD:
                file.write(chunk)
                written += len(chunk)
    return digest.hexdigest(), size


def _inspect(folder: Path, declared_name: str, *, whole: bool) -> dict[str, Any]:
    answers: list[dict[str, Any]] = []
    request = {"name": "source", "declared_name": declared_name, "whole": whole}
    deadline = time.monotonic() + TIME_FOR_INSPECTION
    # The second try has more time and memory: a heavy file is not a damaged one.
    for times in (1, 2):
        limits = sandbox.stretch(LIMITS, times=times, deadline=deadline)
        limits = replace(limits, memory=limits.memory * times)
        outcome = sandbox.run("inspect", request, folder=folder, limits=limits, report=answers.append)
        if outcome.ended is sandbox.Ended.WELL and answers:
            return answers[-1]
        log.warning("Inspecting %s ended %s: %s", folder.name, outcome.ended, outcome.stderr[-500:])
    promised = _expected_format(declared_name)
    return {
        "kind": promised.kind,
        "media_type": promised.media_type,
        "unreadable": preview.CODES.get(outcome.ended, OutcomeCode.CRASHED),
        "findings": [ReviewFinding.UNCHECKED],
    }


def _scan(key: str, size: int) -> tuple[str, str]:
    """Returns the OutcomeCode to refuse with, or empty, and the note, or empty. Raises ScannerUnavailable."""
    address = settings.CLAMD_ADDRESS
    if not address:
        return "", ""
    length = min(size, SCAN_MAX)
    while True:
        verdict = antivirus.scan(_beginning(key, length), address=address)
        if verdict is antivirus.Verdict.FOUND:
            return OutcomeCode.VIRUS, ""
        if verdict is antivirus.Verdict.CLEAN:
            return "", OutcomeCode.SCANNED_PARTLY if length < size else ""
        if length <= SCAN_MIN:
            raise antivirus.ScannerUnavailable("The virus scanner takes less than a megabyte at a time.")
        length = max(SCAN_MIN, length // 4)


def _beginning(key: str, length: int) -> Iterator[bytes]:
    return get_store().read(key, length=length)


@transaction.atomic
def _reject(blob: FileBlob, reason: str) -> None:
    waiting = FileBlob.objects.filter(pk=blob.pk, state=FileBlob.State.RECEIVED)
    if waiting.update(state=FileBlob.State.REJECTED, reason=reason):
        quota.release(school_id=blob.school_id, size=blob.size)
        _end_preview(blob, reason)


@transaction.atomic
def _accept(blob: FileBlob, finding: Finding) -> None:
    waiting = FileBlob.objects.filter(pk=blob.pk, state=FileBlob.State.RECEIVED)
    # Locked, so that it isn't deleted as unused while this blob becomes its duplicate.
    same = FileBlob.objects.select_for_update().filter(sha256=finding.sha256, kind=finding.kind)
    original = same.exclude(pk=blob.pk).first()
    kinds = {"kind": finding.kind, "media_type": finding.media_type}
    replaced = {"key": finding.key, "size": finding.size} if finding.key else {}
    if original is not None:
        changed = waiting.update(state=FileBlob.State.DUPLICATE, duplicate_of=original, reason="", **kinds)
        if changed:
            quota.release(school_id=blob.school_id, size=blob.size)
            _end_preview(blob, OutcomeCode.DUPLICATE)
            if finding.key:
                cleaning.delete_replaced.enqueue(finding.key)
        return
    changed = waiting.update(
        state=FileBlob.State.VERIFIED,
        sha256=finding.sha256,
        verified_at=timezone.now(),
        reason=finding.note,
        findings=list(finding.findings),
        cleaned_with=cleaning.RULES,
        **(kinds | replaced),
    )
    if not changed:
        return
    if finding.key:
        quota.release(school_id=blob.school_id, size=blob.size - finding.size)
        cleaning.delete_replaced.enqueue(str(blob.key))
    if finding.unreadable:
        # A check that ran out of time or memory may succeed later: the preview inspects the file again.
        is_unchecked = ReviewFinding.UNCHECKED in finding.findings
        state = FilePreview.State.FAILED if is_unchecked else FilePreview.State.NONE
        _end_preview(blob, finding.unreadable, state=state)
        return
    FilePreview.objects.get_or_create(blob=blob)
    preview.enqueue_preview(blob)


def _end_preview(blob: FileBlob, reason: str, *, state: FilePreview.State = FilePreview.State.NONE) -> None:
    FilePreview.objects.update_or_create(
        blob=blob, defaults={"state": state, "reason": reason, "page_count": 0, "pages_done": 0}
    )


def delete_object(blob: FileBlob) -> None:
    """Delete the object of a duplicate or rejected file.

    The row is changed first, so a crash leaves an unused object and never a row without its object.
    """
    is_unneeded = blob.state in (FileBlob.State.DUPLICATE, FileBlob.State.REJECTED)
    if blob.key and is_unneeded:
        get_store().delete([blob.key])
        FileBlob.objects.filter(pk=blob.pk, key=blob.key).update(key=None)
