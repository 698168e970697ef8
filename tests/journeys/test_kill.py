"""`kill -9` of any process at any time: nothing that was acknowledged is lost, and everything ends.

Uploading, filling in, submitting and both approvals go through the site, so that every one of its processes is killed
at work. Whoever gets no answer does what people do: looks again, and sends it again if it isn't there.
"""

from __future__ import annotations

import hashlib
import io
import random
import threading
import time
import zipfile
from dataclasses import dataclass
from typing import Any

import pytest

from tests.journeys import http_steps
from tests.journeys.client import Client
from tests.journeys.deck import deck
from tests.journeys.seed import PEOPLE
from tests.journeys.site import COMMANDS, Site, until

pytestmark = [pytest.mark.services, pytest.mark.budget(400)]

ROUNDS = 15
PATIENCE = 180
"""Seconds; a bound for machines under load, no figure of ours. Ordinarily everything is over after 80."""
FILES_LEAST, FILES_MOST = 6, 10
"""Uploads go on while processes are killed; a slow machine must not be left with more than it can render."""

STATES = """
from django.db.models import Count
from common.tasks import dead_letters
from django_tasks_db.models import DBTaskResult
from resources.models import FileBlob, FilePreview, Resource
from search.models import Outbox
answer = dict(
    unchecked=FileBlob.objects.exclude(state="verified").count(),
    working=FilePreview.objects.filter(state__in=FilePreview.WORKING).count(),
    running=DBTaskResult.objects.filter(status="RUNNING").count(),
    outbox=Outbox.objects.count(),
    failed=list(FilePreview.objects.filter(state="failed").values_list("blob__declared_name", "reason")),
    dead=[str(row.task_path) + row.traceback[-500:] for row in dead_letters()],
    files=FileBlob.objects.count(),
    live=Resource.objects.filter(live=True).count(),
)
"""


class Killer(threading.Thread):
    """Kills one process a round, at a random moment, and starts it again as a supervisor would."""

    def __init__(self, site: Site, rounds: int) -> None:
        super().__init__()
        self.site, self.rounds = site, rounds
        self.killed: list[str] = []
        self.died: list[str] = []

    def run(self) -> None:
        draw = random.Random(9)
        turns = [name for name in COMMANDS for _ in range(self.rounds // len(COMMANDS))]
        draw.shuffle(turns)
        for name in turns:
            if name == "web":
                # A process killed again before it is up would never serve on a slow machine.
                self.site.wait_until_it_answers(seconds=PATIENCE)
            time.sleep(draw.uniform(0.5, 3.5))
            # One that ended by itself was not killed: that would be a fault of its own.
            self.died += [one for one, process in self.site.processes.items() if process.poll() is not None]
            self.site.kill(name)
            self.killed.append(name)
            time.sleep(draw.uniform(0.0, 0.5))
            self.site.launch(name)


@dataclass
class Work:
    """One file on its way from the upload to the reader. ``upload`` and ``blob`` are the site's names for it."""

    title: str
    name: str
    data: bytes
    upload: str
    blob: str
    pk: int = 0
    published: bool = False


def material(number: int) -> tuple[str, str, bytes]:
    """A title, a file name and bytes: in turns a deck to render, a text, and a package of several parts."""
    title = f"抗断电流程{number}号"
    if number % 3 == 0:
        return title, f"{title}.pptx", deck(title=title, phrases=(), slides=8)
    if number % 3 == 1:
        return title, f"{title}.txt", (f"{title}：先确认再记录。" * 50_000).encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        package.writestr("素材.bin", random.Random(number).randbytes(18 * 1024 * 1024))
    return title, f"{title}.zip", held.getvalue()


def test_nothing_acknowledged_is_lost_when_processes_are_killed(site: Site):
    clients = {name: Client(site.url, PEOPLE[name][0], patience=PATIENCE) for name in PEOPLE}
    teacher = clients["teacher_a"]
    killer = Killer(site, ROUNDS)
    killer.start()
    works: list[Work] = []
    deadline = time.monotonic() + 2 * PATIENCE
    while killer.is_alive() or len(works) < FILES_LEAST or not all(work.published for work in works):
        assert time.monotonic() < deadline, f"{[work.name for work in works if not work.published]}\n{site.logs()}"
        if len(works) < (FILES_MOST if killer.is_alive() else FILES_LEAST):
            title, name, data = material(len(works))
            done = teacher.upload(name, data)
            assert done["state"] == "completed"
            works.append(Work(title, name, data, done["uid"], done["blob"]["uid"]))
            works[-1].pk = http_steps.begin_draft(teacher, title=title, blob_uid=works[-1].blob)
        checked = [work for work in works if not work.published and is_checked(teacher, work)]
        for work in checked[:1]:
            http_steps.submit(teacher, work.pk)
            http_steps.approve(clients["reviewer_a"], work.pk)
            http_steps.approve(clients["editor"], work.pk)
            work.published = True
        if not checked:
            time.sleep(0.3)
    killer.join()
    assert sorted(killer.killed) == sorted(list(COMMANDS) * (ROUNDS // len(COMMANDS)))
    assert killer.died == [], site.logs()
    site.wait_until_it_answers(seconds=PATIENCE)

    def settled() -> Any:
        found = site.python(STATES)
        return found if not any(found[name] for name in ("unchecked", "working", "running", "outbox")) else None

    print(f"{len(works)} files went through while {ROUNDS} processes were killed")
    found = until(
        settled, seconds=PATIENCE, what=f"everything is checked, previewed and indexed\n{site.logs()}", every=1
    )
    assert (found["failed"], found["dead"], found["files"], found["live"]) == ([], [], len(works), len(works))
    reader = clients["teacher_b"]
    for work in works:
        assert listed(reader, work), f"{work.title} is not found"
        page = reader.get(f"r/{work.pk}/").text
        link = page.split(f"/r/{work.pk}/files/", 1)[1].split("/", 1)[0]
        got = reader.get(f"r/{work.pk}/files/{link}/")
        assert hashlib.sha256(got.content).hexdigest() == hashlib.sha256(work.data).hexdigest()


def is_checked(client: Client, work: Work) -> bool:
    return bool(client.api("GET", f"uploads/{work.upload}")["blob"]["state"] == "verified")


def listed(client: Client, work: Work) -> bool:
    answer = client.session.get(f"{client.url}/search/", params={"q": work.title}, timeout=20)
    return "X-Search-Degraded" not in answer.headers and f"/r/{work.pk}/" in answer.text
