"""An uploaded photo is published without its place; what a file can reach is told to its reviewers."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from resources.models import FileBlob
from resources.pipeline import verification
from resources.pipeline.photos import cleaning
from resources.processing import sandbox
from resources.publishing import drafts
from resources.storage import get_store
from tests.factories import BlobFactory, SchoolFactory, person, run_jobs
from tests.resources.processing import made_files

pytestmark = pytest.mark.django_db

PHOTO = made_files.photo_with_place()


def uploaded(content: bytes = PHOTO, name: str = "户外活动.jpg", **fields: object) -> FileBlob:
    extension = name.rpartition(".")[2]
    return BlobFactory(received=True, content=content, declared_name=name, extension=extension, kind="", **fields)


def verified(blob: FileBlob) -> FileBlob:
    verification.verify(blob_id=blob.pk)
    blob.refresh_from_db()
    return blob


def stored_bytes(key: str) -> bytes:
    return b"".join(get_store().read(key))


def test_a_photo_is_stored_without_its_place() -> None:
    blob = verified(uploaded())
    content = stored_bytes(str(blob.key))
    assert (blob.state, blob.reason) == ("verified", "position_removed")
    assert (blob.size, blob.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert dict(Image.open(BytesIO(content)).getexif().get_ifd(0x8825)) == {}


def test_a_photo_of_a_good_camera_is_cleaned_too() -> None:
    """Larger than the other subprocesses of a check may write."""
    content = PHOTO[:2] + b"".join(b"\xff\xdb\xff\xff" + bytes(0xFFFD) for _ in range(300)) + PHOTO[2:]
    blob = verified(uploaded(content))
    assert blob.size > 16 * 1024**2
    assert blob.reason == "position_removed"


def test_the_uploaded_original_is_deleted() -> None:
    blob = uploaded()
    original = str(blob.key)
    verified(blob)
    run_jobs(only="delete_replaced")
    assert get_store().head(original) is None
    assert get_store().head(str(blob.key)) is not None


def test_the_school_is_charged_for_what_is_kept() -> None:
    school = SchoolFactory(used_bytes=len(PHOTO))
    blob = verified(uploaded(school=school))
    school.refresh_from_db()
    assert school.used_bytes == blob.size < len(PHOTO)


def test_the_same_photo_uploaded_again_is_the_same_file() -> None:
    first = verified(uploaded())
    second = verified(uploaded())
    run_jobs(only="delete_replaced")
    assert (second.state, second.duplicate_of) == ("duplicate", first)
    assert get_store().head(str(first.key)) is not None


def test_a_photo_without_metadata_stays_where_it_is() -> None:
    blob = uploaded(made_files.image())
    key = blob.key
    assert verified(blob).key == key
    assert blob.reason == ""


def test_the_uploader_is_told_what_was_removed(client) -> None:
    teacher = person("teacher", school=SchoolFactory())
    blob = verified(uploaded(school=teacher.memberships.get().school, uploaded_by=teacher))
    draft = drafts.create(who=teacher, school_id=blob.school_id)
    drafts.attach_files(who=teacher, resource_id=draft.pk, blob_uids=[blob.uid])
    client.force_login(teacher)
    page = client.get(reverse("draft", args=[draft.pk])).content.decode()
    assert "照片里带有拍摄地点。地点和相机信息已经清除，画面没有改动。" in page


def test_reviewers_are_told_of_a_program_inside_a_deck(client) -> None:
    school = SchoolFactory()
    teacher, reviewer = person("teacher", school=school), person("reviewer", school=school)
    deck = made_files.rezip(
        made_files.simple_deck("洗手"),
        lambda name, part: part,
        added={"ppt/embeddings/x.bin": b"MZ" + bytes(300)},
    )
    blob = verified(uploaded(deck, "洗手.pptx", school=school, uploaded_by=teacher))
    assert blob.findings == ["embedded_program"]
    draft = drafts.create(who=teacher, school_id=school.pk)
    drafts.attach_files(who=teacher, resource_id=draft.pk, blob_uids=[blob.uid])
    client.force_login(reviewer)
    page = client.get(reverse("draft", args=[draft.pk])).content.decode()
    assert "文件里嵌有可执行程序" in page


@pytest.mark.parametrize(
    ("content", "name", "reason", "text"),
    [
        (b"GIF89a" + bytes(7) + b"\x21\xfe\x20cut", "坏.gif", "photo_damaged", "照片已损坏，无法清除拍摄地点"),
        (b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffeXIf", "坏.png", "photo_damaged", "请打开它，另存为 JPEG 或 PNG"),
    ],
)
def test_a_photo_that_can_not_be_cleaned_is_refused_in_words(
    client, content: bytes, name: str, reason: str, text: str
) -> None:
    teacher = person("teacher", school=SchoolFactory())
    school = teacher.memberships.get().school
    blob = uploaded(content, name, school=school, uploaded_by=teacher)
    draft = drafts.create(who=teacher, school_id=school.pk)
    drafts.attach_files(who=teacher, resource_id=draft.pk, blob_uids=[blob.uid])
    verified(blob)
    assert (blob.state, blob.reason) == ("rejected", reason)
    client.force_login(teacher)
    assert text in client.get(reverse("draft", args=[draft.pk])).content.decode()


@pytest.mark.parametrize(
    ("module", "name", "limits"),
    [
        ("resources.pipeline.photos.cleaning", "LIMITS", replace(cleaning.LIMITS, file_size=100)),
        ("resources.pipeline.verification", "LIMITS", replace(verification.LIMITS, output=1)),
    ],
    ids=["cleaning wrote too much", "the inspection gave no answer"],
)
def test_a_photo_that_was_not_cleaned_to_the_end_is_refused(
    monkeypatch: pytest.MonkeyPatch, module: str, name: str, limits: sandbox.Limits
) -> None:
    monkeypatch.setattr(f"{module}.{name}", limits)
    blob = verified(uploaded())
    assert (blob.state, blob.reason) == ("rejected", "photo_not_cleaned")


def test_a_photo_under_a_name_that_is_checked_in_part_is_kept_whole() -> None:
    blob = verified(uploaded(PHOTO, "照片.iso"))
    assert stored_bytes(str(blob.key)) == PHOTO
