"""Files in no draft and no version are deleted after a week, never while one is attached."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from members.models import School, User
from resources.models import FileBlob, FilePage, FilePreview, RevisionFile, UploadSession, rendition_key
from resources.pipeline import unused_files, verification
from resources.publishing import drafts
from resources.storage import StoreUnavailable, get_store
from resources.tasks import collect_uploads
from tests.factories import BlobFactory, ResourceFactory, SchoolFactory, person

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(days=8)


@pytest.fixture
def school() -> School:
    return SchoolFactory(used_bytes=5000)


@pytest.fixture
def teacher(school: School) -> User:
    return person("teacher", school=school)


@pytest.fixture
def unused(school: School, teacher: User) -> FileBlob:
    """Uploaded, checked and rendered more than a week ago, and never put into a draft."""
    blob = BlobFactory(content=b"slides" * 100, school=school, uploaded_by=teacher, pages=["洗手"], kind="text")
    for edition in (0, 1):
        get_store().put(rendition_key(blob.uid, 1, 320, url_generation=edition), b"picture", media_type="image/webp")
    UploadSession.objects.create(
        owner=teacher, school=school, name="a", size=600, key=blob.key, upload_id="u", part_size=8, state="completed",
        idempotency_key="k", blob=blob, expires=timezone.now(),
    )  # fmt: skip
    FileBlob.objects.filter(pk=blob.pk).update(unused_since=timezone.now() - LONG_AGO, edition=1)
    return blob


def draft_of(teacher: User, school: School) -> int:
    return int(drafts.create(who=teacher, school_id=school.pk, title="洗手").pk)


def attach(teacher: User, pk: int, blob: FileBlob) -> None:
    drafts.attach_files(who=teacher, resource_id=pk, blob_uids=[blob.uid])


def is_there(blob: FileBlob) -> bool:
    return FileBlob.objects.filter(pk=blob.pk).exists() and get_store().head(str(blob.key)) is not None


def test_a_file_used_nowhere_for_a_week_goes_with_its_pictures_pages_upload_and_its_share_of_the_quota(
    unused: FileBlob, school: School
):
    collect_uploads.call()
    assert list(get_store().list("")) == []
    for model in (FileBlob, FilePage, FilePreview, UploadSession):
        assert not model.objects.exists(), model
    school.refresh_from_db()
    assert school.used_bytes == 5000 - 600


def test_what_was_thrown_away_is_in_the_audit_log(unused: FileBlob):
    unused_files.delete_unused()
    entry = ModelLogEntry.objects.get(action="resources.collect_file")
    assert (entry.object_id, entry.data["name"], entry.data["sha256"]) == (
        str(unused.pk), unused.declared_name, unused.sha256,
    )  # fmt: skip


def test_the_week_begins_with_the_first_look_that_finds_it_unused(school: School, teacher: User):
    blob = BlobFactory(content=b"slides", school=school, uploaded_by=teacher)
    FileBlob.objects.update(created=timezone.now() - timedelta(days=300))
    assert unused_files.delete_unused() == 0
    blob.refresh_from_db()
    assert timezone.now() - blob.unused_since < timedelta(minutes=1)
    FileBlob.objects.update(unused_since=timezone.now() - unused_files.KEEP_UNUSED + timedelta(minutes=1))
    assert unused_files.delete_unused() == 0


def test_a_file_that_is_used_again_gets_a_new_week(unused: FileBlob, school: School, teacher: User):
    pk = draft_of(teacher, school)
    attach(teacher, pk, unused)
    assert unused_files.delete_unused() == 0
    unused.refresh_from_db()
    assert unused.unused_since is None
    drafts.discard(who=teacher, resource_id=pk)
    assert unused_files.delete_unused() == 0
    unused.refresh_from_db()
    assert unused.unused_since is not None
    assert is_there(unused)


def test_what_a_draft_named_once_a_published_version_or_a_duplicate_uses_stays(
    unused: FileBlob, school: School, teacher: User
):
    pk = draft_of(teacher, school)
    attach(teacher, pk, unused)
    drafts.remove_file(who=teacher, resource_id=pk, file_uid=RevisionFile.objects.latest("pk").uid)
    published = BlobFactory(content=b"published")
    ResourceFactory(files=[published], live=True)
    original = BlobFactory(content=b"original")
    copy = BlobFactory(state="duplicate", duplicate_of=original, sha256=None, key=None, verified_at=None, school=school,
                       uploaded_by=teacher)  # fmt: skip
    attach(teacher, pk, copy)
    FileBlob.objects.update(unused_since=timezone.now() - LONG_AGO)
    assert unused_files.delete_unused() == 0
    assert all(is_there(blob) for blob in (unused, published, original))


def test_an_original_goes_after_its_last_unused_duplicate(school: School, teacher: User):
    original = BlobFactory(content=b"original", school=school, uploaded_by=teacher)
    BlobFactory(state="duplicate", duplicate_of=original, sha256=None, key=None, verified_at=None, school=school)
    FileBlob.objects.update(unused_since=timezone.now() - LONG_AGO)
    assert unused_files.delete_unused() == 1
    assert is_there(original)
    FileBlob.objects.update(unused_since=timezone.now() - LONG_AGO)
    assert unused_files.delete_unused() == 1
    assert not FileBlob.objects.exists()


@pytest.mark.parametrize("state", ["waiting", "extracting", "rendering"])
def test_what_is_being_worked_on_is_left_alone(unused: FileBlob, state: str):
    FilePreview.objects.update(state=state)
    assert unused_files.delete_unused() == 0
    assert is_there(unused)


def test_a_file_that_waits_for_its_check_is_left_alone(school: School, teacher: User):
    blob = BlobFactory(received=True, content=b"a", school=school, uploaded_by=teacher)
    FileBlob.objects.update(created=timezone.now() - LONG_AGO)
    assert unused_files.delete_unused() == 0
    blob.refresh_from_db()
    assert (blob.state, blob.unused_since) == ("received", None)


def test_a_store_that_is_down_only_puts_it_off(
    unused: FileBlob, school: School, teacher: User, monkeypatch: pytest.MonkeyPatch
):
    def down(*_: Any) -> Any:
        raise StoreUnavailable("down")

    with monkeypatch.context() as patch:
        patch.setattr(type(get_store()), "delete", down)
        assert unused_files.delete_unused() == 0
    # Closed for good: it cannot be attached, and the same bytes uploaded again are a new file.
    with pytest.raises(FileBlob.DoesNotExist):
        attach(teacher, draft_of(teacher, school), unused)
    again = BlobFactory(received=True, content=b"slides" * 100, declared_name="a.txt", school=school)
    verification.verify(blob_id=again.pk)
    again.refresh_from_db()
    assert again.state == "verified"
    assert unused_files.delete_unused() == 1
    assert is_there(again)
    assert not FileBlob.objects.filter(pk=unused.pk).exists()


def test_every_way_of_using_a_file_is_known():
    """A new model that refers to files goes into ``unused_files.USED`` or is derived."""
    used = {"RevisionFile", "ResourceFile", "FileBlob"}
    derived = {"FilePreview", "FilePage", "UploadSession"}
    of_a_published_version = {"LessonItem"}  # whose RevisionFile uses the file already
    relations = [
        field for field in FileBlob._meta.get_fields(include_hidden=True) if field.one_to_many or field.one_to_one
    ]
    assert {relation.related_model.__name__ for relation in relations} == used | derived | of_a_published_version


# --- two at once


def aside(call: Callable[[], Any]) -> Future[Any]:
    """Run with a connection of its own."""

    def run() -> Any:
        try:
            return call()
        finally:
            connection.close()

    pool = ThreadPoolExecutor(1)
    started = pool.submit(run)
    pool.shutdown(wait=False)
    return started


@pytest.mark.django_db(transaction=True)
def test_who_attaches_first_keeps_the_file(unused: FileBlob, school: School, teacher: User):
    pk = draft_of(teacher, school)
    with transaction.atomic():
        attach(teacher, pk, unused)
        # It was unused when the collector looked, and waits for this transaction now.
        closing = aside(lambda: unused_files._mark_collected(unused.pk))
        with pytest.raises(TimeoutError):
            closing.result(timeout=0.7)
    closing.result(timeout=30)
    unused.refresh_from_db()
    assert unused.state == "verified"
    assert RevisionFile.objects.filter(blob=unused).exists()


@pytest.mark.django_db(transaction=True)
def test_who_attaches_too_late_is_told_that_the_file_is_gone(
    unused: FileBlob, school: School, teacher: User, monkeypatch: pytest.MonkeyPatch
):
    pk = draft_of(teacher, school)
    inside, go_on = threading.Event(), threading.Event()

    def hold(**_: Any) -> None:
        inside.set()
        assert go_on.wait(20)

    monkeypatch.setattr(unused_files.quota, "release", hold)
    collecting = aside(unused_files.delete_unused)
    assert inside.wait(20)
    attaching = aside(lambda: attach(teacher, pk, unused))
    with pytest.raises(TimeoutError):
        attaching.result(timeout=0.7)
    go_on.set()
    assert collecting.result(timeout=30) == 1
    with pytest.raises(FileBlob.DoesNotExist):
        attaching.result(timeout=30)
    assert not RevisionFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_uploaded_anew_do_not_point_at_a_file_that_goes(
    unused: FileBlob, school: School, monkeypatch: pytest.MonkeyPatch
):
    again = BlobFactory(received=True, content=b"slides" * 100, declared_name="a.txt", school=school)
    inside, go_on = threading.Event(), threading.Event()

    def hold(**_: Any) -> None:
        inside.set()
        assert go_on.wait(20)

    monkeypatch.setattr(unused_files.quota, "release", hold)
    finding = verification.Finding(sha256=str(unused.sha256), kind=unused.kind, media_type="text/plain")
    collecting = aside(unused_files.delete_unused)
    assert inside.wait(20)
    accepting = aside(lambda: verification._accept(again, finding))
    go_on.set()
    collecting.result(timeout=30)
    accepting.result(timeout=30)
    again.refresh_from_db()
    assert (again.state, again.duplicate_of) == ("verified", None)
    assert is_there(again)
