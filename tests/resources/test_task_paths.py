"""Jobs that an earlier version stored still run: their paths do not move with the functions."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string

from resources import tasks


@pytest.mark.parametrize(
    "name", ["collect_uploads", "housekeeping", "move_pictures", "process_blob", "recount", "verify_blob"]
)
def test_a_job_is_stored_under_the_path_it_always_had(name: str) -> None:
    job = getattr(tasks, name)
    assert job.module_path == f"resources.tasks.{name}"
    assert import_string(job.module_path) is job
