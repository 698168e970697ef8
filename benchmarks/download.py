"""The cost of a download click on the site before the store takes over: decide, count and sign.

Asked over HTTP of a real gunicorn, beside the health address, which goes the same way through the server, Django and its
middleware and does nothing. The difference is the decision's; the address it leads to is the store's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import requests

from benchmarks.measure import side_by_side
from benchmarks.report import Table, publish
from benchmarks.upload import s3_environment, site
from tests.journeys.client import Client

CLICKS = 200
ROUNDS = 5
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/86.0.4240.198 Safari/537.36"
"""A browser's user agent: downloads of robots are not counted, which would save time."""

PUBLISHED = """
from django.urls import reverse
from resources.models import ResourceFile
from tests.journeys.seed import near_misses
near_misses(pages=1000, per_resource=10)
answer = [reverse("download", args=[file.resource_id, file.uid]) for file in ResourceFile.objects.all()]
"""
"""URLs of the files of a hundred resources."""


def main() -> None:
    rows: list[list[object]] = []
    for store, extra in (("S3", s3_environment()), ("local folder", {})):
        with (
            tempfile.TemporaryDirectory(prefix="benchmark-download-") as name,
            site(Path(name) / "site", extra, "web") as (made, client),
        ):
            addresses = made.python(PUBLISHED)
            clicks = [partial(click, client, addresses[number % len(addresses)]) for number in range(CLICKS)]
            nothing: list[Callable[[], object]] = [partial(client.session.get, f"{client.url}/healthz")] * CLICKS
            ours, empty = side_by_side(clicks, nothing, ROUNDS)
            rows.append([store, str(ours), str(empty), f"{ours.p50 - empty.p50:.1f}"])
    publish(
        Table(
            "download",
            "A click on a download",
            f"Milliseconds p50 / p95 of {CLICKS} clicks of a signed-in teacher on files of a hundred resources, best of {ROUNDS},"
            " over HTTP from the same machine, until the answer that sends the browser to the store; of those, what an"
            " address that does nothing takes; and the difference at p50.",
            ["store", "click", "nothing", "the decision"],
            rows,
        )
    )


def click(client: Client, address: str) -> requests.Response:
    answer = client.session.get(f"{client.url}{address}", headers={"User-Agent": BROWSER}, allow_redirects=False)
    assert answer.status_code == 302, answer.text[:300]
    return answer
