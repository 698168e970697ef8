"""`bin/screenshots`: the screenshots of the README, from a running demo, with Debian's Chromium."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from demo.accounts import ACCOUNTS, PASSWORD

WIDE, PHONE = (1280, 860), (375, 760)
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@dataclass(frozen=True, slots=True)
class Shot:
    """``role``: demo account to sign in as, empty for a visitor. ``steps``: actions before the screenshot."""

    name: str
    path: str
    size: tuple[int, int] = WIDE
    role: str = ""
    steps: Callable[[Page], Any] | None = None
    dark: bool = False


def _first_result(page: Page) -> None:
    page.locator("a.hit").first.click()
    page.wait_for_load_state("networkidle")


def _first_cover(page: Page) -> None:
    page.locator(".covers a").first.click()
    page.wait_for_load_state("networkidle")


def _first_review(page: Page) -> None:
    page.locator("main a[href*='/workspace/review/']:not(.tabs a)").first.click()
    page.wait_for_load_state("networkidle")


WASHING = f"/search/?q={quote('洗手')}"
SHOTS = (
    Shot("home", "/"),
    Shot("results", WASHING),
    Shot("resource", WASHING, steps=_first_result),
    Shot("resource-dark", WASHING, steps=_first_result, dark=True),
    Shot("collection", "/collections/", steps=_first_cover),
    Shot("home-phone", "/", PHONE),
    Shot("results-phone", WASHING, PHONE),
    Shot("resource-phone", WASHING, PHONE, steps=_first_result),
    Shot("workspace", "/workspace/", role="teacher"),
    Shot("review", "/workspace/review/", role="reviewer", steps=_first_review),
)


def main(base_url: str, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    failed = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for shot in SHOTS:
            try:
                _take(browser, shot, base_url.rstrip("/"), folder)
            except Exception as error:  # noqa: BLE001 - take the other screenshots
                failed.append(f"{shot.name}: {str(error).splitlines()[0]}")
            else:
                print(folder / f"{shot.name}.png")  # noqa: T201
        browser.close()
    for line in failed:
        print(f"not taken: {line}", file=sys.stderr)  # noqa: T201
    return 1 if failed else 0


def _take(browser: Browser, shot: Shot, base_url: str, folder: Path) -> None:
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        color_scheme="dark" if shot.dark else "light",
        device_scale_factor=1.5 if width > 400 else 2,
    )
    page = context.new_page()
    if shot.role:
        page.goto(f"{base_url}/accounts/login/")
        page.locator("input[name=login]").fill(next(one.email for one in ACCOUNTS if one.role == shot.role))
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state("networkidle")
    page.goto(base_url + shot.path)
    page.wait_for_load_state("networkidle")
    if shot.steps:
        shot.steps(page)
    # Images below the fold load lazily.
    page.wait_for_timeout(500)
    page.screenshot(path=folder / f"{shot.name}.png")
    context.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
