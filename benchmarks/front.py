"""What a first visit on a phone transfers, and how soon its largest part is painted, in Chromium."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import quote

from benchmarks.report import Table, publish

PHONE = {"width": 375, "height": 812}
MEGABIT = 1_000_000 / 8
VISITS = 5
OBSERVE = """
window.shifted = 0; window.painted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.painted = entry.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
"""


@dataclass(frozen=True)
class Visit:
    """``bytes``: as transferred, without images. ``requests``: of the page until it is scrolled.

    ``shift``: cumulative layout shift, scrolling included. ``largest_paint``: milliseconds.
    """

    bytes: int
    image_bytes: int
    requests: int
    shift: float
    largest_paint: float


def visit(browser: Any, url: str, *, megabits: float = 0, delay_ms: int = 0) -> Visit:
    """Open ``url`` with an empty cache on a phone's screen, and scroll down. ``megabits``: 0 is not limited."""
    context = browser.new_context(locale="zh-CN", viewport=PHONE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    if megabits:
        limits = {"offline": False, "latency": delay_ms, "downloadThroughput": megabits * MEGABIT}
        session.send("Network.emulateNetworkConditions", {**limits, "uploadThroughput": megabits * MEGABIT})
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on(
        "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])})
    )
    page.add_init_script(OBSERVE)
    page.goto(url, wait_until="networkidle")
    requests, largest_paint = len(kinds), page.evaluate("window.painted")
    for _screen in range(5):
        page.mouse.wheel(0, PHONE["height"])
        page.wait_for_timeout(100)
    page.wait_for_load_state("networkidle")
    images = sum(size for key, size in sizes.items() if kinds.get(key) == "Image")
    found = Visit(sum(sizes.values()) - images, images, requests, page.evaluate("window.shifted"), largest_paint)
    context.close()
    return found


def main() -> None:
    """The demo at 4 Mbit/s with 100 ms, as a phone on the road has it."""
    from playwright.sync_api import sync_playwright

    from benchmarks.load.run import demo_site, pages_of

    rows: list[list[object]] = []
    with demo_site(25, "embedded") as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        paths = {page.label: page.paths[0] for page in pages_of(site)}
        shown = {
            "home": "/",
            "results": f"/search/?q={quote('洗手')}",
            **{label: paths[label] for label in ("resource", "collection", "school")},
        }
        for label, path in shown.items():
            visits = [visit(browser, site.url + path, megabits=4, delay_ms=100) for _time in range(VISITS)]
            one = visits[0]
            rows.append(
                [
                    label,
                    f"{one.bytes / 1000:.0f}",
                    f"{one.image_bytes / 1000:.0f}",
                    one.requests,
                    f"{max(each.shift for each in visits):.3f}",
                    f"{median(each.largest_paint for each in visits):.0f}",
                ]
            )
        browser.close()
    publish(
        Table(
            "front",
            "A first visit on a phone",
            "The demo in Chromium, 375 × 812, empty cache, 4 Mbit/s and 100 ms emulated. KB as transferred without images, of"
            " images after scrolling down, requests before it, cumulative layout shift (the largest of"
            f" {VISITS} visits), and milliseconds to the largest contentful paint (median).",
            ["page", "KB", "KB of images", "requests", "CLS", "LCP ms"],
            rows,
        )
    )
