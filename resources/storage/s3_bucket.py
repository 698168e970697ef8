"""Prepare a bucket: create it, set its CORS rule, and expire incomplete uploads.

Only the rules of this module are replaced; an operator's own rules stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from resources.storage.base import ObjectMissing
from resources.storage.s3_errors import store_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Buckets hold their rules under these IDs: under a new ID, the old rule would stay beside the new one.
CORS_ID = "resource-library-site"
ABORT_UPLOADS_ID = "forgotten-parts"
_UNSET = {"NoSuchCORSConfiguration", "NoSuchLifecycleConfiguration"}


def prepare(client: S3Client, bucket: str, *, origins: Sequence[str], keep_parts_days: int) -> Iterator[str]:
    """Yields one sentence for each step: what was done, or what to do by hand. Raises StoreUnavailable."""
    yield _create(client, bucket)
    yield _apply(
        f"Pages of {', '.join(origins)} may use it",
        by_hand="allow GET, HEAD and PUT with every header from the site's URL and expose ETag (CORS)",
        call=lambda: _put_cors(client, bucket, origins),
    )
    yield _apply(
        f"Incomplete uploads are deleted after {keep_parts_days} days",
        by_hand="add a lifecycle rule that aborts incomplete multipart uploads",
        call=lambda: _put_lifecycle(client, bucket, keep_parts_days),
    )


def _create(client: S3Client, bucket: str) -> str:
    try:
        with store_errors(bucket):
            client.head_bucket(Bucket=bucket)
        return f"The bucket {bucket} is there."
    except ObjectMissing:
        with store_errors(bucket):
            client.create_bucket(Bucket=bucket)
        return f"The bucket {bucket} was made."


def _apply(done: str, *, by_hand: str, call: Callable[[], None]) -> str:
    try:
        call()
    except (ClientError, BotoCoreError) as error:
        return f"Not set by this store's API ({error}). By hand: {by_hand}."
    return f"{done}."


def _put_cors(client: S3Client, bucket: str, origins: Sequence[str]) -> None:
    ours: dict[str, Any] = {
        "ID": CORS_ID,
        "AllowedOrigins": list(origins),
        "AllowedMethods": ["GET", "HEAD", "PUT"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 3600,
    }
    existing: Any = _existing(lambda: client.get_bucket_cors(Bucket=bucket)).get("CORSRules", [])
    rules: Any = [*(rule for rule in existing if not _replaces(ours, rule)), ours]
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})


def _replaces(ours: dict[str, Any], rule: dict[str, Any]) -> bool:
    """Whether our CORS rule replaces this one: same ID, or no ID and nothing that ours does not allow."""
    if rule.get("ID"):
        return bool(rule["ID"] == CORS_ID)
    return all(set(rule.get(name, ())) <= set(ours[name]) for name in ("AllowedOrigins", "AllowedMethods"))


def _put_lifecycle(client: S3Client, bucket: str, keep_parts_days: int) -> None:
    ours: dict[str, Any] = {
        "ID": ABORT_UPLOADS_ID,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": keep_parts_days},
    }
    existing = _existing(lambda: client.get_bucket_lifecycle_configuration(Bucket=bucket))
    rules: Any = [*(rule for rule in existing.get("Rules", []) if rule.get("ID") != ABORT_UPLOADS_ID), ours]
    # An option of the whole configuration, which S3 resets when it is not sent again.
    option = "TransitionDefaultMinimumObjectSize"
    options: Any = {option: existing[option]} if option in existing else {}
    client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules}, **options)


def _existing(get: Callable[[], Any]) -> dict[str, Any]:
    """The bucket's configuration, empty where there is none."""
    try:
        return dict(get())
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _UNSET:
            return {}
        raise
