"""Course files in a private folder of this machine. Nothing in it is reachable without a signed address.

Layout: ``objects``: finished objects by key (the only folder nginx may see, through X-Accel). ``uploads/<id>``: an
unfinished upload: its data file, filled at each part's place, and one small record per good part. ``incoming``: parts
still arriving. Because parts lie where they belong, putting a 5 GB upload together is a rename.
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
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

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
)
from resources.storage.signed_urls import PartLink, Signer

_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")


class LocalStore:
    def __init__(self, folder: Path, secret: str) -> None:
        self.objects = folder / "objects"
        self.uploads = folder / "uploads"
        self.incoming = folder / "incoming"
        self.signer = Signer(secret)

    # --- uploads -------------------------------------------------------------------------------

    def start_multipart(self, key: str, *, media_type: str, part_size: int) -> str:
        check_key(key)
        upload_id = uuid.uuid4().hex
        folder = self.uploads / upload_id
        with _disk():
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
        return SignedRequest(self.signer.part(link, now=datetime.now(UTC), expires=expires), headers)

    def put_part(self, key: str, upload_id: str, number: int, data: bytes) -> Part:
        position = 0

        def read(amount: int) -> bytes:
            nonlocal position
            piece = data[position : position + amount]
            position += len(piece)
            return piece

        return self.receive(PartLink(key, upload_id, number, len(data), ""), read)

    def receive(self, link: PartLink, read: Callable[[int], bytes]) -> Part:
        """Take the bytes of a part from a stream: to disk, checked, then to its place. A bad part changes nothing.

        Raises PartsRefused (other size or checksum than signed), UploadMissing, StoreUnavailable (disk full).
        """
        self._meta(link.key, link.upload_id)
        with _disk():
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
            # Without its record the part does not exist: a crash while its bytes change can't leave a wrong one listed.
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
                with _disk(), data.open("r+b") as file:
                    file.truncate(total)
                    os.fsync(file.fileno())
                self._move(data, self._path(key))
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

    def tidy(self, older_than: datetime) -> None:
        for path in self.incoming.glob("*"):
            try:
                if path.stat().st_mtime < older_than.timestamp():
                    path.unlink()
            except FileNotFoundError:
                continue

    # --- objects -------------------------------------------------------------------------------

    def head(self, key: str) -> ObjectInfo | None:
        try:
            found = self._path(key).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return ObjectInfo(key, found.st_size, f"{found.st_mtime_ns:x}-{found.st_size:x}")

    def open(self, key: str) -> BinaryIO:
        """The object as a file, to be closed by the caller. Raises ObjectMissing."""
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise ObjectMissing(key) from error

    def read(self, key: str, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        file = self.open(key)
        return self._chunks(file, start, length)

    @staticmethod
    def _chunks(file: BinaryIO, start: int, length: int | None) -> Iterator[bytes]:
        with file:
            file.seek(start)
            left = length
            while left is None or left > 0:
                chunk = file.read(CHUNK if left is None else min(CHUNK, left))
                if not chunk:
                    return
                left = None if left is None else left - len(chunk)
                yield chunk

    def put(self, key: str, data: bytes, *, media_type: str) -> None:
        self._store(key, lambda file: file.write(data))

    def put_file(self, key: str, path: Path, *, media_type: str) -> None:
        with path.open("rb") as source:
            self._store(key, lambda file: shutil.copyfileobj(source, file, CHUNK))

    def fetch(self, key: str, path: Path) -> None:
        with self.open(key) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, CHUNK)

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            try:
                self._path(key).unlink()
            except (FileNotFoundError, NotADirectoryError):
                continue

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        top = self.objects / prefix.rpartition("/")[0]
        for folder, _folders, names in os.walk(top):
            for name in names:
                key = (Path(folder) / name).relative_to(self.objects).as_posix()
                found = self.head(key) if key.startswith(prefix) else None
                if found:
                    yield found

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
        return self.signer.object(
            check_key(key),
            filename=filename,
            media_type=media_type,
            inline=inline,
            now=datetime.now(UTC),
            expires=expires,
            steady=steady,
        )

    # --- the folder ----------------------------------------------------------------------------

    def _path(self, key: str) -> Path:
        return self.objects / check_key(key)

    def _store(self, key: str, fill: Callable[[BinaryIO], Any]) -> None:
        target = self._path(key)
        with _disk():
            self.incoming.mkdir(parents=True, exist_ok=True)
            temporary = self.incoming / uuid.uuid4().hex
            try:
                with temporary.open("wb") as file:
                    fill(file)
                    file.flush()
                    os.fsync(file.fileno())
                self._move(temporary, target)
            finally:
                temporary.unlink(missing_ok=True)

    def _write(self, path: Path, content: bytes) -> None:
        temporary = path.with_suffix(".new")
        temporary.write_bytes(content)
        temporary.replace(path)

    @staticmethod
    def _move(source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            # The rename itself is only safe from a power cut once the folder is on disk.
            os.fsync(folder)
        finally:
            os.close(folder)

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
        """One writer per upload: a late part must not write into a file that has just become an object."""
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
    """Copy exactly the signed number of bytes; returns their MD5 as hex, the part's etag."""
    digest = hashlib.md5(usedforsecurity=False)
    received = 0
    # One byte more than signed is asked for, so that a longer body is noticed without reading all of it.
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


@contextmanager
def _disk() -> Iterator[None]:
    """A full or failing disk is the store being unavailable, not a fault of the request."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(str(error)) from error
