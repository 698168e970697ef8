"""Signed URLs of the local store: valid for one purpose, unaltered, until they expire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from resources.storage.signed_urls import InvalidLink, ObjectLink, PartLink, UrlSigner

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)
KEY = "objects/6f1c"
PART = PartLink(KEY, "a" * 32, 3, 1024, "CY9rzUYh03PK3k6DJie09g==")


@pytest.fixture
def signer() -> UrlSigner:
    return UrlSigner("secret")


def object_url(signer: UrlSigner, **changed: Any) -> str:
    options = {"filename": "七步洗手&.pptx", "media_type": "image/webp", "inline": True, "stable_for": None}
    return signer.object_url(KEY, **(options | {"now": NOW, "expires": FIVE_MINUTES} | changed))


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def test_an_object_url_gives_back_what_was_signed(signer: UrlSigner) -> None:
    link = signer.read_object_url(KEY, query_of(object_url(signer)), now=NOW)
    until = int((NOW + FIVE_MINUTES).timestamp())
    assert link == ObjectLink(KEY, "七步洗手&.pptx", "image/webp", True, until)


def test_a_part_url_gives_back_what_was_signed(signer: UrlSigner) -> None:
    query = query_of(signer.part_url(PART, now=NOW, expires=FIVE_MINUTES))
    assert signer.read_part_url(PART.upload_id, PART.number, query, now=NOW) == PART


def test_it_ends_with_its_time(signer: UrlSigner) -> None:
    query = query_of(object_url(signer))
    signer.read_object_url(KEY, query, now=NOW + FIVE_MINUTES)
    with pytest.raises(InvalidLink, match="expired"):
        signer.read_object_url(KEY, query, now=NOW + FIVE_MINUTES + timedelta(seconds=1))


@pytest.mark.parametrize(
    "changed",
    [{"name": "x.html"}, {"type": "text/html"}, {"inline": "0"}, {"expires": "9999999999"}, {"more": "1"}, {"sig": ""}],
)
def test_an_altered_parameter_is_refused(signer: UrlSigner, changed: dict[str, str]) -> None:
    with pytest.raises(InvalidLink, match="signature"):
        signer.read_object_url(KEY, query_of(object_url(signer)) | changed, now=NOW)


def test_another_object_another_part_and_another_upload_are_refused(signer: UrlSigner) -> None:
    with pytest.raises(InvalidLink):
        signer.read_object_url("objects/6f1d", query_of(object_url(signer)), now=NOW)
    query = query_of(signer.part_url(PART, now=NOW, expires=FIVE_MINUTES))
    for upload_id, number in ((PART.upload_id, 4), ("b" * 32, PART.number)):
        with pytest.raises(InvalidLink):
            signer.read_part_url(upload_id, number, query, now=NOW)


def test_a_url_for_reading_can_not_write_nor_the_other_way_round(signer: UrlSigner) -> None:
    """Even if the paths of both were the same: each purpose has a salt of its own."""
    assert signer._part.signature("/store/x") != signer._object.signature("/store/x")


def test_another_sites_secret_makes_no_valid_url(signer: UrlSigner) -> None:
    with pytest.raises(InvalidLink):
        UrlSigner("another secret").read_object_url(KEY, query_of(object_url(signer)), now=NOW)


def test_a_stable_url_is_the_same_within_its_window_and_lives_through_it(signer: UrlSigner) -> None:
    hour = timedelta(hours=1)
    early, late = (
        object_url(signer, now=NOW.replace(minute=minute), expires=hour, stable_for=hour) for minute in (0, 59)
    )
    assert early == late
    assert signer.read_object_url(KEY, query_of(late), now=NOW.replace(minute=59) + hour).inline
