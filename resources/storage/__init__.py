"""Where bytes live. Knows keys and bytes; knows nothing of resources, people or permissions."""

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
    """The store of the settings in force. One per process: connections must not cross a fork."""
    s3 = cast("dict[str, str]", settings.STORE["s3"])
    if s3:
        return _s3(os.getpid(), tuple(sorted(s3.items())))
    return local_store()


def local_store() -> LocalStore:
    """The local folder, whatever the settings say about S3: what the signed addresses of the site serve."""
    store = cast("dict[str, str]", settings.STORE)
    return _local(store["folder"], store["secret"])


@lru_cache(maxsize=8)
def _local(folder: str, secret: str) -> LocalStore:
    return LocalStore(Path(folder), secret)


@lru_cache(maxsize=8)
def _s3(_process: int, options: tuple[tuple[str, str], ...]) -> ObjectStore:
    # boto3 takes a third of a second to import; the local store never needs it.
    from resources.storage.s3 import S3Store

    return S3Store(dict(options))
