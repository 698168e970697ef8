"""Jobs survive faults of workers and servers; a job that cannot succeed is listed as failed."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.utils import timezone, translation
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from common import tasks
from common.tasks import MAX_ATTEMPTS, MAX_DELIVERIES, PATIENT_ATTEMPTS, PROMPT_DELIVERIES, requeue_lost_jobs
from resources.storage import StoreUnavailable
from resources.tasks import process_blob

pytestmark = pytest.mark.django_db


def taken(*workers: str, ago: timedelta = timedelta()) -> DBTaskResult:
    """A job that these workers took one after the other; the last one never ended it."""
    process_blob.enqueue(1)
    row = DBTaskResult.objects.latest("enqueued_at")
    row.status, row.worker_ids, row.started_at = TaskResultStatus.RUNNING, list(workers), timezone.now() - ago
    row.save()
    return row


def test_a_worker_takes_back_what_its_killed_predecessor_was_doing_and_nothing_else():
    mine, others = taken("files"), taken("files", "elsewhere")
    assert requeue_lost_jobs(worker_id="files") == 1
    mine.refresh_from_db()
    others.refresh_from_db()
    assert (mine.status, others.status) == (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    assert mine in DBTaskResult.objects.ready()


def test_a_worker_that_never_comes_back_loses_its_jobs_when_their_lease_ends():
    late, fresh = taken("a", ago=tasks.LEASE + timedelta(minutes=1)), taken("a")
    assert requeue_lost_jobs() == 1
    late.refresh_from_db()
    fresh.refresh_from_db()
    assert (late.status, fresh.status) == (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def test_a_job_whose_workers_die_again_and_again_lets_others_go_first():
    row = taken(*["files"] * (PROMPT_DELIVERIES + 2))
    requeue_lost_jobs(worker_id="files")
    row.refresh_from_db()
    assert row.status == TaskResultStatus.READY
    assert row.run_after > timezone.now()


def test_a_job_that_kills_every_worker_is_a_dead_letter_in_the_end():
    row = taken(*["files"] * MAX_DELIVERIES)
    requeue_lost_jobs(worker_id="files")
    row.refresh_from_db()
    assert row.status == TaskResultStatus.FAILED
    assert row in tasks.dead_letters()
    assert tasks.retry(row)
    assert row in DBTaskResult.objects.ready()


@pytest.mark.parametrize(
    ("error", "tries"), [(StoreUnavailable("down"), PATIENT_ATTEMPTS), (ValueError("a bug"), MAX_ATTEMPTS)]
)
def test_a_server_that_is_down_is_waited_for_longer_than_a_fault_of_ours(
    error: Exception, tries: int, monkeypatch: Any
):
    def fail(**_: Any) -> None:
        raise error

    monkeypatch.setattr("resources.pipeline.preview.make_preview", fail)
    process_blob.call(1, attempt=tries - 1)
    again = DBTaskResult.objects.get(task_path="resources.tasks.process_blob")
    assert again.args_kwargs["kwargs"] == {"attempt": tries}
    with pytest.raises(type(error)):
        process_blob.call(1, attempt=tries)


def test_the_waits_for_a_server_add_up_to_more_than_a_quarter_of_an_hour():
    waits = [tasks.backoff(attempt) for attempt in range(1, PATIENT_ATTEMPTS)]
    assert sum(waits, timedelta()) > timedelta(minutes=15)


def test_every_job_has_a_label_in_the_words_of_the_interface():
    """Also under the paths of older releases. A job that no release has any more keeps its path."""
    import_module("library.urls")  # and with it every job
    with translation.override("zh-hans"):
        found = {path: tasks.job_label(path) for path in list(tasks.LABELS)}
        assert [path for path, label in found.items() if label in ("", path) or label.isascii()] == []
        assert tasks.job_label("members.tasks.mail_notice") == tasks.job_label(
            "members.services.notifications.mail_notice"
        )
    assert tasks.job_label("no.such.job") == "no.such.job"
