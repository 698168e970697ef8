"""Preparing a bucket: afterwards a browser of the site may send parts and see their ETag."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from django.core.management import call_command

from resources.storage import get_store
from resources.storage.s3 import S3Store
from resources.storage.s3_bucket import ABORT_UPLOADS_ID, CORS_ID, prepare
from tests.contracts.test_storage import as_options

FOREIGN_CORS = {
    "ID": "another-site",
    "AllowedOrigins": ["https://other.example"],
    "AllowedMethods": ["GET", "DELETE"],
    "AllowedHeaders": ["x-other"],
    "MaxAgeSeconds": 60,
}
FOREIGN_LIFECYCLE = {
    "ID": "delete-drafts-of-the-operator",
    "Status": "Enabled",
    "Filter": {"Prefix": "operator/"},
    "Expiration": {"Days": 30},
}


@pytest.fixture(params=["s3_settings", "s3proxy_settings"], ids=["versitygw", "s3proxy"])
def new_bucket(request: pytest.FixtureRequest) -> S3Store:
    """An empty bucket of its own on each server."""
    options = as_options(request.getfixturevalue(request.param))
    store = S3Store(options | {"S3_BUCKET": f"foreign-{uuid.uuid4().hex[:12]}"})
    store.client.create_bucket(Bucket=store.bucket)
    return store


def skip_unless_implemented(error: ClientError) -> None:
    if error.response["Error"]["Code"] in ("NotImplemented", "MethodNotAllowed", "XNotImplemented"):
        pytest.skip(f"this server lacks the call: {error}")
    raise error


@pytest.mark.services
def test_an_operators_own_cors_rules_survive_and_ours_is_replaced(new_bucket: S3Store) -> None:
    client, bucket = new_bucket.client, new_bucket.bucket
    try:
        client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [FOREIGN_CORS]})
    except ClientError as error:
        skip_unless_implemented(error)
    for origin in ("https://old.example", "https://new.example", "https://new.example"):
        list(prepare(client, bucket, origins=[origin], keep_parts_days=7))
    rules = client.get_bucket_cors(Bucket=bucket)["CORSRules"]
    foreign = [rule for rule in rules if rule["AllowedOrigins"] == FOREIGN_CORS["AllowedOrigins"]]
    assert len(foreign) == 1
    assert {name: foreign[0].get(name) for name in FOREIGN_CORS} == FOREIGN_CORS
    ours = [rule for rule in rules if rule.get("ID") == CORS_ID]
    assert [rule["AllowedOrigins"] for rule in ours] == [["https://new.example"]]
    assert len(rules) == 2


@pytest.mark.services
def test_a_rule_without_a_name_is_replaced_only_where_ours_allows_all_it_allows(new_bucket: S3Store) -> None:
    client, bucket = new_bucket.client, new_bucket.bucket
    wider = {"AllowedOrigins": ["https://a.cn"], "AllowedMethods": ["DELETE"]}
    covered = {"AllowedOrigins": ["https://a.cn"], "AllowedMethods": ["GET", "PUT"]}
    try:
        client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [wider, covered]})
    except ClientError as error:
        skip_unless_implemented(error)
    list(prepare(client, bucket, origins=["https://a.cn"], keep_parts_days=7))
    rules = client.get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert [rule["AllowedMethods"] for rule in rules] == [["DELETE"], ["GET", "HEAD", "PUT"]]


@pytest.mark.services
def test_an_operators_own_lifecycle_rules_survive_and_ours_is_replaced(new_bucket: S3Store) -> None:
    client, bucket = new_bucket.client, new_bucket.bucket
    try:
        client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [FOREIGN_LIFECYCLE]})
    except ClientError as error:
        skip_unless_implemented(error)
    for days in (3, 7):
        list(prepare(client, bucket, origins=["https://a.cn"], keep_parts_days=days))
    rules = {rule["ID"]: rule for rule in client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]}
    assert rules.keys() == {FOREIGN_LIFECYCLE["ID"], ABORT_UPLOADS_ID}
    assert rules[FOREIGN_LIFECYCLE["ID"]]["Expiration"] == {"Days": 30}
    assert rules[ABORT_UPLOADS_ID]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


class RecordingClient:
    """A server that accepts every call and stores the rules it received in ``rules``."""

    def __init__(self, cors: list[dict[str, Any]], lifecycle: list[dict[str, Any]]) -> None:
        self.cors, self.lifecycle, self.options = cors, lifecycle, {}

    def head_bucket(self, **_: Any) -> None: ...

    def get_bucket_cors(self, **_: Any) -> dict[str, Any]:
        return {"CORSRules": self.cors}

    def put_bucket_cors(self, *, CORSConfiguration: Any, **_: Any) -> None:
        self.cors = CORSConfiguration["CORSRules"]

    def get_bucket_lifecycle_configuration(self, **_: Any) -> dict[str, Any]:
        return {"Rules": self.lifecycle, "TransitionDefaultMinimumObjectSize": "varies_by_storage_class"}

    def put_bucket_lifecycle_configuration(self, *, LifecycleConfiguration: Any, Bucket: str, **options: Any) -> None:
        self.lifecycle, self.options = LifecycleConfiguration["Rules"], options


def test_foreign_rules_and_options_are_sent_back_as_they_were_read() -> None:
    client: Any = RecordingClient([FOREIGN_CORS], [FOREIGN_LIFECYCLE])
    for _ in range(2):
        list(prepare(client, "b", origins=["https://a.cn"], keep_parts_days=7))
    assert [rule["ID"] for rule in client.cors] == ["another-site", CORS_ID]
    assert client.cors[0] == FOREIGN_CORS
    assert [rule["ID"] for rule in client.lifecycle] == ["delete-drafts-of-the-operator", ABORT_UPLOADS_ID]
    assert client.lifecycle[0] == FOREIGN_LIFECYCLE
    assert client.options == {"TransitionDefaultMinimumObjectSize": "varies_by_storage_class"}


@pytest.mark.services
def test_a_prepared_bucket_lets_the_sites_pages_in_and_no_others(s3_settings: Any, settings: Any, capsys: Any) -> None:
    bucket = f"prepared-{uuid.uuid4().hex[:12]}"
    settings.STORE = {
        **settings.STORE,
        "s3": as_options(s3_settings) | {"S3_BUCKET": bucket},
        "base_url": "https://a.cn",
    }
    settings.CSRF_TRUSTED_ORIGINS = ["https://a.cn"]
    for _ in range(2):
        call_command("prepare_store")
    assert f"The bucket {bucket} was made." in capsys.readouterr().out
    store = get_store()
    upload_id = store.start_multipart("objects/x", media_type="", part_size=5)
    url = store.sign_part("objects/x", upload_id, 1, size=3, md5=None, expires=timedelta(minutes=1)).url
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-md5"}
    ours = requests.options(url, headers={"Origin": "https://a.cn", **asked}, timeout=10)
    assert ours.headers["Access-Control-Allow-Origin"] in ("https://a.cn", "*")
    sent = requests.put(url, data=b"abc", headers={"Origin": "https://a.cn"}, timeout=10)
    assert "etag" in sent.headers["Access-Control-Expose-Headers"].lower()
    foreign = requests.options(url, headers={"Origin": "https://evil.example", **asked}, timeout=10)
    assert "Access-Control-Allow-Origin" not in foreign.headers
    store.abort("objects/x", upload_id)


@pytest.mark.services
def test_a_store_without_that_api_is_told_what_to_do_by_hand(s3proxy_settings: Any, settings: Any, capsys: Any) -> None:
    settings.STORE = {**settings.STORE, "s3": as_options(s3proxy_settings)}
    call_command("prepare_store")
    assert "By hand: allow GET, HEAD and PUT" in capsys.readouterr().out


def test_the_local_store_needs_nothing(capsys: Any) -> None:
    call_command("prepare_store")
    assert "nothing to prepare" in capsys.readouterr().out
