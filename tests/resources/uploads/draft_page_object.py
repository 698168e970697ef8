"""The draft page as its teacher works on it: choosing files, and what became of them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, Route, expect

from resources.models import FileBlob, UploadSession
from resources.storage import get_store

PARTS = "**/store/parts/**"
FIRST_PART = re.compile(r"/store/parts/[0-9a-f]+/1\?")
LATER_PARTS = re.compile(r"/store/parts/[0-9a-f]+/[23]\?")
MB = 1024 * 1024


def file_of(folder: Path, name: str, size: int) -> Path:
    path = folder / name
    path.write_bytes(os.urandom(size))
    return path


def choose(page: Page, *paths: Path) -> None:
    page.set_input_files("#upload-files", [str(path) for path in paths])


def row(page: Page, stem: str) -> Locator:
    return page.locator("[data-upload-list] .upload", has_text=stem)


def arrived(page: Page) -> None:
    for _ in range(100):
        if FileBlob.objects.exists():
            break
        page.wait_for_timeout(100)
    expect(row(page, "洗手")).to_contain_text("正在核对", timeout=20_000)


def bytes_of(blob: FileBlob) -> bytes:
    assert blob.key
    return b"".join(get_store().read(blob.key))


def half_sent(page: Page, path: Path) -> None:
    """A file of which the first of three parts has arrived and the others are held on their way."""
    page.route(LATER_PARTS, lambda route: None)
    # All its bytes on their way is not yet arrived: the bar would show 40 % before the store has said that it has them.
    with page.expect_request_finished(lambda request: bool(FIRST_PART.search(request.url)), timeout=30_000):
        choose(page, path)
    expect(row(page, path.stem).locator("progress")).to_have_js_property("value", 40, timeout=30_000)


def cancelled(page: Page) -> bool:
    """Whether the site has ended the upload, or does within five seconds."""
    for _ in range(50):
        if UploadSession.objects.filter(state="cancelled").exists():
            return True
        page.wait_for_timeout(100)
    return False


class HeldRequests:
    """Requests of one kind, held until the test releases them. ``only_these``: later ones pass."""

    def __init__(self, page: Page, address: str, method: str) -> None:
        self.page = page
        self.address = address
        self.method = method
        self.only_these = False
        self.routes: list[Route] = []
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method == self.method and not self.only_these:
            self.routes.append(route)
        else:
            route.continue_()

    def come(self, count: int = 1) -> None:
        """Wait until so many are held."""
        for _ in range(200):
            if len(self.routes) >= count:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{self.method} {self.address}: {len(self.routes)} of {count} came.")

    def let_go(self) -> None:
        """The oldest reaches the site and is answered."""
        self.come()
        route = self.routes.pop(0)
        with self.page.expect_response(lambda answer: answer.request == route.request):
            route.continue_()
