"""Course files in a private bucket of any S3, through boto3. Browsers reach it only by presigned addresses.

Two clients: one for the server's own calls, one that signs for the address browsers use (the host is part of the
signature). Checksums only where S3 requires them: many compatible stores refuse boto3's newer defaults.

Long because the whole protocol is one class, and each call carries what was seen of S3's ambiguous answers.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.auth import HmacV1QueryAuth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError

from resources.storage.base import (
    CHUNK,
    ObjectInfo,
    ObjectMissing,
    OpenUpload,
    Part,
    PartsRefused,
    SignedRequest,
    StoreUnavailable,
    UploadMissing,
    check_key,
    disposition,
    window_start,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TRANSFER = TransferConfig(multipart_threshold=16 * CHUNK, multipart_chunksize=16 * CHUNK, max_concurrency=3)
_MISSING = {"404", "NoSuchKey", "NotFound", "NoSuchBucket"}
_NO_UPLOAD = {"NoSuchUpload"}
_BAD_PARTS = {"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "BadDigest", "InvalidDigest", "InvalidRequest"}


_BUSY = {"SlowDown", "RequestTimeout", "TooManyRequests", "OperationAborted"}
log = logging.getLogger(__name__)


class _BeyondTheEnd(Exception):
    """A range that starts after the last byte."""


class S3Store:
    def __init__(self, options: dict[str, str]) -> None:
        """``options``: the S3_* variables by name (library/environment.py)."""
        self.bucket = options["S3_BUCKET"]
        self._options = options
        self._credentials = Credentials(options["S3_ACCESS_KEY"], options["S3_SECRET_KEY"])
        self._version = options.get("S3_SIGNATURE_VERSION", "s3v4")
        self._region = options.get("S3_REGION", "us-east-1")
        self.client = self._make_client(options.get("S3_ENDPOINT"))
        for operation in ("PutBucketCors", "PutBucketLifecycleConfiguration"):
            self.client.meta.events.register(f"before-sign.s3.{operation}", _add_md5)
        self._signer = self._make_client(options.get("S3_PUBLIC_ENDPOINT") or options.get("S3_ENDPOINT"))

    def _make_client(self, endpoint: str | None) -> S3Client:
        checksums = cast(
            'Literal["when_required", "when_supported"]', self._options.get("S3_CHECKSUM_MODE", "when_required")
        )
        style = cast('Literal["auto", "path", "virtual"]', self._options.get("S3_ADDRESSING_STYLE", "auto"))
        session = boto3.session.Session()
        return session.client(
            "s3",
            endpoint_url=endpoint,
            region_name=self._region,
            aws_access_key_id=self._options["S3_ACCESS_KEY"],
            aws_secret_access_key=self._options["S3_SECRET_KEY"],
            config=Config(
                signature_version=self._version,
                s3={"addressing_style": style},
                request_checksum_calculation=checksums,
                response_checksum_validation=checksums,
                retries={"max_attempts": 4, "mode": "standard"},
                connect_timeout=5,
                read_timeout=60,
                max_pool_connections=32,
            ),
        )

    def prepare(self, *, origins: Sequence[str], keep_parts_days: int) -> Iterator[str]:
        """Make the bucket, its CORS rule and its expiry of forgotten parts; says what was done, or what to do by hand."""
        try:
            with _answers(self.bucket):
                self.client.head_bucket(Bucket=self.bucket)
            yield f"The bucket {self.bucket} is there."
        except ObjectMissing:
            with _answers(self.bucket):
                self.client.create_bucket(Bucket=self.bucket)
            yield f"The bucket {self.bucket} was made."
        rule: dict[str, Any] = {
            "AllowedOrigins": list(origins),
            "AllowedMethods": ["GET", "HEAD", "PUT"],
            "AllowedHeaders": ["*"],
            "ExposeHeaders": ["ETag"],
            "MaxAgeSeconds": 3600,
        }
        lifecycle: dict[str, Any] = {
            "ID": "forgotten-parts",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": keep_parts_days},
        }
        yield self._set_up(
            f"Pages of {', '.join(origins)} may use it",
            by_hand="allow GET, HEAD and PUT with every header from the site's address and expose ETag (CORS)",
            call=lambda: self.client.put_bucket_cors(
                Bucket=self.bucket,
                CORSConfiguration=cast(Any, {"CORSRules": [rule]}),
            ),
        )
        yield self._set_up(
            f"Parts nobody finishes are thrown away after {keep_parts_days} days",
            by_hand="add a lifecycle rule that aborts incomplete multipart uploads",
            call=lambda: self.client.put_bucket_lifecycle_configuration(
                Bucket=self.bucket,
                LifecycleConfiguration=cast(Any, {"Rules": [lifecycle]}),
            ),
        )

    @staticmethod
    def _set_up(done: str, *, by_hand: str, call: Callable[[], Any]) -> str:
        try:
            call()
        except (ClientError, BotoCoreError) as error:
            return f"Not set by this store's API ({error}). By hand: {by_hand}."
        return f"{done}."

    # --- uploads -------------------------------------------------------------------------------

    def start_multipart(self, key: str, *, media_type: str, part_size: int) -> str:
        with _answers(key):
            answer = self.client.create_multipart_upload(
                Bucket=self.bucket, Key=check_key(key), ContentType=media_type or "application/octet-stream"
            )
        return answer["UploadId"]

    def sign_part(
        self, key: str, upload_id: str, number: int, *, size: int, md5: str | None, expires: timedelta
    ) -> SignedRequest:
        params: dict[str, Any] = {
            "Bucket": self.bucket,
            "Key": check_key(key),
            "UploadId": upload_id,
            "PartNumber": number,
        }
        if self._version == "s3v4":
            # Becomes a signed header: a body of another length is refused. Signature version 2 has no such thing.
            params["ContentLength"] = size
        headers = {}
        if md5:
            params["ContentMD5"] = headers["Content-MD5"] = md5
        url = self._signer.generate_presigned_url("upload_part", Params=params, ExpiresIn=int(expires.total_seconds()))
        return SignedRequest(url, headers)

    def put_part(self, key: str, upload_id: str, number: int, data: bytes) -> Part:
        digest = hashlib.md5(data, usedforsecurity=False).digest()
        with _answers(key):
            answer = self.client.upload_part(
                Bucket=self.bucket,
                Key=key,
                UploadId=upload_id,
                PartNumber=number,
                Body=data,
                ContentMD5=base64.b64encode(digest).decode(),
            )
        return Part(number, len(data), answer["ETag"].strip('"'))

    def list_parts(self, key: str, upload_id: str) -> list[Part]:
        found: list[Part] = []
        with _answers(key):
            pages = self.client.get_paginator("list_parts").paginate(
                Bucket=self.bucket, Key=check_key(key), UploadId=upload_id
            )
            for page in pages:
                found.extend(
                    Part(part["PartNumber"], part["Size"], part["ETag"].strip('"')) for part in page.get("Parts", [])
                )
        return found

    def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        if not parts:
            raise PartsRefused("An upload has at least one part")
        total = sum(part.size for part in parts)
        try:
            with _answers(key):
                self.client.complete_multipart_upload(
                    Bucket=self.bucket,
                    Key=check_key(key),
                    UploadId=upload_id,
                    MultipartUpload={"Parts": [{"PartNumber": part.number, "ETag": part.etag} for part in parts]},
                )
        except (UploadMissing, StoreUnavailable):
            # An error here may hide a success: only the object itself tells.
            done = self.head(key)
            if done is None or done.size != total:
                raise

    def abort(self, key: str, upload_id: str) -> None:
        try:
            with _answers(key):
                self.client.abort_multipart_upload(Bucket=self.bucket, Key=check_key(key), UploadId=upload_id)
        except (UploadMissing, ObjectMissing):
            return

    def open_uploads(self) -> Iterator[OpenUpload]:
        with _answers("open uploads"):
            pages = self.client.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket)
            for page in pages:
                for upload in page.get("Uploads", []):
                    yield OpenUpload(upload["Key"], upload["UploadId"], upload["Initiated"])

    def tidy(self, older_than: datetime) -> None:
        """Nothing: the store itself keeps no half-written objects."""

    # --- objects -------------------------------------------------------------------------------

    def head(self, key: str) -> ObjectInfo | None:
        try:
            with _answers(key):
                answer = self.client.head_object(Bucket=self.bucket, Key=check_key(key))
        except ObjectMissing:
            return None
        return ObjectInfo(key, answer["ContentLength"], answer["ETag"].strip('"'))

    def read(self, key: str, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        if length == 0:
            return iter(())
        ranged: dict[str, Any] = {}
        if start or length is not None:
            end = "" if length is None else str(start + length - 1)
            ranged["Range"] = f"bytes={start}-{end}"
        try:
            with _answers(key):
                answer = self.client.get_object(Bucket=self.bucket, Key=check_key(key), **ranged)
        except _BeyondTheEnd:
            return iter(())
        return self._chunks(key, answer["Body"])

    @staticmethod
    def _chunks(key: str, body: Any) -> Iterator[bytes]:
        with _answers(key), body:
            yield from body.iter_chunks(CHUNK)

    def put(self, key: str, data: bytes, *, media_type: str) -> None:
        with _answers(key):
            self.client.put_object(Bucket=self.bucket, Key=check_key(key), Body=data, ContentType=media_type)

    def put_file(self, key: str, path: Path, *, media_type: str) -> None:
        with _answers(key):
            self.client.upload_file(
                str(path), self.bucket, check_key(key), ExtraArgs={"ContentType": media_type}, Config=_TRANSFER
            )

    def fetch(self, key: str, path: Path) -> None:
        temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        try:
            with _answers(key):
                self.client.download_file(self.bucket, check_key(key), str(temporary), Config=_TRANSFER)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)

    def delete(self, keys: Iterable[str]) -> None:
        # One by one: DeleteObjects needs a checksum header that not every store takes.
        for key in keys:
            try:
                with _answers(key):
                    self.client.delete_object(Bucket=self.bucket, Key=check_key(key))
            except ObjectMissing:
                continue

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        with _answers(prefix):
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
            for page in pages:
                for found in page.get("Contents", []):
                    yield ObjectInfo(found["Key"], found["Size"], found["ETag"].strip('"'))

    def sign_get(
        self,
        key: str,
        *,
        filename: str | None,
        media_type: str,
        inline: bool,
        expires: timedelta,
        steady: timedelta | None = None,
    ) -> str:
        params = {
            "Bucket": self.bucket,
            "Key": check_key(key),
            "ResponseContentDisposition": disposition(filename, media_type=media_type, inline=inline),
            "ResponseContentType": media_type or "application/octet-stream",
        }
        if steady is None:
            return self._signer.generate_presigned_url(
                "get_object", Params=params, ExpiresIn=int(expires.total_seconds())
            )
        params["ResponseCacheControl"] = f"private, max-age={int(steady.total_seconds())}"
        return self._sign_steadily(params, expires=expires, steady=steady)

    def _sign_steadily(self, params: dict[str, Any], *, expires: timedelta, steady: timedelta) -> str:
        """boto3 always signs with the current second; a cacheable address needs the start of its window."""
        signed = self._signer.generate_presigned_url("get_object", Params=params)
        unsigned = AWSRequest(method="GET", url=_without_signature(signed))
        now = datetime.now(UTC)
        start = window_start(now, steady)
        seconds = int((expires + steady).total_seconds())
        if self._version == "s3v4":
            _WindowAuth(self._credentials, "s3", self._region, seconds, start=start).add_auth(unsigned)
        else:
            left = seconds - int(now.timestamp()) + int(start.timestamp())
            HmacV1QueryAuth(self._credentials, expires=left).add_auth(unsigned)
        return str(unsigned.url)


class _WindowAuth(S3SigV4QueryAuth):
    """The presigner, dated at the start of a window."""

    def __init__(self, *args: Any, start: datetime) -> None:
        super().__init__(*args)
        self._start = start

    def _modify_request_before_signing(self, request: Any) -> None:
        request.context["timestamp"] = self._start.strftime("%Y%m%dT%H%M%SZ")
        super()._modify_request_before_signing(request)  # type: ignore[misc]


def _add_md5(request: Any, **_: Any) -> None:
    """The checksum S3 itself once demanded here, and many compatible stores still do; boto3 now sends CRC32 only."""
    body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    request.headers["Content-MD5"] = base64.b64encode(digest).decode()


def _without_signature(url: str) -> str:
    address, _, query = url.partition("?")
    ours = [pair for pair in query.split("&") if pair.startswith("response-")]
    return f"{address}?{'&'.join(ours)}"


@contextmanager
def _answers(key: str) -> Iterator[None]:
    """S3's errors in the words of this package."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in _NO_UPLOAD:
            raise UploadMissing(key) from error
        if code in _BAD_PARTS:
            raise PartsRefused(str(error)) from error
        if code in _MISSING:
            raise ObjectMissing(key) from error
        if status == 416:
            raise _BeyondTheEnd(key) from error
        if status < 500 and code not in _BUSY:
            # A refusal of our own keys or bucket: only an operator can help.
            log.error("The store refuses %s: %s", key, error)
        raise StoreUnavailable(str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StoreUnavailable(str(error)) from error
