"""Object store in a private folder of this machine. Objects are reachable through signed URLs only.

Layout: ``objects``: finished objects by key; nginx serves this folder through X-Accel. ``uploads/<id>``: an unfinished
upload, with one data file and a record for each received part. ``incoming``: parts that are still arriving. Parts are
written at their offset in the data file, so completing an upload of 5 GB is a rename.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from resources.storage.base import (
    CHUNK,
    OpenUpload,
    Part,
    PartsRefused,
    SignedRequest,
    UploadMissing,
    check_key,
)
from resources.storage.local_objects import LocalObjects, disk_errors, move_durably
from resources.storage.signed_urls import PartLink

_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")


class LocalStore(LocalObjects):
    def __init__(self, folder: Path, secret: str) -> None:
        super().__init__(folder, secret)
        self.uploads = folder / "uploads"

    def start_multipart(self, key: str, *, media_type: str, part_size: int) -> str:
        check_key(key)
        upload_id = uuid.uuid4().hex
        folder = self.uploads / upload_id
        with disk_errors():
            folder.mkdir(parents=True, mode=0o700)
            (folder / "data").touch()
            started = datetime.now(UTC).isoformat()
            meta = {"key": key, "part_size": part_size, "started": started}
            self._write(folder / "meta.json", json.dumps(meta).encode())
        return upload_id

    def sign_part(
        self, key: str, upload_id: str, number: int, *, size: int, md5: str | None, expires: timedelta
    ) -> SignedRequest:
        link = PartLink(check_key(key), upload_id, number, size, md5 or "")
        headers = {"Content-MD5": md5} if md5 else {}
        return SignedRequest(self.signer.part_url(link, now=datetime.now(UTC), expires=expires), headers)

    def put_part(self, key: str, upload_id: str, number: int, data: bytes) -> Part:
        position = 0

        def read(amount: int) -> bytes:
            nonlocal position
            piece = data[position : position + amount]
            position += len(piece)
            return piece

        return self.receive(PartLink(key, upload_id, number, len(data), ""), read)

    def receive(self, link: PartLink, read: Callable[[int], bytes]) -> Part:
        """Write a part from a stream to a temporary file, check it, then copy it into the data file.

        Raises PartsRefused (size or checksum differs from the signed one), UploadMissing, StoreUnavailable (disk full).
        """
        self._meta(link.key, link.upload_id)
        with disk_errors():
            self.incoming.mkdir(parents=True, exist_ok=True)
            temporary = self.incoming / uuid.uuid4().hex
            try:
                with temporary.open("w+b") as file:
                    etag = _copy_checked(read, file, link)
                    return self._place(link, file, etag)
            finally:
                temporary.unlink(missing_ok=True)

    def _place(self, link: PartLink, source: BinaryIO, etag: str) -> Part:
        with self._locked(link.key, link.upload_id) as (folder, meta):
            size, whole = link.size, meta["part_size"]
            if size > whole or link.number < 1:
                raise PartsRefused(f"Part {link.number} has {size} bytes, the upload's parts have {whole}")
            record = folder / f"{link.number:05d}"
            # Delete the record first, or a crash during the write would leave a wrong part listed.
            record.unlink(missing_ok=True)
            source.seek(0)
            with (folder / "data").open("r+b") as data:
                data.seek((link.number - 1) * whole)
                shutil.copyfileobj(source, data, CHUNK)
                data.flush()
                os.fdatasync(data.fileno())
            self._write(record, f"{etag} {size}".encode())
        return Part(link.number, size, etag)

    def list_parts(self, key: str, upload_id: str) -> list[Part]:
        self._meta(key, upload_id)
        return _parts(self.uploads / upload_id)

    def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        total = sum(part.size for part in parts)
        try:
            with self._locked(key, upload_id) as (folder, meta):
                if list(parts) != _parts(folder):
                    raise PartsRefused("The parts named are not the parts received")
                if [part.number for part in parts] != list(range(1, len(parts) + 1)) or not parts:
                    raise PartsRefused("Parts are missing")
                if any(part.size != meta["part_size"] for part in parts[:-1]):
                    raise PartsRefused("Only the last part may be smaller")
                data = folder / "data"
                with disk_errors():
                    with data.open("r+b") as file:
                        file.truncate(total)
                        os.fsync(file.fileno())
                    move_durably(data, self._path(key))
                shutil.rmtree(folder, ignore_errors=True)
        except UploadMissing:
            done = self.head(key)
            if done is None or done.size != total:
                raise

    def abort(self, key: str, upload_id: str) -> None:
        try:
            with self._locked(key, upload_id) as (folder, _meta):
                shutil.rmtree(folder, ignore_errors=True)
        except UploadMissing:
            if _UPLOAD_ID.fullmatch(upload_id):
                shutil.rmtree(self.uploads / upload_id, ignore_errors=True)

    def open_uploads(self) -> Iterator[OpenUpload]:
        for meta in self.uploads.glob("*/meta.json"):
            try:
                content = json.loads(meta.read_bytes())
            except FileNotFoundError:
                continue
            yield OpenUpload(content["key"], meta.parent.name, datetime.fromisoformat(content["started"]))

    def delete_temporary(self, older_than: datetime) -> None:
        for path in self.incoming.glob("*"):
            with disk_errors(), suppress(FileNotFoundError):
                if path.stat().st_mtime < older_than.timestamp():
                    path.unlink()

    def _write(self, path: Path, content: bytes) -> None:
        temporary = path.with_suffix(".new")
        temporary.write_bytes(content)
        temporary.replace(path)

    def _meta(self, key: str, upload_id: str) -> dict[str, Any]:
        if not _UPLOAD_ID.fullmatch(upload_id):
            raise UploadMissing(upload_id)
        folder = self.uploads / upload_id
        try:
            meta: dict[str, Any] = json.loads((folder / "meta.json").read_bytes())
        except FileNotFoundError as error:
            raise UploadMissing(upload_id) from error
        if meta["key"] != key or not (folder / "data").exists():
            raise UploadMissing(upload_id)
        return meta

    @contextmanager
    def _locked(self, key: str, upload_id: str) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Lock an upload: a late part must not write into a file that has just become an object."""
        self._meta(key, upload_id)
        folder = self.uploads / upload_id
        try:
            lock = (folder / "meta.json").open("rb")
        except FileNotFoundError as error:
            raise UploadMissing(upload_id) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder, self._meta(key, upload_id)


def _parts(folder: Path) -> list[Part]:
    found = []
    for record in sorted(folder.glob("[0-9]*[0-9]")):
        etag, size = record.read_text().split()
        found.append(Part(int(record.name), int(size), etag))
    return found


def _copy_checked(read: Callable[[int], bytes], target: BinaryIO, link: PartLink) -> str:
    """Copy exactly ``link.size`` bytes; returns their MD5 in hex, the etag of the part."""
    digest = hashlib.md5(usedforsecurity=False)
    received = 0
    # Read one byte more than signed, to detect a longer body without reading all of it.
    while chunk := read(min(CHUNK, link.size + 1 - received)):
        received += len(chunk)
        digest.update(chunk)
        target.write(chunk)
        if received > link.size:
            break
    if received != link.size:
        raise PartsRefused(f"{link.size} bytes were announced, {received} came")
    if link.md5 and base64.b64encode(digest.digest()).decode() != link.md5:
        raise PartsRefused("The bytes differ from the announced checksum")
    target.flush()
    return digest.hexdigest()
