"""Signed URLs end with the permission, not only with their signature."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.models import School
from resources.delivery import entitlement, revocation
from resources.delivery.page_image_urls import page_image_url
from resources.models import FileBlob, FilePage, FilePreview, Licence, Resource, ResourceFile, rendition_key
from resources.publishing import live
from resources.storage import get_store
from resources.tasks import move_pictures
from tests.contracts.test_storage import as_options
from tests.factories import BlobFactory, ResourceFactory, SchoolFactory, person, publish, run_jobs

pytestmark = pytest.mark.django_db

PICTURE = b"RIFF....WEBP"
BROWSER = {"user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/86.0.4240.198"}


@pytest.fixture
def school() -> School:
    return SchoolFactory()


@pytest.fixture
def deck() -> FileBlob:
    return drawn(BlobFactory(content="第一版".encode(), pages=["洗手"]))


@pytest.fixture
def resource(school: School, deck: FileBlob) -> Resource:
    author = person("teacher", school=school)
    return ResourceFactory(school=school, contributor=author, files=[deck], live=True)


def drawn(blob: FileBlob) -> FileBlob:
    FilePage.objects.filter(blob=blob).update(widths=[960])
    get_store().put(rendition_key(blob.uid, 1, 960, url_generation=blob.edition), PICTURE, media_type="image/webp")
    return blob


def file_link(resource: Resource, client: Client, **query: Any) -> str:
    uid = ResourceFile.objects.get(resource=resource).uid
    return client.get(reverse("download", args=[resource.pk, uid]), query, headers=BROWSER).url


def both(resource: Resource, client: Client) -> tuple[str, str]:
    """Signed URLs of the file and of its first page image, as a page links them."""
    return file_link(resource, client), page_image_url(ResourceFile.objects.get(resource=resource).blob, 1, 960)


def answers(addresses: tuple[str, ...], client: Client) -> list[int]:
    return [client.get(address).status_code for address in addresses]


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Except where a test is about that: a yes is believed for no time at all."""
    monkeypatch.setattr(entitlement, "CACHE_SECONDS", 0.0)


CLOSINGS: dict[str, Callable[[Resource], Any]] = {
    "taken down": lambda r: live.remove_file(
        who=r.contributor, resource_id=r.pk, file_uid=r.files.get().uid, reason="肖像"
    ),
    "withdrawn": lambda r: live.withdraw(who=r.contributor, resource_id=r.pk, reason="过时"),
    "narrowed": lambda r: live.set_visibility(who=r.contributor, resource_id=r.pk, visibility="school"),
    "put off": lambda r: live.embargo(who=r.contributor, resource_id=r.pk, until=timezone.now() + timedelta(days=1)),
}


@pytest.mark.parametrize("name", CLOSINGS)
def test_addresses_given_out_before_end_with_what_they_gave(client: Client, resource: Resource, name: str) -> None:
    given = both(resource, client)
    assert answers(given, client) == [200, 200]
    CLOSINGS[name](resource)
    assert answers(given, client) == [404, 404]
    run_jobs(only="move_pictures")
    assert answers(given, client) == [404, 404]


@pytest.mark.parametrize("name", ["withdrawn", "narrowed", "put off"])
def test_its_own_people_go_on_seeing_the_pages(client: Client, resource: Resource, name: str) -> None:
    before = both(resource, client)[1]
    CLOSINGS[name](resource)
    run_jobs(only="move_pictures")
    client.force_login(resource.contributor)
    after = page_image_url(FileBlob.objects.get(), 1, 960)
    assert after != before
    assert answers((before, after), client) == [404, 200]
    assert answers((after,), Client()) == [404]


def test_the_draft_page_shows_the_pictures_where_they_are_now(client: Client, resource: Resource) -> None:
    CLOSINGS["withdrawn"](resource)
    run_jobs(only="move_pictures")
    client.force_login(resource.contributor)
    page = client.get(reverse("draft", args=[resource.pk])).content.decode()
    assert f"/previews/{FileBlob.objects.get().uid}.1/1-960.webp" in page


def test_a_suspended_schools_people_lose_the_addresses_they_hold(client: Client, resource: Resource) -> None:
    Resource.objects.update(visibility="alliance")
    member = person("teacher")
    client.force_login(member)
    given = both(resource, client)
    assert answers(given, client) == [200, 200]
    assert answers(given, Client()) == [404, 404]
    School.objects.filter(memberships__user=member).update(state="suspended")
    assert answers(given, client) == [404, 404]


def test_who_may_only_look_has_no_address_of_the_file(client: Client, resource: Resource) -> None:
    given = both(resource, client)
    Resource.objects.update(licence=Licence.objects.filter(download="nobody").first())
    assert answers(given, client) == [404, 200]


