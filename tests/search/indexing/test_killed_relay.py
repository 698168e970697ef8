"""``kill -9`` of the relay at any moment loses and doubles nothing (embedded index)."""

from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.site import BIN, ROOT, Site, until

PUBLISH_AND_WITHDRAW = """
import django, random, time
django.setup()
from tests.factories import ResourceFactory
made = []
for number in range(24):
    made.append(ResourceFactory(live=True, title=f"课件{number}", files=[[f"第{number}件的一页"] * 3]))
    if number % 6 == 5:
        made.pop(random.Random(number).randrange(len(made))).unpublish()
    time.sleep(0.3)
"""

BOTH_SIDES = """
from resources.models import Resource
from search.engine_provider import get_engine
from search.engines import EngineUnavailable
from search.models import Outbox
try:
    index = sorted(pk for pk, _version in get_engine().versions())
except EngineUnavailable:
    index = None
live = sorted(Resource.objects.filter(live=True).values_list("pk", flat=True))
answer = {"index": index, "live": live, "waiting": Outbox.objects.count()}
"""


def caught_up(site: Site) -> dict[str, Any] | None:
    """Both sides, once they agree and nothing waits."""
    sides = site.python(BOTH_SIDES)
    return sides if sides["index"] == sides["live"] and not sides["waiting"] else None


@pytest.mark.slow
def test_nothing_is_lost_or_left_over_when_the_relay_is_killed_again_and_again(tmp_path: Path):
    site = Site(folder=tmp_path / "var")
    site.folder.mkdir()
    site.manage("migrate", "--verbosity", "0")
    site.launch("relay")
    chance = random.Random(20261124)
    try:
        author = subprocess.Popen(
            [str(BIN / "python"), "-c", PUBLISH_AND_WITHDRAW],
            cwd=ROOT,
            env=site.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        kills = 0
        while author.poll() is None or kills < 5:
            time.sleep(chance.uniform(1.0, 8.0))
            site.kill("relay")
            site.launch("relay")
            kills += 1
        assert author.returncode == 0, author.stderr.read().decode()
        sides = until(lambda: caught_up(site), seconds=120, what=f"the relay catching up\n{site.logs()}", every=0.5)
        assert len(sides["live"]) == 20
    finally:
        site.stop()
