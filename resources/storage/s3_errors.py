"""Translate errors of boto3 into the errors of this package."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from resources.storage.base import ObjectMissing, PartsRefused, StoreUnavailable, UploadMissing

log = logging.getLogger(__name__)

_MISSING = {"404", "NoSuchKey", "NotFound", "NoSuchBucket"}
_NO_UPLOAD = {"NoSuchUpload"}
_BAD_PARTS = {"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "BadDigest", "InvalidDigest", "InvalidRequest"}
_BUSY = {"SlowDown", "RequestTimeout", "TooManyRequests", "OperationAborted"}


class BeyondTheEnd(Exception):
    """A range that starts after the last byte."""


@contextmanager
def store_errors(key: str) -> Iterator[None]:
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
            raise BeyondTheEnd(key) from error
        if status < 500 and code not in _BUSY:
            # The credentials or the bucket are wrong: an operator must act.
            log.error("The store refuses %s: %s", key, error)
        raise StoreUnavailable(str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StoreUnavailable(str(error)) from error
