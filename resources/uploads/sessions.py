"""Uploads: start, sign parts, list, complete, cancel. The same steps for both stores, the browser, forms and imports.

An upload's session is its owner's alone: for anybody else it does not exist. Calls to the store happen outside
transactions. The bytes count against the school's quota from the start.

Long because every change of a session's state stands here: whether a crash between two of them loses something can
only be judged with all of them in view.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import BinaryIO, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.models import User
from resources.models import FileBlob, FilePreview, UploadSession, quota
from resources.pipeline import retry
from resources.pipeline.verification import verify_blob
from resources.storage import (
    ObjectMissing,
    ObjectStore,
    Part,
    PartsRefused,
    SignedRequest,
    StoreUnavailable,
    UploadMissing,
    get_store,
)
from resources.uploads.errors import UploadRefused
from resources.uploads.validation import (
    check_size,
    clean_name,
    is_md5,
    part_size_for,
    refuse_unstorable,
    refuse_who_left,
    school_for,
    size_of_part,
)

PART_EXPIRY = timedelta(minutes=15)
"""How long a signed part address may be started on; a slow part that has begun may take longer."""
UNFINISHED_MAX = 300

State = UploadSession.State
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class SignedPart:
    number: int
    size: int
    request: SignedRequest


def start(
    *,
    who: User,
    school_id: int | None,
    name: str,
    size: int,
    media_type: str = "",
    fingerprint: str = "",
    idempotency_key: str,
) -> UploadSession:
    """Begin an upload. The same ``idempotency_key`` again gives the same session, however often a request is repeated.

    ``school_id`` None: the person's only school. Raises UploadRefused.
    """
    school = school_for(who, school_id)
    clean = clean_name(name)
    for text in (media_type, fingerprint, idempotency_key):
        refuse_unstorable(text)
    known = _known(who, idempotency_key, clean, size)
    if known:
        return known
    check_size(size)
    if UploadSession.objects.filter(owner=who, state__in=UploadSession.UNFINISHED).count() >= UNFINISHED_MAX:
        raise UploadRefused("too_many", limit=UNFINISHED_MAX)
    if not quota.has_room(school_id=school, size=size):
        raise UploadRefused("quota_full")
    key, part_size = f"objects/{uuid.uuid4()}", part_size_for(size)
    upload_id = _ask_store(lambda store: store.start_multipart(key, media_type=media_type, part_size=part_size))
    try:
        with transaction.atomic():
            quota.reserve(school_id=school, size=size)
            return UploadSession.objects.create(
                owner=who,
                school_id=school,
                name=clean,
                size=size,
                media_type=media_type,
                fingerprint=fingerprint,
                key=key,
                upload_id=upload_id,
                part_size=part_size,
                idempotency_key=idempotency_key,
                expires=_expiry(),
            )
    except quota.QuotaFull as error:
        _abort_quietly(key, upload_id)
        raise UploadRefused("quota_full") from error
    except IntegrityError:
        # The same request arrived twice at once; the other one won.
        _abort_quietly(key, upload_id)
        known = _known(who, idempotency_key, clean, size)
        if known is None:
            raise
        return known


def sign_parts(*, who: User, uid: uuid.UUID, parts: Sequence[tuple[int, str | None]]) -> list[SignedPart]:
    """Signed PUTs for parts, given as (number, MD5 in base64 or None). Each is bound to the part's exact size."""
    session = session_of(who, uid, with_blob=False)
    refuse_who_left(who, session.school_id)
    if session.state != State.OPEN:
        raise UploadRefused("completing" if session.state == State.COMPLETING else "closed")
    for number, md5 in parts:
        if not 1 <= number <= session.part_count:
            raise UploadRefused("part_number", number=number, count=session.part_count)
        if md5 is not None and not is_md5(md5):
            raise UploadRefused("checksum_bad")
    _keep_alive(session)
    store = get_store()
    sized = [(number, size_of_part(session, number), md5) for number, md5 in parts]
    return [
        SignedPart(
            number,
            size,
            store.sign_part(session.key, session.upload_id, number, size=size, md5=md5, expires=PART_EXPIRY),
        )
        for number, size, md5 in sized
    ]


