"""Retries and who may ask for them, and the maintenance of stuck files."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import ModelLogEntry

from resources.models import FileBlob, FilePreview
from resources.pipeline import maintenance, messages, preview, retry, workdir
from resources.processing.outcome_codes import OutcomeCode
from resources.storage import get_store
from resources.tasks import housekeeping, process_blob, verify_blob
from tests.factories import BlobFactory, SchoolFactory, person, run_jobs
from tests.resources.processing import made_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed() -> FileBlob:
    school = SchoolFactory()
    blob = BlobFactory(
        content=made_files.pdf("hello"),
        declared_name="a.pdf",
        extension="pdf",
        kind="pdf",
        school=school,
        uploaded_by=person("teacher", school=school),
    )
    FilePreview.objects.create(blob=blob, state="failed", reason="timed_out", page_count=3, pages_done=1)
    return blob


def test_a_retry_starts_over_and_ends_well(failed: FileBlob) -> None:
    started = retry.retry(who=failed.uploaded_by, blob_uid=failed.uid)
    assert (started.state, started.reason, started.pages_done) == ("waiting", "", 0)
    run_jobs(only="resources.tasks")
    started.refresh_from_db()
    assert (started.state, started.page_count) == ("ready", 1)


def test_a_retry_is_in_the_audit_log(failed: FileBlob) -> None:
    retry.retry(who=failed.uploaded_by, blob_uid=failed.uid)
    entry = ModelLogEntry.objects.get(action="resources.retry_preview")
    assert (entry.user, entry.object_id) == (failed.uploaded_by, str(failed.pk))


@pytest.mark.parametrize("role", ["reviewer", "manager", "editor", "administrator"])
def test_those_who_look_after_the_file_may_retry(failed: FileBlob, role: str) -> None:
    who = person(role, school=failed.school)
    assert retry.retry(who=who, blob_uid=failed.uid).state == "waiting"


@pytest.mark.parametrize("role", ["visitor", "teacher", "stranger"])
def test_for_everybody_else_the_file_does_not_exist(failed: FileBlob, role: str) -> None:
    who = person("reviewer") if role == "stranger" else person(role, school=failed.school)
    with pytest.raises(FileBlob.DoesNotExist):
        retry.retry(who=who, blob_uid=failed.uid)
    assert failed.preview.state == "failed"


def test_a_preview_that_others_look_at_is_not_taken_away_by_whoever_has_the_same_bytes(failed: FileBlob) -> None:
    FilePreview.objects.update(state="ready", reason="")
    stranger = person("teacher")
    theirs = BlobFactory(
        state="duplicate",
        duplicate_of=failed,
        key=None,
        sha256=None,
        verified_at=None,
        school=stranger.memberships.get().school,
        uploaded_by=stranger,
    )
    with pytest.raises(retry.NothingToRetry):
        retry.retry(who=stranger, blob_uid=theirs.uid)
    assert FilePreview.objects.get().state == "ready"
    assert retry.retry(who=failed.uploaded_by, blob_uid=failed.uid).state == "waiting"


def test_who_left_the_school_may_not_retry_any_more(failed: FileBlob) -> None:
    failed.uploaded_by.memberships.update(active=False)
    with pytest.raises(FileBlob.DoesNotExist):
        retry.retry(who=type(failed.uploaded_by).objects.get(pk=failed.uploaded_by_id), blob_uid=failed.uid)


def test_what_is_being_worked_on_is_not_started_twice(failed: FileBlob) -> None:
    retry.retry(who=failed.uploaded_by, blob_uid=failed.uid)
    with pytest.raises(retry.NothingToRetry):
        retry.retry(who=failed.uploaded_by, blob_uid=failed.uid)


def test_a_check_that_waits_for_the_scanner_can_be_asked_for_again_once() -> None:
    school = SchoolFactory()
    blob = BlobFactory(
        received=True, content=b"a", declared_name="a.txt", school=school, uploaded_by=person("teacher", school=school)
    )
    retry.retry(who=blob.uploaded_by, blob_uid=blob.uid)
    with pytest.raises(retry.NothingToRetry):
        retry.retry(who=blob.uploaded_by, blob_uid=blob.uid)
    run_jobs(only="verify_blob")
    blob.refresh_from_db()
    assert blob.state == "verified"


def test_a_refused_file_can_not_be_retried(failed: FileBlob) -> None:
    FileBlob.objects.filter(pk=failed.pk).update(state="rejected", reason="virus", sha256=None)
    with pytest.raises(retry.FileRefused):
        retry.retry(who=failed.uploaded_by, blob_uid=failed.uid)


def test_retrying_a_duplicate_retries_the_original(failed: FileBlob) -> None:
    duplicate = BlobFactory(
        state="duplicate", duplicate_of=failed, sha256=None, key=None, verified_at=None,
        school=failed.school, uploaded_by=failed.uploaded_by,
    )  # fmt: skip
    assert retry.retry(who=failed.uploaded_by, blob_uid=duplicate.uid).blob == failed


def test_a_retry_never_opens_what_the_check_could_not_look_into() -> None:
    blob = BlobFactory(
        content=made_files.archive({"zeros": bytes(20 * 1024**2)}), declared_name="a.pptx", extension="pptx"
    )
    FilePreview.objects.create(blob=blob)
    preview.make_preview(blob_id=blob.pk)
    assert (blob.preview.state, FilePreview.objects.get(blob=blob).state) == ("waiting", "none")


# --- housekeeping


def long_ago(blob: FileBlob, **ago: float) -> None:
    moment = timezone.now() - timedelta(**ago)
    FileBlob.objects.filter(pk=blob.pk).update(created=moment)
    FilePreview.objects.filter(blob=blob).update(updated=moment)


def test_a_check_that_got_lost_is_enqueued_again_once() -> None:
    lost, fresh, busy = (
        BlobFactory(received=True, content=text, declared_name="a.txt") for text in (b"lost", b"fresh", b"busy")
    )
    long_ago(lost, minutes=20)
    long_ago(busy, minutes=20)
    verify_blob.enqueue(busy.pk)
    assert maintenance.requeue_lost() == 1
    assert maintenance.requeue_lost() == 0
    run_jobs(only="verify_blob")
    lost.refresh_from_db()
    fresh.refresh_from_db()
    assert (lost.state, fresh.state) == ("verified", "received")


def test_a_preview_that_stands_still_has_failed_and_says_so() -> None:
    blobs = [BlobFactory() for _ in range(3)]
    for blob in blobs:
        FilePreview.objects.create(blob=blob, state="rendering")
    standing, working, queued = blobs
    long_ago(standing, hours=2)
    long_ago(queued, hours=2)
    process_blob.enqueue(queued.pk)
    assert maintenance.fail_stalled() == 1
    states = {blob.pk: FilePreview.objects.get(blob=blob).state for blob in blobs}
    assert states == {standing.pk: "failed", working.pk: "rendering", queued.pk: "rendering"}
    assert FilePreview.objects.get(blob=standing).reason == "interrupted"


def test_a_preview_whose_job_was_given_up_says_so_at_once_and_can_be_tried_again() -> None:
    blob = BlobFactory(content=made_files.pdf("hello"), declared_name="a.pdf", extension="pdf", kind="pdf")
    FilePreview.objects.create(blob=blob, state="rendering")
    process_blob.enqueue(blob.pk)
    DBTaskResult.objects.update(status="FAILED", finished_at=timezone.now(), started_at=timezone.now())
    assert maintenance.fail_stalled() == 1
    assert FilePreview.objects.get(blob=blob).reason == "interrupted"
    retry.retry(who=person("administrator"), blob_uid=blob.uid)
    assert maintenance.fail_stalled() == 0
    run_jobs(only="process_blob")
    assert FilePreview.objects.get(blob=blob).state == "ready"


def test_bytes_of_refused_files_are_kept_a_week_and_then_deleted() -> None:
    old, recent = (
        BlobFactory(content=b"bad", state="rejected", reason="virus", sha256=None, verified_at=None) for _ in range(2)
    )
    long_ago(old, days=8)
    assert maintenance.delete_leftovers() == 1
    old.refresh_from_db()
    recent.refresh_from_db()
    assert old.key is None
    assert [info.key for info in get_store().list("objects/")] == [recent.key]


def test_bytes_a_crash_left_behind_a_duplicate_are_deleted() -> None:
    duplicate = BlobFactory(content=b"a", state="duplicate", duplicate_of=BlobFactory(), sha256=None, verified_at=None)
    assert maintenance.delete_leftovers() == 1
    duplicate.refresh_from_db()
    assert duplicate.key is None


def test_folders_of_dead_workers_are_removed_and_those_in_use_are_not(settings: Any, tmp_path: Any) -> None:
    settings.VAR = tmp_path
    for name in ("1-dead", "2-alive"):
        (workdir.root() / name / "tmp").mkdir(parents=True)
    hours_ago = time.time() - 4 * 3600
    os.utime(workdir.root() / "1-dead", (hours_ago, hours_ago))
    assert workdir.remove_stale() == 1
    assert [folder.name for folder in workdir.root().iterdir()] == ["2-alive"]


def test_housekeeping_is_one_job() -> None:
    housekeeping.enqueue()
    assert run_jobs(only="housekeeping") == 1


# --- reasons


def test_every_reason_has_its_words() -> None:
    assert {code.value for code in OutcomeCode} == set(messages.MESSAGES)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_reason_is_a_sentence_in_both_languages(language: str) -> None:
    from django.utils import translation

    with translation.override(language):
        for code in OutcomeCode:
            words = messages.describe(code)
            assert words.endswith("." if language == "en" else "。")
            assert words.isascii() is (language == "en")


def test_a_code_of_a_later_version_is_shown_as_it_is() -> None:
    assert messages.describe("from_the_future") == "from_the_future"
