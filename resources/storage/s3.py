"""Object store in a private bucket of any S3, through boto3. Browsers use presigned URLs only.

One client makes the server's own calls, another signs for the endpoint that browsers use, because the host is part of the
signature. Checksums only where S3 requires them: many compatible stores refuse boto3's newer defaults.
"""

from __future__ import annotations

import base64
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.credentials import Credentials

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
)
from resources.storage.s3_errors import BeyondTheEnd, store_errors
from resources.storage.s3_signing import WindowSigner, add_md5, without_signature

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TRANSFER = TransferConfig(multipart_threshold=16 * CHUNK, multipart_chunksize=16 * CHUNK, max_concurrency=3)


class S3Store:
    def __init__(self, options: dict[str, str]) -> None:
        """``options``: the S3_* variables by name (library/environment.py)."""
        self.bucket = options["S3_BUCKET"]
        self._options = options
        self._version = options.get("S3_SIGNATURE_VERSION", "s3v4")
        self._region = options.get("S3_REGION", "us-east-1")
        self.client = self._make_client(options.get("S3_ENDPOINT"))
        for operation in ("PutBucketCors", "PutBucketLifecycleConfiguration"):
            self.client.meta.events.register(f"before-sign.s3.{operation}", add_md5)
        self._signer = self._make_client(options.get("S3_PUBLIC_ENDPOINT") or options.get("S3_ENDPOINT"))
        credentials = Credentials(options["S3_ACCESS_KEY"], options["S3_SECRET_KEY"])
        self._window_signer = WindowSigner(credentials, region=self._region, version=self._version)

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

    def start_multipart(self, key: str, *, media_type: str, part_size: int) -> str:
        with store_errors(key):
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
            # A signed header: a body of another length is refused. Signature version 2 has no signed headers.
            params["ContentLength"] = size
        headers = {}
        if md5:
            params["ContentMD5"] = headers["Content-MD5"] = md5
        url = self._signer.generate_presigned_url("upload_part", Params=params, ExpiresIn=int(expires.total_seconds()))
        return SignedRequest(url, headers)

    def put_part(self, key: str, upload_id: str, number: int, data: bytes) -> Part:
        digest = hashlib.md5(data, usedforsecurity=False).digest()
        with store_errors(key):
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
        with store_errors(key):
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
            with store_errors(key):
                self.client.complete_multipart_upload(
                    Bucket=self.bucket,
                    Key=check_key(key),
                    UploadId=upload_id,
                    MultipartUpload={"Parts": [{"PartNumber": part.number, "ETag": part.etag} for part in parts]},
                )
        except (UploadMissing, StoreUnavailable):
            # The upload may have completed in spite of the error: look for the object.
            done = self.head(key)
            if done is None or done.size != total:
                raise

    def abort(self, key: str, upload_id: str) -> None:
        try:
            with store_errors(key):
                self.client.abort_multipart_upload(Bucket=self.bucket, Key=check_key(key), UploadId=upload_id)
        except (UploadMissing, ObjectMissing):
            return

    def open_uploads(self) -> Iterator[OpenUpload]:
        with store_errors("open uploads"):
            pages = self.client.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket)
            for page in pages:
                for upload in page.get("Uploads", []):
                    yield OpenUpload(upload["Key"], upload["UploadId"], upload["Initiated"])

    def delete_temporary(self, older_than: datetime) -> None:
        """Nothing to do: S3 has no temporary files."""

    def head(self, key: str) -> ObjectInfo | None:
        try:
            with store_errors(key):
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
            with store_errors(key):
                answer = self.client.get_object(Bucket=self.bucket, Key=check_key(key), **ranged)
        except BeyondTheEnd:
            return iter(())
        return self._chunks(key, answer["Body"])

    @staticmethod
    def _chunks(key: str, body: Any) -> Iterator[bytes]:
        with store_errors(key), body:
            yield from body.iter_chunks(CHUNK)

    def put(self, key: str, data: bytes, *, media_type: str) -> None:
        with store_errors(key):
            self.client.put_object(Bucket=self.bucket, Key=check_key(key), Body=data, ContentType=media_type)

    def put_file(self, key: str, path: Path, *, media_type: str) -> None:
        with store_errors(key):
            self.client.upload_file(
                str(path), self.bucket, check_key(key), ExtraArgs={"ContentType": media_type}, Config=_TRANSFER
            )

    def fetch(self, key: str, path: Path) -> None:
        temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        try:
            with store_errors(key):
                self.client.download_file(self.bucket, check_key(key), str(temporary), Config=_TRANSFER)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)

    def delete(self, keys: Iterable[str]) -> None:
        # One by one: DeleteObjects needs a checksum header that some stores refuse.
        for key in keys:
            try:
                with store_errors(key):
                    self.client.delete_object(Bucket=self.bucket, Key=check_key(key))
            except ObjectMissing:
                continue

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        with store_errors(prefix):
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
        stable_for: timedelta | None = None,
    ) -> str:
        params = {
            "Bucket": self.bucket,
            "Key": check_key(key),
            "ResponseContentDisposition": disposition(filename, media_type=media_type, inline=inline),
            "ResponseContentType": media_type or "application/octet-stream",
        }
        if stable_for is None:
            return self._signer.generate_presigned_url(
                "get_object", Params=params, ExpiresIn=int(expires.total_seconds())
            )
        params["ResponseCacheControl"] = f"private, max-age={int(stable_for.total_seconds())}"
        unsigned = without_signature(self._signer.generate_presigned_url("get_object", Params=params))
        return self._window_signer.sign(unsigned, expires=expires, stable_for=stable_for)