def received(*, who: User, uid: uuid.UUID) -> list[Part]:
    """The parts the store has, by number; empty once the upload is no longer open."""
    session = session_of(who, uid, with_blob=False)
    if session.state != State.OPEN:
        return []
    try:
        return _ask_store(lambda store: store.list_parts(session.key, session.upload_id))
    except UploadMissing as error:
        raise UploadRefused("lost") from error


def complete(*, who: User, uid: uuid.UUID) -> UploadSession:
    """Put the parts together and hand the file over to checking. May be repeated at any point, also after a crash.

    Raises UploadRefused: ``parts_missing`` leaves the session open, with ``details["numbers"]`` saying which.
    """
    session = session_of(who, uid)
    if session.state == State.COMPLETED:
        return session
    refuse_who_left(who, session.school_id)
    if session.state not in UploadSession.UNFINISHED:
        raise UploadRefused("closed")
    UploadSession.objects.filter(pk=session.pk, state=State.OPEN).update(state=State.COMPLETING)
    # An earlier try may have got further than its answer; only the object itself tells.
    _assemble(session, tried=session.state == State.COMPLETING)
    return hand_over(session)


def _assemble(session: UploadSession, *, tried: bool) -> None:
    """Make the object, whose size is then the declared one. On failure it is open again, or refused for good."""
    try:
        if not (tried and _is_there(session)):
            _put_together(session)
    except StoreUnavailable as error:
        _reopen(session)
        raise UploadRefused("store_unavailable") from error


def _is_there(session: UploadSession) -> bool:
    """Whether the object exists. One of another size is refused for good."""
    done = get_store().head(session.key)
    if done is not None and done.size != session.size:
        refuse(session, "size_differs")
        raise UploadRefused("size_differs")
    return done is not None


def _put_together(session: UploadSession) -> None:
    """Exactly the parts that were signed: so many, each of its size."""
    store = get_store()
    try:
        parts = store.list_parts(session.key, session.upload_id)
        expected = {number: size_of_part(session, number) for number in range(1, session.part_count + 1)}
        there = {part.number: part.size for part in parts}
        missing = [number for number, size in expected.items() if there.get(number) != size]
        if missing:
            _reopen(session)
            raise UploadRefused("parts_missing", numbers=missing)
        store.complete(session.key, session.upload_id, [part for part in parts if part.number in expected])
    except (UploadMissing, ObjectMissing) as error:
        if not _is_there(session):
            refuse(session, "lost")
            raise UploadRefused("lost") from error
    except PartsRefused as error:
        _reopen(session)
        raise UploadRefused("parts_missing", numbers=[]) from error


@transaction.atomic
def hand_over(session: UploadSession) -> UploadSession:
    """The object is whole: blob, preview and the checking job in one transaction. Twice = once."""
    locked = UploadSession.objects.select_for_update().get(pk=session.pk)
    if locked.state == State.COMPLETED:
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
    locked.blob, locked.state, locked.reason = blob, State.COMPLETED, ""
    locked.save(update_fields=["blob", "state", "reason"])
    verify_blob.enqueue(blob.pk)
    return locked


def cancel(*, who: User, uid: uuid.UUID) -> UploadSession:
    """Stop an upload and give its room back. Cancelled already = fine."""
    session = session_of(who, uid)
    if session.state == State.OPEN:
        close(session, State.CANCELLED)
    session.refresh_from_db()
    if session.state == State.COMPLETING:
        raise UploadRefused("completing")
    if session.state == State.COMPLETED:
        raise UploadRefused("closed")
    return session


def retry_preview(*, who: User, uid: uuid.UUID) -> UploadSession:
    """Have the file of a finished upload checked or previewed once more. Raises UploadRefused when that can't help."""
    session = session_of(who, uid)
    if session.blob is None:
        raise UploadRefused("not_uploaded")
    try:
        retry.retry(who=who, blob_uid=session.blob.uid)
    except (retry.NothingToRetry, retry.FileRefused, FileBlob.DoesNotExist) as error:
        raise UploadRefused("nothing_to_retry") from error
    return session_of(who, uid)


