"""The contract of every store. Local folder, versitygw and s3proxy run the same cases.

Long because it is one contract: a store that passes half of it is no store.
"""

from __future__ import annotations

import base64
import hashlib
import os
import resource as limits
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from resources.storage import ObjectMissing, ObjectStore, Part, PartsRefused, UploadMissing, get_store

PART = 5 * 1024 * 1024
SOON = timedelta(minutes=5)
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def as_options(server: Any) -> dict[str, str]:
    return {
        "S3_ENDPOINT": server.endpoint,
        "S3_BUCKET": server.bucket,
        "S3_ACCESS_KEY": server.access_key,
        "S3_SECRET_KEY": server.secret_key,
        "S3_REGION": server.region,
        "S3_ADDRESSING_STYLE": server.addressing_style,
    }


@pytest.fixture(
    params=[
        "local",
        pytest.param("s3_settings", marks=pytest.mark.services, id="versitygw"),
        pytest.param("s3proxy_settings", marks=pytest.mark.services, id="s3proxy"),
    ]
)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(
    kind: str, request: pytest.FixtureRequest, settings: Any, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> ObjectStore:
    if kind != "local":
        settings.STORE = {**settings.STORE, "s3": as_options(request.getfixturevalue(kind))}
    # No resource names these bytes. Whether the site still offers some is tested with downloads.
    monkeypatch.setattr("resources.web.local_store.entitlement.may_fetch", lambda key, who: True)
    return get_store()


@pytest.fixture
def site(live_server: Any) -> str:
    """Local URLs are relative to the site."""
    return str(live_server.url)


@pytest.fixture
def key(store: ObjectStore) -> Iterator[str]:
    name = f"objects/{uuid.uuid4()}"
    yield name
    store.delete([name])


def md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def send(store: ObjectStore, site: str, key: str, upload_id: str, number: int, data: bytes) -> requests.Response:
    signed = store.sign_part(key, upload_id, number, size=len(data), md5=md5(data), expires=SOON)
    return requests.put(urljoin(site, signed.url), data=data, headers=signed.headers, timeout=30)


def upload(store: ObjectStore, site: str, key: str, pieces: list[bytes]) -> str:
    """Send the pieces as parts and complete; returns the upload id."""
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    for number, data in enumerate(pieces, 1):
        assert send(store, site, key, upload_id, number, data).status_code == 200
    store.complete(key, upload_id, store.list_parts(key, upload_id))
    return upload_id


def get(store: ObjectStore, site: str, key: str, **kwargs: Any) -> requests.Response:
    options = {"filename": "七步洗手.pptx", "media_type": SLIDES, "inline": False, "expires": SOON}
    address = urljoin(site, store.sign_get(key, **{**options, **kwargs.pop("sign", {})}))
    return requests.get(address, timeout=30, **kwargs)


def test_parts_sent_to_signed_addresses_become_one_object(store: ObjectStore, site: str, key: str) -> None:
    pieces = [os.urandom(PART), os.urandom(1234)]
    upload(store, site, key, pieces)
    assert b"".join(store.read(key)) == b"".join(pieces)
    found = store.head(key)
    assert found is not None
    assert found.size == PART + 1234


def test_one_small_part_is_enough(store: ObjectStore, site: str, key: str) -> None:
    upload(store, site, key, ["一页".encode()])
    assert b"".join(store.read(key)) == "一页".encode()


def test_received_parts_are_listed_so_that_only_the_missing_ones_are_sent(
    store: ObjectStore, site: str, key: str
) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    pieces = [os.urandom(PART), os.urandom(PART), os.urandom(10)]
    for number in (3, 1):
        answer = send(store, site, key, upload_id, number, pieces[number - 1])
        assert answer.status_code == 200
    listed = store.list_parts(key, upload_id)
    assert [(part.number, part.size) for part in listed] == [(1, PART), (3, 10)]
    assert listed[1].etag == answer_etag(send(store, site, key, upload_id, 3, pieces[2]))
    send(store, site, key, upload_id, 2, pieces[1])
    store.complete(key, upload_id, store.list_parts(key, upload_id))
    assert b"".join(store.read(key)) == b"".join(pieces)


def answer_etag(answer: requests.Response) -> str:
    return answer.headers["ETag"].strip('"')


def test_a_part_sent_again_replaces_the_first(store: ObjectStore, site: str, key: str) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    assert send(store, site, key, upload_id, 1, b"first try").status_code == 200
    assert send(store, site, key, upload_id, 1, b"second").status_code == 200
    store.complete(key, upload_id, store.list_parts(key, upload_id))
    assert b"".join(store.read(key)) == b"second"


def test_bytes_that_differ_from_the_announced_checksum_are_refused(store: ObjectStore, site: str, key: str) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    signed = store.sign_part(key, upload_id, 1, size=5, md5=md5(b"right"), expires=SOON)
    answer = requests.put(urljoin(site, signed.url), data=b"wrong", headers=signed.headers, timeout=30)
    assert answer.status_code == 400
    assert store.list_parts(key, upload_id) == []
    store.abort(key, upload_id)


def test_a_bad_second_try_leaves_the_good_part_alone(store: ObjectStore, site: str, key: str) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    send(store, site, key, upload_id, 1, b"right")
    signed = store.sign_part(key, upload_id, 1, size=5, md5=md5(b"right"), expires=SOON)
    requests.put(urljoin(site, signed.url), data=b"wrong", headers=signed.headers, timeout=30)
    store.complete(key, upload_id, store.list_parts(key, upload_id))
    assert b"".join(store.read(key)) == b"right"


def test_a_signed_part_binds_the_checksum_header(store: ObjectStore, site: str, key: str) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    signed = store.sign_part(key, upload_id, 1, size=5, md5=md5(b"right"), expires=SOON)
    address = urljoin(site, signed.url)
    assert requests.put(address, data=b"right", timeout=30).status_code in (400, 403)
    other = requests.put(address, data=b"wrong", headers={"Content-MD5": md5(b"wrong")}, timeout=30)
    assert other.status_code in (400, 403)
    store.abort(key, upload_id)


@pytest.mark.parametrize("body", [b"longer than signed", b"x"])
def test_a_part_of_another_size_than_signed_is_refused(store: ObjectStore, site: str, key: str, body: bytes) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    signed = store.sign_part(key, upload_id, 1, size=5, md5=None, expires=SOON)
    answer = requests.put(urljoin(site, signed.url), data=body, headers=signed.headers, timeout=30)
    assert answer.status_code in (400, 403)
    assert store.list_parts(key, upload_id) == []
    store.abort(key, upload_id)


def test_an_expired_part_address_is_refused(store: ObjectStore, site: str, key: str) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    signed = store.sign_part(key, upload_id, 1, size=5, md5=None, expires=timedelta(seconds=1))
    time.sleep(2.2)
    assert requests.put(urljoin(site, signed.url), data=b"right", timeout=30).status_code == 403
    store.abort(key, upload_id)


def test_an_altered_part_address_is_refused(store: ObjectStore, site: str, key: str) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    url = urljoin(site, store.sign_part(key, upload_id, 1, size=5, md5=None, expires=SOON).url)
    forged = url.replace("/1?", "/2?") if "/1?" in url else url.replace("partNumber=1", "partNumber=2")
    assert forged != url
    assert requests.put(forged, data=b"right", timeout=30).status_code == 403
    assert store.list_parts(key, upload_id) == []
    store.abort(key, upload_id)


def test_completing_twice_is_fine(store: ObjectStore, site: str, key: str) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    send(store, site, key, upload_id, 1, b"once")
    parts = store.list_parts(key, upload_id)
    store.complete(key, upload_id, parts)
    store.complete(key, upload_id, parts)
    assert b"".join(store.read(key)) == b"once"


def test_completing_with_a_part_that_never_came_is_refused(store: ObjectStore, site: str, key: str) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    send(store, site, key, upload_id, 1, b"once")
    with pytest.raises(PartsRefused):
        store.complete(key, upload_id, [*store.list_parts(key, upload_id), Part(2, 4, "0" * 32)])
    assert store.head(key) is None
    store.abort(key, upload_id)


def test_after_completing_an_old_part_address_can_not_change_the_object(
    store: ObjectStore, site: str, key: str, kind: str
) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    old = store.sign_part(key, upload_id, 1, size=4, md5=None, expires=SOON)
    send(store, site, key, upload_id, 1, b"true")
    store.complete(key, upload_id, store.list_parts(key, upload_id))
    late = requests.put(urljoin(site, old.url), data=b"evil", timeout=30)
    # s3proxy takes parts for uploads it no longer knows, to no effect.
    assert late.status_code == 404 or kind == "s3proxy_settings"
    assert b"".join(store.read(key)) == b"true"


def test_an_aborted_upload_leaves_nothing(store: ObjectStore, site: str, key: str, kind: str) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    signed = store.sign_part(key, upload_id, 1, size=4, md5=None, expires=SOON)
    send(store, site, key, upload_id, 1, b"part")
    parts = store.list_parts(key, upload_id)
    store.abort(key, upload_id)
    store.abort(key, upload_id)
    with pytest.raises((UploadMissing, PartsRefused)):
        store.complete(key, upload_id, parts)
    assert store.head(key) is None
    if kind == "s3proxy_settings":
        # It answers an unknown upload with an empty list, and takes parts for it to no effect.
        assert store.list_parts(key, upload_id) == []
        return
    with pytest.raises(UploadMissing):
        store.list_parts(key, upload_id)
    assert requests.put(urljoin(site, signed.url), data=b"late", timeout=30).status_code == 404


def test_unfinished_uploads_can_be_found_again(store: ObjectStore, site: str, key: str) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    assert (key, upload_id) in {(found.key, found.upload_id) for found in store.open_uploads()}
    store.abort(key, upload_id)
    assert key not in {found.key for found in store.open_uploads()}


def test_the_server_itself_can_send_parts(store: ObjectStore, key: str) -> None:
    upload_id = store.start_multipart(key, media_type=SLIDES, part_size=PART)
    part = store.put_part(key, upload_id, 1, b"from the form")
    assert store.list_parts(key, upload_id) == [part]
    store.complete(key, upload_id, [part])
    assert b"".join(store.read(key)) == b"from the form"


def test_a_signed_address_gives_the_file_under_its_chinese_name(store: ObjectStore, site: str, key: str) -> None:
    store.put(key, b"slides", media_type=SLIDES)
    answer = get(store, site, key)
    assert answer.content == b"slides"
    assert answer.headers["Content-Type"] == SLIDES
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment")
    assert "filename*=UTF-8''%E4%B8%83%E6%AD%A5%E6%B4%97%E6%89%8B.pptx" in said


@pytest.mark.parametrize(
    ("wanted", "answer", "status"),
    [
        ("bytes=2-4", b"234", 206),
        ("bytes=7-", b"789", 206),
        ("bytes=-2", b"89", 206),
        ("bytes=8-99", b"89", 206),
        ("bytes=99-", None, 416),
    ],
)
def test_ranges_are_answered(
    store: ObjectStore, site: str, key: str, wanted: str, answer: bytes | None, status: int
) -> None:
    store.put(key, b"0123456789", media_type=SLIDES)
    got = get(store, site, key, headers={"Range": wanted})
    assert got.status_code == status
    if answer is not None:
        assert got.content == answer
        assert got.headers["Content-Range"].endswith("/10")


def test_an_expired_address_gives_nothing(store: ObjectStore, site: str, key: str) -> None:
    store.put(key, b"secret", media_type=SLIDES)
    address = urljoin(
        site,
        store.sign_get(key, filename=None, media_type=SLIDES, inline=False, expires=timedelta(seconds=1)),
    )
    time.sleep(2.2)
    answer = requests.get(address, timeout=30)
    assert answer.status_code == 403
    assert b"secret" not in answer.content


def test_an_address_is_good_for_its_own_key_and_name_only(store: ObjectStore, site: str, key: str) -> None:
    store.put(key, b"mine", media_type=SLIDES)
    other = f"objects/{uuid.uuid4()}"
    store.put(other, b"theirs", media_type=SLIDES)
    address = urljoin(site, store.sign_get(key, filename="a.pptx", media_type=SLIDES, inline=False, expires=SOON))
    for forged in (address.replace(key, other), address.replace("a.pptx", "b.html"), address.split("?")[0]):
        assert forged != address
        answer = requests.get(forged, timeout=30)
        assert answer.status_code == 403
        assert b"theirs" not in answer.content
        assert b"mine" not in answer.content
    store.delete([other])


def test_what_could_run_in_a_browser_is_always_an_attachment(store: ObjectStore, site: str, key: str) -> None:
    store.put(key, b"<script>alert(1)</script>", media_type="text/html")
    answer = get(store, site, key, sign={"media_type": "text/html", "inline": True, "filename": "x.html"})
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_steady_address_stays_the_same_and_shows_pictures_inline(store: ObjectStore, site: str, key: str) -> None:
    store.put(key, b"RIFF....WEBP", media_type="image/webp")
    options = {"filename": None, "media_type": "image/webp", "inline": True}
    first = store.sign_get(key, **options, expires=timedelta(hours=1), stable_for=timedelta(hours=1))
    time.sleep(1.1)
    second = store.sign_get(key, **options, expires=timedelta(hours=1), stable_for=timedelta(hours=1))
    if time.time() % 3600 < 2:
        pytest.skip("the hour just changed")
    assert first == second
    answer = requests.get(urljoin(site, first), timeout=30)
    assert answer.content == b"RIFF....WEBP"
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Disposition"] == "inline"
    assert "max-age" in answer.headers["Cache-Control"]


def test_head_and_reading_say_what_is_missing(store: ObjectStore, key: str, tmp_path: Path) -> None:
    assert store.head(key) is None
    with pytest.raises(ObjectMissing):
        list(store.read(key))
    with pytest.raises(ObjectMissing):
        store.fetch(key, tmp_path / "nothing")
    assert list(tmp_path.glob("*nothing*")) == []
    store.delete([key])


def test_pieces_of_an_object_can_be_read(store: ObjectStore, key: str) -> None:
    store.put(key, b"0123456789", media_type=SLIDES)
    assert b"".join(store.read(key, start=3)) == b"3456789"
    assert b"".join(store.read(key, start=3, length=2)) == b"34"
    assert b"".join(store.read(key, start=3, length=0)) == b""
    assert b"".join(store.read(key, start=30)) == b""


def test_files_go_in_and_out_whole(store: ObjectStore, key: str, tmp_path: Path) -> None:
    content = os.urandom(17 * 1024 * 1024)
    source = tmp_path / "source"
    source.write_bytes(content)
    store.put_file(key, source, media_type=SLIDES)
    store.fetch(key, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["copy", "source"]


def test_listing_and_deleting_go_by_prefix_and_key(store: ObjectStore) -> None:
    folder = f"previews/{uuid.uuid4()}"
    keys = [f"{folder}/{number}-320.webp" for number in (1, 2, 10)]
    for name in keys:
        store.put(name, b"picture", media_type="image/webp")
    assert sorted(found.key for found in store.list(f"{folder}/")) == sorted(keys)
    assert {found.key for found in store.list(f"{folder}/1")} == {keys[0], keys[2]}
    store.delete(keys)
    assert list(store.list(f"{folder}/")) == []


@pytest.mark.parametrize("bad", ["", "/etc/passwd", "../x", "objects/../../x", "objects//x", "objects/\u4e00", "a b"])
def test_a_key_that_is_no_key_is_refused(store: ObjectStore, bad: str) -> None:
    with pytest.raises(ValueError):
        store.put(bad, b"x", media_type=SLIDES)
    with pytest.raises(ValueError):
        store.head(bad)


@pytest.mark.slow
def test_memory_stays_flat_for_large_files(store: ObjectStore, key: str, tmp_path: Path) -> None:
    source = tmp_path / "large"
    block = os.urandom(1024 * 1024)
    with source.open("wb") as file:
        file.writelines(block for _ in range(300))
    store.put(key, b"warm up", media_type=SLIDES)
    before = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss
    store.put_file(key, source, media_type=SLIDES)
    store.fetch(key, tmp_path / "copy")
    seen = hashlib.sha256()
    for chunk in store.read(key):
        seen.update(chunk)
    grown = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss - before
    assert seen.hexdigest() == hashlib.file_digest(source.open("rb"), "sha256").hexdigest()
    assert grown < 100 * 1024, f"{grown} KiB more than before"
