"""Preparing a bucket: afterwards a browser of the site may send parts and see their ETag."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.core.management import call_command

from resources.storage import get_store
from tests.contracts.test_storage import as_options


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