def test_an_older_versions_file_answers_as_long_as_that_version_may_be_read(client: Client, resource: Resource) -> None:
    uid = ResourceFile.objects.get(resource=resource).uid
    draft = resource.get_latest_revision_as_object()
    draft.files = [ResourceFile(blob=BlobFactory(content="第二版".encode()), name="二.pptx")]
    draft.save_revision(clean=False)
    publish(Resource.objects.get(pk=resource.pk))
    given = client.get(reverse("download", args=[resource.pk, uid]), {"v": 1}, headers=BROWSER).url
    assert answers((given,), client) == [200]
    live.remove_file(who=resource.contributor, resource_id=resource.pk, file_uid=uid, reason="肖像")
    assert answers((given,), client) == [404]


def test_bytes_that_another_resource_shows_to_everyone_stay_where_they_are(client: Client, resource: Resource) -> None:
    blob = FileBlob.objects.get()
    copy = BlobFactory(state="duplicate", duplicate_of=blob, sha256=None, verified_at=None, key=None)
    ResourceFactory(files=[copy], live=True)
    given = both(resource, client)
    CLOSINGS["taken down"](resource)
    run_jobs(only="move_pictures")
    assert answers(given, client) == [200, 200]


def test_a_draft_in_nobodys_hands_but_its_own(client: Client, school: School, deck: FileBlob) -> None:
    draft = ResourceFactory(school=school, contributor=person("teacher", school=school), files=[deck])
    picture = page_image_url(deck, 1, 960)
    assert answers((picture,), client) == [404]
    for who, seen in ((person("teacher", school=school), 404), (draft.contributor, 200), (person("editor"), 200)):
        client.force_login(who)
        assert answers((picture,), client) == [seen]


def test_moving_twice_and_after_a_crash_leaves_one_set_of_pictures(resource: Resource, deck: FileBlob) -> None:
    Resource.objects.update(visibility="school")
    revocation._copy(get_store(), deck)  # ... and there the worker was killed
    for _ in range(2):
        revocation.move_page_images(blob_id=deck.pk, url_generation=0)
    assert [found.key for found in get_store().list("previews/")] == [rendition_key(deck.uid, 1, 960, url_generation=1)]
    assert FileBlob.objects.get().edition == 1


def test_pictures_move_only_once_they_are_all_drawn(resource: Resource, deck: FileBlob) -> None:
    Resource.objects.update(visibility="school")
    FilePreview.objects.update(state="rendering")
    with pytest.raises(revocation.RenderingInProgress):
        revocation.move_page_images(blob_id=deck.pk, url_generation=0)
    assert FileBlob.objects.get().edition == 0
    move_pictures.enqueue(deck.pk, 0)
    FilePreview.objects.update(state="ready")
    run_jobs(only="move_pictures")
    assert FileBlob.objects.get().edition == 1


def test_a_strip_of_pictures_asks_the_database_once(
    client: Client,
    resource: Resource,
    deck: FileBlob,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
) -> None:
    monkeypatch.setattr(entitlement, "CACHE_SECONDS", 60.0)
    picture = page_image_url(deck, 1, 960)
    with django_assert_num_queries(2):
        client.get(picture)
    with django_assert_num_queries(0):
        assert client.get(picture).status_code == 200
    later = time.monotonic() + 61
    monkeypatch.setattr(entitlement.time, "monotonic", lambda: later)
    CLOSINGS["withdrawn"](resource)
    assert client.get(picture).status_code == 404


def test_a_public_picture_opens_no_session(client: Client, resource: Resource, deck: FileBlob) -> None:
    client.force_login(resource.contributor)
    assert "Cookie" not in client.get(page_image_url(deck, 1, 960)).headers.get("Vary", "")


@pytest.mark.services
def test_in_a_bucket_a_picture_taken_down_is_gone_and_a_file_is_signed_for_minutes(
    client: Client, school: School, settings: Any, s3_settings: Any
) -> None:
    settings.STORE = {**settings.STORE, "s3": as_options(s3_settings)}
    blob = drawn(BlobFactory(content="第一版".encode(), pages=["洗手"], key=f"objects/{school.slug}-closing"))
    author = person("teacher", school=school)
    resource = ResourceFactory(school=school, contributor=author, files=[blob], live=True)
    file, picture = both(resource, client)
    assert "X-Amz-Expires=300" in file
    assert requests.get(picture, timeout=30).content == PICTURE
    CLOSINGS["taken down"](resource)
    run_jobs(only="move_pictures")
    assert requests.get(picture, timeout=30).status_code in (403, 404)
    get_store().delete([found.key for found in get_store().list(f"previews/{blob.uid}.1/")])
