"""Finished objects in a private folder of this machine."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from resources.storage.base import CHUNK, ObjectInfo, ObjectMissing, StoreUnavailable, check_key
from resources.storage.signed_urls import UrlSigner


class LocalObjects:
    """Objects by key. New ones are written to ``incoming`` first, then renamed."""

    def __init__(self, folder: Path, secret: str) -> None:
        self.objects = folder / "objects"
        self.incoming = folder / "incoming"
        self.signer = UrlSigner(secret)

    def head(self, key: str) -> ObjectInfo | None:
        try:
            found = self._path(key).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return ObjectInfo(key, found.st_size, f"{found.st_mtime_ns:x}-{found.st_size:x}")

    def open(self, key: str) -> BinaryIO:
        """Open an object; the caller closes it. Raises ObjectMissing, StoreUnavailable."""
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise ObjectMissing(key) from error
        except OSError as error:
            raise StoreUnavailable(str(error)) from error

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
        with disk_errors():
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
        stable_for: timedelta | None = None,
    ) -> str:
        return self.signer.object_url(
            check_key(key),
            filename=filename,
            media_type=media_type,
            inline=inline,
            now=datetime.now(UTC),
            expires=expires,
            stable_for=stable_for,
        )

    def _path(self, key: str) -> Path:
        return self.objects / check_key(key)

    def _store(self, key: str, fill: Callable[[BinaryIO], Any]) -> None:
        target = self._path(key)
        with disk_errors():
            self.incoming.mkdir(parents=True, exist_ok=True)
            temporary = self.incoming / uuid.uuid4().hex
            try:
                with temporary.open("wb") as file:
                    fill(file)
                    file.flush()
                    os.fsync(file.fileno())
                move_durably(temporary, target)
            finally:
                temporary.unlink(missing_ok=True)


def move_durably(source: Path, target: Path) -> None:
    """Rename a file so that the rename survives a power failure."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def disk_errors() -> Iterator[None]:
    """A full, failing or read-only disk means StoreUnavailable."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(str(error)) from error
