"""Photos of an older release lose their place too; those that can't are held back."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from PIL import Image

from resources.models import FileBlob, FilePreview, Resource
from resources.pipeline import maintenance, verification
from resources.pipeline.photos import cleaning, stored
from resources.storage import ObjectMissing, get_store
from tests.factories import BlobFactory, ResourceFactory, SchoolFactory, person, run_jobs
from tests.resources.processing import made_files

pytestmark = pytest.mark.django_db

PHOTO = made_files.photo_with_place()
DAMAGED = b"GIF89a" + bytes(7) + b"\x21\xfe\x20" + b"29,52N"


def old_photo(content: bytes = PHOTO, name: str = "户外活动.jpg", **fields: Any) -> FileBlob:
    """As the release before stored it: with everything in it."""
    media_type = {"jpg": "image/jpeg", "gif": "image/gif"}[name.rpartition(".")[2]]
    return BlobFactory(
        content=content, declared_name=name, kind="image", media_type=media_type, extension=name[-3:], **fields
    )


def published_with(blob: FileBlob) -> tuple[Resource, str]:
    """A public resource with this file, and the URL of its download."""
    resource = ResourceFactory(live=True, title="户外活动", files=[blob])
    return resource, reverse("download", args=[resource.pk, resource.files.get().uid])


def downloaded(client: Client, url: str) -> bytes:
    response = client.get(client.get(url)["Location"])
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def places_in(content: bytes) -> dict[int, Any]:
    return dict(Image.open(BytesIO(content)).getexif().get_ifd(0x8825))


def clean_all() -> None:
    maintenance.run_maintenance()
    run_jobs(only="resources.tasks")


def test_a_published_photo_is_downloaded_without_its_place_and_keeps_its_version(client: Client) -> None:
    blob = old_photo()
    resource, url = published_with(blob)
    before, old_key, version = downloaded(client, url), str(blob.key), resource.versions.get().number
    old_url = client.get(url)["Location"]
    clean_all()
    blob.refresh_from_db()
    after = downloaded(client, url)
    assert places_in(before)
    assert places_in(after) == {}
    assert (blob.size, blob.sha256) == (len(after), hashlib.sha256(after).hexdigest())
    assert resource.versions.get().number == version
    assert get_store().head(old_key) is None
    assert client.get(old_url).status_code in (403, 404)


def test_each_photo_is_cleaned_once() -> None:
    old_photo()
    old_photo(made_files.image(), "没有地点.jpg")
    clean_all()
    assert not stored.uncleaned_photos().exists()
    assert maintenance.enqueue_stored_photos() == 0


def test_photos_of_this_release_are_not_cleaned_again() -> None:
    blob = BlobFactory(received=True, content=PHOTO, declared_name="新.jpg", extension="jpg", kind="")
    verification.verify(blob_id=blob.pk)
    assert not stored.uncleaned_photos().exists()


def test_the_school_is_charged_for_what_is_kept() -> None:
    school = SchoolFactory(used_bytes=len(PHOTO))
    blob = old_photo(school=school)
    clean_all()
    school.refresh_from_db()
    blob.refresh_from_db()
    assert school.used_bytes == blob.size < len(PHOTO)


def test_a_photo_that_was_uploaded_again_meanwhile_becomes_the_same_file(client: Client) -> None:
    old = old_photo(pages=["户外"])
    copy = BlobFactory(
        declared_name="同一张.jpg", state=FileBlob.State.DUPLICATE, duplicate_of=old, sha256=None, key=None
    )
    _resource, url = published_with(old)
    _other, url_of_copy = published_with(copy)
    again = BlobFactory(received=True, content=PHOTO, declared_name="再传.jpg", extension="jpg", kind="")
    verification.verify(blob_id=again.pk)
    clean_all()
    for blob in (old, copy, again):
        blob.refresh_from_db()
    assert (old.state, old.duplicate_of, old.key) == ("duplicate", again, None)
    assert copy.duplicate_of == again
    assert places_in(downloaded(client, url)) == {}
    assert places_in(downloaded(client, url_of_copy)) == {}
    assert FilePreview.objects.get(blob=old).page_count == 0


def test_a_photo_that_can_not_be_cleaned_is_held_back_from_readers_and_says_so(client: Client) -> None:
    blob = old_photo(DAMAGED, "损坏.gif")
    resource, url = published_with(blob)
    old_url = client.get(url)["Location"]
    clean_all()
    assert client.get(url).status_code == 404
    assert client.get(old_url).status_code in (403, 404)
    page = client.get(reverse("resource", args=[resource.pk])).content.decode()
    assert "原文件暂不提供下载：照片里可能带有拍摄地点。" in page
    assert url not in page
    client.force_login(person("administrator"))
    health = client.get("/cms/health/").content.decode()
    assert "损坏.gif" in health
    assert "照片已损坏" in health


def test_its_contributor_can_still_download_it(client: Client) -> None:
    teacher = person("teacher", school=SchoolFactory())
    blob = old_photo(DAMAGED, "损坏.gif", school=teacher.memberships.get().school, uploaded_by=teacher)
    resource = ResourceFactory(live=True, files=[blob], contributor=teacher, school=blob.school)
    clean_all()
    client.force_login(teacher)
    url = reverse("download", args=[resource.pk, resource.files.get().uid])
    assert downloaded(client, url) == DAMAGED


def test_health_counts_the_photos_that_still_wait(client: Client) -> None:
    old_photo()
    client.force_login(person("administrator"))
    assert "还有 1 张旧照片等待清除拍摄地点和相机信息" in client.get("/cms/health/").content.decode()
    clean_all()
    assert "张旧照片" not in client.get("/cms/health/").content.decode()


def test_a_release_with_more_rules_cleans_again_what_was_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    blob = old_photo(DAMAGED, "损坏.gif")
    clean_all()
    monkeypatch.setattr(cleaning, "RULES", cleaning.RULES + 1)
    monkeypatch.setattr(cleaning, "_strip", lambda folder, family: {"stripped": False})
    clean_all()
    blob.refresh_from_db()
    assert (blob.reason, blob.is_held_back) == ("", False)


def test_a_photo_whose_bytes_are_missing_is_not_called_clean_and_not_tried_for_ever() -> None:
    blob = old_photo()
    get_store().delete([str(blob.key)])
    maintenance.enqueue_stored_photos()
    jobs = DBTaskResult.objects.filter(task_path=stored.clean_stored_photo.module_path)
    with pytest.raises(ObjectMissing):
        stored.clean_stored(blob_id=blob.pk)
    jobs.update(status=TaskResultStatus.FAILED)
    assert stored.uncleaned_photos().get() == blob
    assert maintenance.enqueue_stored_photos() == 0
