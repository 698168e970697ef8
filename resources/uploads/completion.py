"""Completion of an upload: assemble the parts, make the blob, enqueue its verification."""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import PurePosixPath
from typing import BinaryIO

from django.db import transaction

from members.models import User
from resources.models import FileBlob, FilePreview, UploadSession
from resources.pipeline.verification import verify_blob
from resources.storage import ObjectMissing, PartsRefused, StoreUnavailable, UploadMissing, get_store
from resources.uploads.errors import UploadRefused
from resources.uploads.sessions import ask_store, close, get_session, start
from resources.uploads.validation import check_member, size_of_part


def complete(*, who: User, uid: uuid.UUID) -> UploadSession:
    """Assemble the parts and hand the file over to verification. May be repeated at any time.

    1. OPEN → COMPLETING: from here on no part is signed and the upload cannot be cancelled.
    2. If an earlier try was interrupted, look for the object: it may have been assembled already.
    3. Check that exactly the signed parts are there, each of its size; otherwise COMPLETING → OPEN.
    4. Have the store assemble them. The object now exists, with the declared size.
    5. In one transaction: blob, preview, COMPLETING → COMPLETED, and the job that verifies the bytes.

    Raises UploadRefused; with ``parts_missing``, ``details["numbers"]`` are the missing parts.
    """
    session = get_session(who, uid)
    if session.state == UploadSession.State.COMPLETED:
        return session
    check_member(who, session.school_id)
    if session.state not in UploadSession.UNFINISHED:
        raise UploadRefused("closed")
    interrupted = session.state == UploadSession.State.COMPLETING
    open_session = UploadSession.objects.filter(pk=session.pk, state=UploadSession.State.OPEN)
    open_session.update(state=UploadSession.State.COMPLETING)  # 1
    try:
        if not (interrupted and _is_assembled(session)):  # 2
            _assemble(session)  # 3, 4
    except StoreUnavailable as error:
        _reopen(session)
        raise UploadRefused("store_unavailable") from error
    return hand_over(session)  # 5


def _is_assembled(session: UploadSession) -> bool:
    """Whether the object exists. If its size is not the declared one, the upload is rejected for good."""
    found = get_store().head(session.key)
    if found is not None and found.size != session.size:
        raise _rejected(session, "size_differs")
    return found is not None


def _assemble(session: UploadSession) -> None:
    store = get_store()
    try:
        parts = store.list_parts(session.key, session.upload_id)
        expected = {number: size_of_part(session, number) for number in range(1, session.part_count + 1)}
        received = {part.number: part.size for part in parts}
        missing = [number for number, size in expected.items() if received.get(number) != size]
        if missing:
            _reopen(session)
            raise UploadRefused("parts_missing", numbers=missing)
        store.complete(session.key, session.upload_id, [part for part in parts if part.number in expected])
    except (UploadMissing, ObjectMissing) as error:
        # A parallel request may have assembled it.
        if not _is_assembled(session):
            raise _rejected(session, "lost") from error
    except PartsRefused as error:
        _reopen(session)
        raise UploadRefused("parts_missing", numbers=[]) from error


@transaction.atomic
def hand_over(session: UploadSession) -> UploadSession:
    """Make the blob of an assembled object and enqueue its verification. A repetition changes nothing."""
    locked = UploadSession.objects.select_for_update().get(pk=session.pk)
    if locked.state == UploadSession.State.COMPLETED:
        return locked
    if locked.state not in UploadSession.UNFINISHED:
        raise UploadRefused("closed")
    blob = FileBlob.objects.create(
        key=locked.key,
        size=locked.size,
        media_type=locked.media_type,
        declared_name=locked.name,
        extension=PurePosixPath(locked.name).suffix.lstrip(".").lower()[:20],
        school_id=locked.school_id,
        uploaded_by_id=locked.owner_id,
    )
    FilePreview.objects.create(blob=blob)
    locked.blob, locked.state, locked.reason = blob, UploadSession.State.COMPLETED, ""
    locked.save(update_fields=["blob", "state", "reason"])
    verify_blob.enqueue(blob.pk)
    return locked


def store_file(
    *, who: User, school_id: int | None, name: str, source: BinaryIO, size: int, media_type: str = ""
) -> UploadSession:
    """Upload from this process, with one part in memory at a time. Raises UploadRefused."""
    session = start(
        who=who,
        school_id=school_id,
        name=name,
        size=size,
        media_type=media_type,
        idempotency_key=f"server-{uuid.uuid4()}",
    )
    try:
        for number in range(1, session.part_count + 1):
            _send_part(session, number, source)
    except UploadRefused:
        close(session, UploadSession.State.CANCELLED)
        raise
    return complete(who=who, uid=session.uid)


def _send_part(session: UploadSession, number: int, source: BinaryIO) -> None:
    expected = size_of_part(session, number)
    data = source.read(expected)
    if len(data) != expected:
        raise UploadRefused("size_differs")
    ask_store(lambda store: store.put_part(session.key, session.upload_id, number, data))


def _reopen(session: UploadSession) -> None:
    completing = UploadSession.objects.filter(pk=session.pk, state=UploadSession.State.COMPLETING)
    completing.update(state=UploadSession.State.OPEN)


def _rejected(session: UploadSession, code: str) -> UploadRefused:
    """End a session whose bytes are not what was declared, and return the error to raise."""
    session.refresh_from_db()
    if close(session, UploadSession.State.REFUSED, reason=code):
        with suppress(StoreUnavailable):
            get_store().delete([session.key])
    return UploadRefused(code)
