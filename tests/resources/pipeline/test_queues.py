"""Checks do not wait behind previews, schools take turns, and a preview that ran out of time gets more of it."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from resources import periodic
from resources.catalogue.files import FilePresentation
from resources.models import FileBlob, FilePreview
from resources.pipeline import maintenance, preview
from resources.processing import sandbox
from resources.tasks import housekeeping, process_blob, verify_blob
from search.admin.health import read_health
from search.admin.health_lights import lights_of
from search.admin.queues import queue_states
from tests.factories import BlobFactory, SchoolFactory, run_jobs
from tests.resources.processing import made_files

pytestmark = pytest.mark.django_db


def timed_out(**fields: object) -> FilePreview:
    blob = BlobFactory(content=made_files.pdf("洗手"), declared_name="a.pdf", extension="pdf", kind="pdf")
    defaults = {"state": "outline", "reason": "timed_out", "page_count": 1, "timeouts": 1}
    return FilePreview.objects.create(blob=blob, **(defaults | fields))


def in_order() -> list[int]:
    """The waiting previews in the order in which a worker takes them."""
    rows = DBTaskResult.objects.ready().filter(task_path=process_blob.module_path)
    return [row.args_kwargs["args"][0] for row in rows.order_by("-priority", "enqueued_at")]


def running(task, blob: FileBlob) -> None:
    result = task.enqueue(blob.pk)
    DBTaskResult.objects.filter(pk=result.id).update(status=TaskResultStatus.RUNNING, started_at=timezone.now())


def test_checks_and_previews_have_queues_of_their_own_and_maintenance_waits_for_neither() -> None:
    assert (verify_blob.queue_name, process_blob.queue_name, housekeeping.queue_name) == ("checks", "files", "default")


def test_schools_take_turns() -> None:
    large, small = SchoolFactory(), SchoolFactory()
    many = [BlobFactory(school=large) for _ in range(4)]
    one = BlobFactory(school=small)
    for blob in [*many, one]:
        preview.enqueue_preview(blob)
    assert in_order() == [many[0].pk, one.pk, many[1].pk, many[2].pk, many[3].pk]


def test_a_school_with_its_share_of_the_workers_waits_for_another_school() -> None:
    large = SchoolFactory()
    busy = [BlobFactory(school=large) for _ in range(preview.PREVIEWS_PER_SCHOOL)]
    for blob in busy:
        running(process_blob, blob)
    following = BlobFactory(school=large)
    assert not preview.must_wait(following.pk)
    preview.enqueue_preview(BlobFactory())
    assert preview.must_wait(following.pk)


def test_periodic_work_is_not_queued_twice() -> None:
    for _ in range(3):
        periodic.keep_files()
    assert DBTaskResult.objects.filter(task_path=housekeeping.module_path).count() == 1


def test_a_preview_that_ran_out_of_time_is_made_again_when_nothing_else_waits() -> None:
    late = timed_out()
    assert maintenance.retry_timed_out() == 1
    run_jobs(only="process_blob")
    late.refresh_from_db()
    assert (late.state, late.reason) == ("ready", "")


def test_it_waits_while_another_file_does() -> None:
    timed_out()
    process_blob.enqueue(BlobFactory().pk)
    assert maintenance.retry_timed_out() == 0


def test_it_is_left_alone_after_three_time_outs() -> None:
    timed_out(timeouts=maintenance.MAX_TIMEOUTS + 1)
    assert maintenance.retry_timed_out() == 0


def test_every_time_out_doubles_the_processor_time() -> None:
    limits = sandbox.Limits(cpu=100, wall=100.0)
    stretched = sandbox.stretch(limits, times=4, deadline=time.monotonic() + 10_000)
    assert stretched.cpu == 400
    assert stretched.wall >= 400


def test_a_busy_machine_stretches_the_wall_time_and_not_the_processor_time(monkeypatch) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (12.0, 0.0, 0.0))
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    stretched = sandbox.stretch(sandbox.Limits(cpu=100, wall=100.0), times=1, deadline=time.monotonic() + 10_000)
    assert (stretched.cpu, stretched.wall) == (100, 400.0)


def test_no_run_outlives_its_deadline() -> None:
    stretched = sandbox.stretch(sandbox.Limits(wall=100.0), times=8, deadline=time.monotonic() + 5)
    assert stretched.wall <= 5


def test_a_time_out_is_counted(monkeypatch) -> None:
    late = timed_out(state="waiting", reason="", timeouts=0)
    outcome = sandbox.Outcome(sandbox.Ended.TIMED_OUT)
    monkeypatch.setattr("resources.processing.sandbox.run", lambda *args, **kwargs: outcome)
    preview.make_preview(blob_id=late.blob_id)
    late.refresh_from_db()
    assert (late.state, late.reason, late.timeouts) == ("failed", "timed_out", 1)


def test_readers_are_told_that_there_is_only_text_for_now() -> None:
    late = timed_out()
    shown = FilePresentation(late.blob.uid, "a.pdf", late.blob, late.blob)
    assert shown.unavailable_reason == "暂时只有文字。"


def test_a_text_only_preview_after_a_time_out_counts_as_failed_on_the_health_page() -> None:
    timed_out()
    assert read_health().previews_failed_count == 1


def test_jobs_without_a_date_are_counted_as_waiting_and_late() -> None:
    verify_blob.enqueue(BlobFactory(received=True).pk)
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=38))
    checks = next(queue for queue in queue_states() if queue.name == "checks")
    assert (checks.waiting, checks.is_late) == (1, True)
    assert not lights_of(read_health()).is_well
