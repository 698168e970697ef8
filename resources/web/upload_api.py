"""The JSON protocol of uploads, the same for both stores, for the browser and for other programs.

Create → sign parts → PUT the parts to the signed URLs → complete → status. A file of one part that is announced with
its MD5 needs no second step. A refusal is ``{"code": …, "message": …}``:
the code is stable, the message is in the user's language. (library/api.py answers UploadRefused and other UserErrors.)
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from ninja import Router, Schema
from ninja.security import django_auth
from pydantic import Field

from members.requests import AuthedRequest
from resources.models import FileBlob, FilePreview, UploadSession
from resources.pipeline import messages
from resources.storage import Part
from resources.uploads import completion, errors, sessions

router = Router(tags=["uploads"], auth=django_auth)

MAX_SIGNED = 100
MAX_BIGINT = 2**63 - 1


class Problem(Schema):
    code: str = Field(description="Stable; for programs.")
    message: str = Field(description="What is wrong and what to do, in the reader's language.")
    numbers: list[int] = Field([], description="With parts_missing: the parts that have not arrived.")


class NewUpload(Schema):
    name: str = Field(max_length=4000)
    size: int = Field(ge=0, le=MAX_BIGINT, description="Bytes.")
    media_type: str = Field("", max_length=150)
    fingerprint: str = Field("", max_length=200, description="By which the browser recognises the file.")
    idempotency_key: str = Field(min_length=1, max_length=100, description="Repeating it repeats the answer.")
    school: Annotated[int | None, Field(ge=1, le=MAX_BIGINT)] = None
    md5: str | None = Field(
        None, max_length=24, description="Base64, of the whole file: if it is one part, the answer brings it signed."
    )


class PartWanted(Schema):
    number: int = Field(ge=1, le=10_000)
    md5: str | None = Field(None, max_length=24, description="Base64; the store then refuses other bytes.")


class PartsWanted(Schema):
    parts: list[PartWanted] = Field(min_length=1, max_length=MAX_SIGNED)


class SignedPart(Schema):
    number: int
    size: int
    method: str = "PUT"
    url: str = Field(description="Absolute, or relative to this site.")
    headers: dict[str, str] = Field(description="To be sent exactly so.")


class ReceivedPart(Schema):
    number: int
    size: int
    etag: str


class PreviewOut(Schema):
    state: str
    text: str
    reason: str
    reason_text: str
    working: bool
    pages_done: int
    page_count: int


class BlobOut(Schema):
    id: int
    uid: uuid.UUID
    state: str
    text: str
    reason: str
    reason_text: str
    kind: str
    media_type: str
    preview: PreviewOut | None


class UploadOut(Schema):
    uid: uuid.UUID
    name: str
    size: int
    fingerprint: str
    state: str
    text: str
    reason: str
    reason_text: str
    part_size: int
    part_count: int
    school: int
    created: datetime
    expires: datetime
    blob: BlobOut | None


class StartedUpload(UploadOut):
    signed: list[SignedPart] = Field(description="The only part of a file announced with its MD5; otherwise empty.")


REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429, 503), Problem)


@router.get("/uploads", response={200: list[UploadOut], **REFUSALS})
def list_uploads(request: AuthedRequest, unfinished: bool = False) -> list[dict[str, Any]]:
    """Your latest uploads, newest first; ``unfinished``: those that can be resumed."""
    return [as_json(session) for session in sessions.sessions_of(request.user, unfinished_only=unfinished)]


@router.post("/uploads", response={201: StartedUpload, **REFUSALS})
def start(request: AuthedRequest, body: NewUpload) -> tuple[int, dict[str, Any]]:
    """Announce a file."""
    session, signed = sessions.announce(
        who=request.user,
        school_id=body.school,
        name=body.name,
        size=body.size,
        media_type=body.media_type,
        fingerprint=body.fingerprint,
        idempotency_key=body.idempotency_key,
        md5=body.md5,
    )
    return 201, as_json(session) | {"signed": _signed(signed)}


@router.get("/uploads/{uid}", response={200: UploadOut, **REFUSALS})
def status(request: AuthedRequest, uid: uuid.UUID) -> dict[str, Any]:
    """How far an upload is, and what has become of its file since."""
    return as_json(sessions.get_session(request.user, uid))


@router.get("/uploads/{uid}/parts", response={200: list[ReceivedPart], **REFUSALS})
def parts(request: AuthedRequest, uid: uuid.UUID) -> list[Part]:
    """The parts that have arrived: only the others need sending."""
    return sessions.received_parts(who=request.user, uid=uid)


@router.post("/uploads/{uid}/parts", response={200: list[SignedPart], **REFUSALS})
def sign(request: AuthedRequest, uid: uuid.UUID, body: PartsWanted) -> list[dict[str, Any]]:
    """Signed URLs for parts, good for a quarter of an hour each."""
    wanted = [(part.number, part.md5) for part in body.parts]
    return _signed(sessions.sign_parts(who=request.user, uid=uid, parts=wanted))


@router.post("/uploads/{uid}/complete", response={200: UploadOut, **REFUSALS})
def complete(request: AuthedRequest, uid: uuid.UUID) -> dict[str, Any]:
    """All parts are there: put them together and have the file checked. May be repeated."""
    return as_json(completion.complete(who=request.user, uid=uid))


@router.post("/uploads/{uid}/retry", response={200: UploadOut, **REFUSALS})
def retry(request: AuthedRequest, uid: uuid.UUID) -> dict[str, Any]:
    """Check or preview the uploaded file once more, after a failure."""
    return as_json(sessions.retry_preview(who=request.user, uid=uid))


@router.delete("/uploads/{uid}", response={200: UploadOut, **REFUSALS})
def cancel(request: AuthedRequest, uid: uuid.UUID) -> dict[str, Any]:
    """Stop an unfinished upload and delete its parts."""
    return as_json(sessions.cancel(who=request.user, uid=uid))


def _signed(parts: list[sessions.SignedPart]) -> list[dict[str, Any]]:
    return [
        {"number": part.number, "size": part.size, "url": part.request.url, "headers": part.request.headers}
        for part in parts
    ]


def as_json(session: UploadSession) -> dict[str, Any]:
    return {
        "uid": session.uid,
        "name": session.name,
        "size": session.size,
        "fingerprint": session.fingerprint,
        "state": session.state,
        "text": session.get_state_display(),
        "reason": session.reason,
        "reason_text": str(errors.REFUSALS[session.reason][1]) if session.reason in errors.REFUSALS else "",
        "part_size": session.part_size,
        "part_count": session.part_count,
        "school": session.school_id,
        "created": session.created,
        "expires": session.expires,
        "blob": _blob(session.blob) if session.blob else None,
    }


def _blob(uploaded: FileBlob) -> dict[str, Any]:
    """Ids of the uploaded blob, which drafts attach; state and preview of the canonical one."""
    blob = uploaded.canonical
    preview: FilePreview | None = getattr(blob, "preview", None)
    return {
        "id": uploaded.pk,
        "uid": uploaded.uid,
        "state": blob.state,
        "text": blob.get_state_display(),
        "reason": blob.reason,
        "reason_text": messages.describe(blob.reason) if blob.reason else "",
        "kind": blob.kind,
        "media_type": blob.media_type,
        "preview": _preview(blob, preview) if preview else None,
    }


def _preview(blob: FileBlob, preview: FilePreview) -> dict[str, Any]:
    return {
        "state": preview.state,
        "text": preview.get_state_display(),
        "reason": preview.reason,
        "reason_text": messages.describe(preview.reason) if preview.reason else "",
        "working": blob.state == FileBlob.State.RECEIVED
        or (blob.state == FileBlob.State.VERIFIED and preview.is_working),
        "pages_done": preview.pages_done,
        "page_count": preview.page_count,
    }
