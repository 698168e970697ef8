"""Upload sessions: start, sign parts, list parts, cancel.

A session belongs to its owner: for any other user it does not exist. Its bytes count against the quota of the school
from the start.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.models import User
from resources.models import FileBlob, UploadSession, quota
from resources.pipeline import retry
from resources.storage import ObjectStore, Part, SignedRequest, StoreUnavailable, UploadMissing, get_store
from resources.uploads.errors import UploadRefused
from resources.uploads.validation import (
    check_md5,
    check_member,
    check_size,
    check_storable,
    clean_name,
    part_size_for,
    school_for,
    size_of_part,
)

PART_EXPIRY = timedelta(minutes=15)
"""Until the transfer of a signed part must have begun."""
MAX_UNFINISHED = 300
LISTED = 100

WITH_BLOB = ("blob__preview", "blob__duplicate_of__preview")

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
    """Start an upload, or return the session that the same ``idempotency_key`` started before.

    1. Check what needs no store: school, name, size, number of unfinished uploads, room in the quota.
    2. Have the store expect the parts.
    3. Reserve the quota and insert the session in one transaction. If that fails, abort the upload in the store.

    ``school_id`` None: the user's only school. Raises UploadRefused.
    """
    new = UploadSession(
        owner=who,
        school_id=school_for(who, school_id),
        name=clean_name(name),
        size=size,
        media_type=check_storable(media_type),
        fingerprint=check_storable(fingerprint),
        idempotency_key=check_storable(idempotency_key),
        key=f"objects/{uuid.uuid4()}",
        part_size=part_size_for(size),
        expires=_expiry(),
    )
    if known := _started_before(new):
        return known
    _check_room(new)
    new.upload_id = ask_store(
        lambda store: store.start_multipart(new.key, media_type=media_type, part_size=new.part_size)
    )
    return _insert(new)


def announce(
    *,
    who: User,
    school_id: int | None,
    name: str,
    size: int,
    media_type: str = "",
    fingerprint: str = "",
    idempotency_key: str,
    md5: str | None = None,
) -> tuple[UploadSession, list[SignedPart]]:
    """As ``start``; with the base64 MD5 of the file, a file of one part comes with that part signed.

    Saves a small file one of its four calls. Raises UploadRefused.
    """
    check_md5(md5)
    session = start(
        who=who,
        school_id=school_id,
        name=name,
        size=size,
        media_type=media_type,
        fingerprint=fingerprint,
        idempotency_key=idempotency_key,
    )
    whole = md5 is not None and session.part_count == 1 and session.state == UploadSession.State.OPEN
    return session, _sign(who, session, [(1, md5)]) if whole else []


def _started_before(new: UploadSession) -> UploadSession | None:
    sessions = UploadSession.objects.filter(owner=new.owner, idempotency_key=new.idempotency_key)
    known = sessions.select_related(*WITH_BLOB).first()
    if known and (known.name, known.size) != (new.name, new.size):
        raise UploadRefused("key_used")
    return known


def _check_room(new: UploadSession) -> None:
    check_size(new.size)
    unfinished = UploadSession.objects.filter(owner=new.owner, state__in=UploadSession.UNFINISHED)
    if unfinished.count() >= MAX_UNFINISHED:
        raise UploadRefused("too_many", limit=MAX_UNFINISHED)
    if not quota.has_room(school_id=new.school_id, size=new.size):
        raise UploadRefused("quota_full")


def _insert(new: UploadSession) -> UploadSession:
    try:
        with transaction.atomic():
            quota.reserve(school_id=new.school_id, size=new.size)
            new.save(force_insert=True)
            return new
    except quota.QuotaFull as error:
        _abort(new)
        raise UploadRefused("quota_full") from error
    except IntegrityError:
        # A parallel request with the same key was faster.
        _abort(new)
        if (known := _started_before(new)) is None:
            raise
        return known


def sign_parts(*, who: User, uid: uuid.UUID, parts: Sequence[tuple[int, str | None]]) -> list[SignedPart]:
    """Signed PUT requests, bound to exact sizes, for parts given as (number, base64 MD5 or None)."""
    return _sign(who, get_session(who, uid, with_blob=False), parts)


def _sign(who: User, session: UploadSession, parts: Sequence[tuple[int, str | None]]) -> list[SignedPart]:
    check_member(who, session.school_id)
    if session.state != UploadSession.State.OPEN:
        raise UploadRefused("completing" if session.state == UploadSession.State.COMPLETING else "closed")
    for number, md5 in parts:
        if not 1 <= number <= session.part_count:
            raise UploadRefused("part_number", number=number, count=session.part_count)
        check_md5(md5)
    _extend(session)
    return [_sign_part(session, number, md5) for number, md5 in parts]


def _sign_part(session: UploadSession, number: int, md5: str | None) -> SignedPart:
    size = size_of_part(session, number)
    request = get_store().sign_part(session.key, session.upload_id, number, size=size, md5=md5, expires=PART_EXPIRY)
    return SignedPart(number, size, request)


def received_parts(*, who: User, uid: uuid.UUID) -> list[Part]:
    """The parts in the store, by number; empty if the session is not open."""
    session = get_session(who, uid, with_blob=False)
    if session.state != UploadSession.State.OPEN:
        return []
    try:
        return ask_store(lambda store: store.list_parts(session.key, session.upload_id))
    except UploadMissing as error:
        raise UploadRefused("lost") from error


def cancel(*, who: User, uid: uuid.UUID) -> UploadSession:
    """Stop an upload and release its quota. Raises UploadRefused if it is completed."""
    session = get_session(who, uid)
    if session.state == UploadSession.State.OPEN:
        close(session, UploadSession.State.CANCELLED)
    session.refresh_from_db()
    if session.state == UploadSession.State.COMPLETING:
        raise UploadRefused("completing")
    if session.state == UploadSession.State.COMPLETED:
        raise UploadRefused("closed")
    return session


def close(session: UploadSession, state: UploadSession.State, *, reason: str = "") -> bool:
    """End an unfinished session. False if it has ended otherwise in the meantime.

    1. Set the final state and release the quota, in one transaction.
    2. Delete the parts. After a crash between the two, ``cleanup.collect_strays`` deletes them.
    """
    unfinished = {session.state} & UploadSession.UNFINISHED
    with transaction.atomic():
        closed = UploadSession.objects.filter(pk=session.pk, state__in=unfinished).update(state=state, reason=reason)
        if not closed:
            return False
        quota.release(school_id=session.school_id, size=session.size)
    _abort(session)
    return True


def retry_preview(*, who: User, uid: uuid.UUID) -> UploadSession:
    """Verify or preview the file of a completed upload again. Raises UploadRefused if that cannot help."""
    session = get_session(who, uid)
    if session.blob is None:
        raise UploadRefused("not_uploaded")
    try:
        retry.retry(who=who, blob_uid=session.blob.uid)
    except (retry.NothingToRetry, retry.FileRefused, FileBlob.DoesNotExist) as error:
        raise UploadRefused("nothing_to_retry") from error
    return get_session(who, uid)


def sessions_of(who: User, *, unfinished_only: bool = False) -> list[UploadSession]:
    """The latest uploads of a user, newest first, with their blobs and previews."""
    sessions = UploadSession.objects.filter(owner=who).select_related(*WITH_BLOB)
    if unfinished_only:
        sessions = sessions.filter(state__in=UploadSession.UNFINISHED, expires__gt=timezone.now())
    return list(sessions[:LISTED])


def get_session(who: User, uid: uuid.UUID, *, with_blob: bool = True) -> UploadSession:
    """The user's own session. Raises UploadRefused("not_found")."""
    sessions = UploadSession.objects.filter(owner=who, uid=uid)
    session = (sessions.select_related(*WITH_BLOB) if with_blob else sessions).first()
    if session is None:
        raise UploadRefused("not_found")
    return session


def ask_store(question: Callable[[ObjectStore], Answer]) -> Answer:
    """Call the store; raises UploadRefused instead of StoreUnavailable."""
    try:
        return question(get_store())
    except StoreUnavailable as error:
        raise UploadRefused("store_unavailable") from error


def _expiry() -> datetime:
    return timezone.now() + timedelta(hours=settings.UPLOAD_EXPIRY_HOURS)


def _extend(session: UploadSession) -> None:
    """Postpone the expiry of an active upload, at most once an hour: signing must stay cheap."""
    expiry = _expiry()
    if expiry - session.expires > timedelta(hours=1):
        UploadSession.objects.filter(pk=session.pk, state=UploadSession.State.OPEN).update(expires=expiry)


def _abort(session: UploadSession) -> None:
    """Delete the parts in the store; if it is unavailable, ``cleanup.collect_strays`` does so later."""
    with suppress(StoreUnavailable):
        get_store().abort(session.key, session.upload_id)