def close(session: UploadSession, state: UploadSession.State, *, reason: str = "") -> bool:
    """End an unfinished session, release its quota and then its parts. False when it ended otherwise meanwhile."""
    unfinished = {session.state} & UploadSession.UNFINISHED
    with transaction.atomic():
        closed = UploadSession.objects.filter(pk=session.pk, state__in=unfinished).update(state=state, reason=reason)
        if not closed:
            return False
        quota.release(school_id=session.school_id, size=session.size)
    # Row first, bytes later: a crash here leaves parts for the collector, never a session without its parts.
    _abort_quietly(session.key, session.upload_id)
    return True


def refuse(session: UploadSession, code: str) -> None:
    """End a session whose bytes are not what was declared."""
    session.refresh_from_db()
    if close(session, State.REFUSED, reason=code):
        try:
            get_store().delete([session.key])
        except StoreUnavailable:
            return


def sessions_of(who: User, *, unfinished_only: bool = False) -> list[UploadSession]:
    """A person's latest uploads, newest first, at most 100, with what became of each."""
    sessions = UploadSession.objects.filter(owner=who).select_related(*WITH_BLOB)
    if unfinished_only:
        sessions = sessions.filter(state__in=UploadSession.UNFINISHED, expires__gt=timezone.now())
    return list(sessions[:100])


WITH_BLOB = ("blob__preview", "blob__duplicate_of__preview")


def session_of(who: User, uid: uuid.UUID, *, with_blob: bool = True) -> UploadSession:
    """The person's own session. Anybody else's is the same as none: UploadRefused("not_found")."""
    sessions = UploadSession.objects.filter(owner=who, uid=uid)
    session = (sessions.select_related(*WITH_BLOB) if with_blob else sessions).first()
    if session is None:
        raise UploadRefused("not_found")
    return session


def store_file(
    *, who: User, school_id: int | None, name: str, source: BinaryIO, size: int, media_type: str = ""
) -> UploadSession:
    """Upload from the server itself (plain form, imports), one part in memory at a time. Raises UploadRefused."""
    session = start(
        who=who,
        school_id=school_id,
        name=name,
        size=size,
        media_type=media_type,
        idempotency_key=f"server-{uuid.uuid4()}",
    )
    for number in range(1, session.part_count + 1):
        expected = size_of_part(session, number)
        data = source.read(expected)
        if len(data) != expected:
            close(session, State.CANCELLED)
            raise UploadRefused("size_differs")
        try:
            _ask_store(_sending(session, number, data))
        except UploadRefused:
            close(session, State.CANCELLED)
            raise
    return complete(who=who, uid=session.uid)


def _known(who: User, idempotency_key: str, name: str, size: int) -> UploadSession | None:
    known = UploadSession.objects.filter(owner=who, idempotency_key=idempotency_key).select_related(*WITH_BLOB).first()
    if known and (known.name, known.size) != (name, size):
        raise UploadRefused("key_used")
    return known


def _expiry() -> datetime:
    return timezone.now() + timedelta(hours=settings.UPLOAD_EXPIRY_HOURS)


def _keep_alive(session: UploadSession) -> None:
    """An upload that goes on does not expire. Written at most once an hour: signing must stay cheap."""
    fresh = _expiry()
    if fresh - session.expires > timedelta(hours=1):
        UploadSession.objects.filter(pk=session.pk, state=State.OPEN).update(expires=fresh)


def _reopen(session: UploadSession) -> None:
    UploadSession.objects.filter(pk=session.pk, state=State.COMPLETING).update(state=State.OPEN)


def _ask_store(question: Callable[[ObjectStore], Answer]) -> Answer:
    try:
        return question(get_store())
    except StoreUnavailable as error:
        raise UploadRefused("store_unavailable") from error


def _sending(session: UploadSession, number: int, data: bytes) -> Callable[[ObjectStore], Part]:
    return lambda store: store.put_part(session.key, session.upload_id, number, data)


def _abort_quietly(key: str, upload_id: str) -> None:
    """The collector aborts later what can't be aborted now."""
    try:
        get_store().abort(key, upload_id)
    except StoreUnavailable:
        return
