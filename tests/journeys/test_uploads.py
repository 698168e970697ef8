"""Uploads on either store: from a real browser, across origins and over a reload, and without memory that grows.

`python -m benchmarks upload` does the second with 5 GB.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Page, Request, expect

from tests.journeys.client import Client
from tests.journeys.large_files import sparse_file, there_and_back
from tests.journeys.seed import PASSWORD, PEOPLE
from tests.journeys.site import Site

pytestmark = [pytest.mark.services, pytest.mark.budget(300)]

MEGABYTE = 1024 * 1024
SMALL, LARGE = 16, 300
MAY_GROW = 64
"""Megabytes, for what the first hundred parts leave behind that the first two did not."""

PART_NUMBER = re.compile(r"/store/parts/[0-9a-f]+/(\d+)\?|[?&]partNumber=(\d+)")


def part_of(request: Request) -> int | None:
    found = PART_NUMBER.search(request.url) if request.method == "PUT" else None
    return int(found.group(1) or found.group(2)) if found else None


@pytest.mark.browser
def test_a_browser_sends_its_parts_to_the_store_and_after_a_reload_only_the_missing_ones(
    site: Site, page: Page, tmp_path: Path
):
    path = tmp_path / "示范课.bin"
    path.write_bytes(os.urandom(20 * MEGABYTE))
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, site)
    page.goto(f"{site.url}/workspace/upload/")
    page.wait_for_selector("[data-upload].has-script")
    page.route(PART_NUMBER, lambda route: None if part_of(route.request) in (2, 3) else route.continue_())
    page.set_input_files("#upload-files", path)
    row = page.locator("[data-upload-list] .upload", has_text="示范课")
    expect(row.locator("progress")).to_have_js_property("value", 40, timeout=30_000)

    page.reload()
    # Playwright answers CORS preflights of routed requests itself; without routes the store must answer them.
    page.unroute_all(behavior="ignoreErrors")
    sent: list[Request] = []
    page.on("requestfinished", lambda request: sent.append(request) if part_of(request) else None)
    expect(row).to_contain_text("还没有传完")
    page.set_input_files("#upload-files", path)
    page.wait_for_url(re.compile(r"/workspace/resources/\d+/"), timeout=30_000)

    assert sorted(part_of(request) or 0 for request in sent) == [2, 3]
    assert {origin(request.url) for request in sent} == {site.extra.get("S3_ENDPOINT", site.url)}
    assert complaints == []
    pk = int(re.search(r"/resources/(\d+)/", page.url).group(1))  # type: ignore[union-attr]
    assert stored(site, pk) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_pages_of_another_site_may_not_send_anything_to_the_store(site: Site):
    on_s3 = "S3_ENDPOINT" in site.extra
    target = (
        f"{site.extra['S3_ENDPOINT']}/{site.extra['S3_BUCKET']}/objects/x" if on_s3 else f"{site.url}/store/parts/x/1"
    )
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-md5"}
    other = requests.options(target, headers={**asked, "Origin": "https://elsewhere.example"}, timeout=10)
    assert "Access-Control-Allow-Origin" not in other.headers
    own = requests.options(target, headers={**asked, "Origin": site.url}, timeout=10)
    # The local store is the site's own origin and needs no leave.
    assert own.headers.get("Access-Control-Allow-Origin") == (site.url if on_s3 else None)


def test_memory_stays_flat_from_sixteen_to_three_hundred_megabytes(site: Site, tmp_path: Path):
    teacher = Client(site.url, PEOPLE["teacher_a"][0])
    there_and_back(site, teacher, sparse_file(tmp_path, SMALL), patience=60)
    before = {name: site.peak(name) for name in ("web", "files")}
    there_and_back(site, teacher, sparse_file(tmp_path, LARGE), patience=120)
    after = {name: site.peak(name) for name in ("web", "files")}
    print(f"MB before {before}, after {after}")
    assert {name for name in after if after[name] - before[name] > MAY_GROW} == set(), (before, after)


def sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/accounts/login/")
    page.fill("input[name=login]", PEOPLE["teacher_a"][0])
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").click()
    page.wait_for_url(f"{site.url}/workspace/**")


def origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def stored(site: Site, pk: int) -> str:
    """The hash of what the store holds for the draft's only file."""
    return str(
        site.python(
            "import hashlib\nfrom resources.storage import get_store\nfrom tests.journeys.service_steps import blob_of\n"
            f"answer = hashlib.sha256(b''.join(get_store().read(blob_of({pk}).key))).hexdigest()"
        )
    )
