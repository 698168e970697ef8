"""Object stores: bytes by key. Resources, users and permissions are unknown here."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import cast

from django.conf import settings

from resources.storage.base import (
    CHUNK,
    INLINE_TYPES,
    PART_MIN,
    PARTS_MAX,
    ObjectInfo,
    ObjectMissing,
    ObjectStore,
    OpenUpload,
    Part,
    PartsRefused,
    SignedRequest,
    StoreUnavailable,
    UploadMissing,
)
from resources.storage.local import LocalStore

__all__ = [
    "CHUNK",
    "INLINE_TYPES",
    "PARTS_MAX",
    "PART_MIN",
    "ObjectInfo",
    "ObjectMissing",
    "ObjectStore",
    "OpenUpload",
    "Part",
    "PartsRefused",
    "SignedRequest",
    "StoreUnavailable",
    "UploadMissing",
    "get_store",
    "local_store",
]


def get_store() -> ObjectStore:
    """The store of the settings. One object per process, because connections must not cross a fork."""
    s3 = cast("dict[str, str]", settings.STORE["s3"])
    if s3:
        return _s3(os.getpid(), tuple(sorted(s3.items())))
    return local_store()


def local_store() -> LocalStore:
    """The store in the local folder, even if the settings name S3.

    The site's own signed URLs serve this one.
    """
    store = cast("dict[str, str]", settings.STORE)
    return _local(store["folder"], store["secret"])


@lru_cache(maxsize=8)
def _local(folder: str, secret: str) -> LocalStore:
    return LocalStore(Path(folder), secret)


@lru_cache(maxsize=8)
def _s3(_process: int, options: tuple[tuple[str, str], ...]) -> ObjectStore:
    # boto3 takes 0.3 s to import, and the local store does not need it.
    from resources.storage.s3 import S3Store

    return S3Store(dict(options))
