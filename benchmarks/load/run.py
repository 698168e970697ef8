"""``python -m benchmarks load``: which pages are asked for, of which site, and the table."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests

from benchmarks.corpus import TEXT_FACETS, queries, source
from benchmarks.load.clients import Load, run
from benchmarks.page import CHUNK, FILL, REBUILD, REBUILT
from benchmarks.report import Table, publish
from tests.journeys.databases import new_postgres, put_sqlite
from tests.journeys.site import Site, until
from tests.services import supply

CLIENTS = (1, 8, 50)
SECONDS = 4.0
QUERIES = 400
TEACHER = "teacher@demo.example"
IDLE = """
from django_tasks_db.models import DBTaskResult
unfinished = DBTaskResult.objects.filter(status__in=["READY", "RUNNING"], queue_name__in=["checks", "files"])
answer = not unfinished.exists()
"""

SIGN_IN = """
from django.test import Client
from members.models import User
client = Client()
client.force_login(User.objects.get(email={email!r}))
answer = client.cookies["sessionid"].value
"""
COUNT_QUERIES = """
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
client = Client(headers={headers!r}, SERVER_NAME="127.0.0.1")
client.get({path!r})
with CaptureQueriesContext(connection) as captured:
    client.get({path!r})
answer = len(captured)
"""


@dataclass(frozen=True)
class Page:
    """One row: a label and the URLs that the clients ask for in turn."""

    label: str
    paths: Sequence[str]


@contextmanager
def demo_site(resources: int, engine: str) -> Iterator[Site]:
    """A running web process with the demo, filled up to ``resources``, everything rendered and indexed."""
    with tempfile.TemporaryDirectory(prefix="benchmark-load-") as name:
        folder = Path(name) / "site"
        extra = {"DJANGO_SETTINGS_MODULE": "benchmarks.load.settings"}
        if engine == "elasticsearch":
            extra["DATABASE_URL"] = new_postgres(supply.up("postgres")["DATABASE_URL"].rpartition("/")[0])
            extra |= {"SEARCH_URL": supply.up("elasticsearch")["SEARCH_URL"], "SEARCH_PREFIX": "benchmark-load"}
            folder.mkdir(parents=True)
        else:
            put_sqlite(folder)
        site = Site(folder=folder, extra=extra)
        try:
            site.manage("load_demo")
            site.start()
            until(lambda: site.python(IDLE), seconds=1800, what="the demo is rendered", every=2)
            _fill(site, resources)
            for name in ("checks", "files", "jobs", "relay"):
                site.kill(name)
            yield site
        finally:
            site.stop()


def _fill(site: Site, resources: int) -> None:
    present = site.python("from resources.models import Resource\nanswer = Resource.objects.filter(live=True).count()")
    for start in range(present + 1, resources + 1, CHUNK):
        site.python(FILL.format(start=start, count=min(CHUNK, resources + 1 - start)))
    if resources > present:
        site.python(REBUILD)
        until(lambda: site.python(REBUILT), seconds=7200, what="the index is built", every=5)


def pages_of(site: Site) -> list[Page]:
    """The pages to ask for, found by following links as a reader does."""
    home = requests.get(site.url, timeout=60).text
    texts = [quote(query.text) for query in queries(QUERIES, TEXT_FACETS)]
    results = requests.get(f"{site.url}/search/?q=%E6%B4%97%E6%89%8B", timeout=60).text
    resource = _first(r"/r/\d+/", results)
    shown = requests.get(f"{site.url}{resource}", timeout=60).text
    facet = re.sub(
        r'.*name="(\w+)" value="([^"]+)".*', r"\1=\2", _first(r'type="checkbox" name="\w+" value="[^"]+"', results)
    )
    return [
        Page("home", ["/"]),
        Page("results, first time", [f"/search/?q={text}" for text in texts]),
        Page("results, again", [f"/search/?q={text}" for text in texts[:10]]),
        Page("results with a facet", [f"/search/?q={text}&{facet}" for text in texts[:10]]),
        Page("resource", [resource]),
        Page("viewer fragment", [f"{resource}pages/"]),
        Page("page image", [_first(r"/store/objects/[^\"' ]+", shown).replace("&amp;", "&")]),
        Page("suggestions", [f"/search/suggest?q={text}" for text in texts[:50]]),
        Page("collection", [_first(r"/collections/[^/\"?#]+/", home)]),
        Page("school", [_first(r"/schools/[\w-]+/", home + shown)]),
    ]


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if not found:
        raise AssertionError(f"No {pattern} on the page")
    return found.group(0)


def main(resources: int, engine: str) -> None:
    with demo_site(resources, engine) as site:
        session = site.python(SIGN_IN.format(email=TEACHER))
        people = {"visitor": {}, "teacher": {"Cookie": f"sessionid={session}"}}
        web = site.processes["web"].pid
        empty = run(site.url, ["/healthz"], headers={}, clients=1, seconds=SECONDS, web=web)
        rows = [_row(site, "empty view", "visitor", {}, ["/healthz"], empty)]
        for person, headers in people.items():
            for page in pages_of(site):
                rows.append(_row(site, page.label, person, headers, page.paths, empty))
                print(rows[-1], flush=True)
    publish(
        Table(
            f"load-{engine}-{resources}",
            f"Pages under load: {resources:,} resources, {engine}",
            f"The demo, filled up with {source()}; two web processes. Closed loop on kept connections: every client asks"
            f" again as soon as it has its answer, {SECONDS:g} s a row, nothing else on the machine but the clients."
            " *n clients*: good answers a second, their milliseconds p50 / p95, and the share of requests that the site"
            " asked to come back later. *CPU*: milliseconds of the web processes for one"
            " answer, one client. *static*: that, by the CPU of a static template of the same size in the same process."
            " *empty*: answers a second of an empty view by those of this page, one client.",
            ["page", "who", "KB", "queries", *(f"{count} clients" for count in CLIENTS), "CPU", "static", "empty"],
            rows,
        )
    )


def _shown(load: Load) -> str:
    refused = f", {load.refused:.0%} refused" if load.refused else ""
    return f"{load.per_second:.0f} ({load.spread}{refused})"


def _row(
    site: Site, label: str, person: str, headers: dict[str, str], paths: Sequence[str], empty: Load
) -> list[object]:
    web = site.processes["web"].pid
    size = len(requests.get(f"{site.url}{paths[0]}", headers=headers, timeout=60).content)
    loads = [run(site.url, paths, headers=headers, clients=count, seconds=SECONDS, web=web) for count in CLIENTS]
    static = run(site.url, [f"/benchmark/static/{size}/"], headers=headers, clients=1, seconds=SECONDS / 2, web=web)
    count = site.python(COUNT_QUERIES.format(headers=headers, path=paths[0]))
    return [
        label,
        person,
        f"{size / 1000:.0f}",
        count,
        *(_shown(load) for load in loads),
        f"{loads[0].cpu:.1f}",
        f"{loads[0].cpu / static.cpu:.1f}",
        f"{empty.per_second / loads[0].per_second:.1f}",
    ]
