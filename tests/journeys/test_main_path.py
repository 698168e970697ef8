"""The main path in a real browser: upload, two reviews, search, the slide, the download."""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.deck import OTHER_PHRASES, PHRASES, SLIDES, Phrase, deck
from tests.journeys.seed import PASSWORD, PEOPLE
from tests.journeys.site import Site, until

pytestmark = [pytest.mark.serial, pytest.mark.services, pytest.mark.browser, pytest.mark.budget(180)]

PREVIEW_WITHIN = int(os.environ.get("PREVIEW_WITHIN", "60")) * 1000
"""Milliseconds from the end of the upload until the deck of 60 slides can be looked at."""

PAGES = int(os.environ.get("NEAR_MISSES", "5000"))


@dataclass(frozen=True)
class Screen:
    width: int
    height: int
    title: str
    phrases: tuple[Phrase, ...] = (*PHRASES, *OTHER_PHRASES)


ON_SERVICES = Screen(1280, 900, "一日生活照护流程实训")
EMBEDDED = Screen(375, 740, "托班一周照护要点汇编")
"""Each profile with one width: what a width shows does not depend on the store and the engine below it."""


@pytest.fixture(scope="module")
def stocked(site: Site) -> Site:
    """5,000 pages that nearly say the phrases are there before anything is uploaded."""
    site.python(f"from tests.journeys.seed import near_misses\nnear_misses(pages={PAGES})")
    until(
        lambda: site.python("from search.models import Outbox\nanswer = not Outbox.objects.exists()"),
        seconds=180,
        what="the index holds what was there",
        every=1,
    )
    return site


class BrowserJourney:
    """A browser in which one person after another signs in."""

    def __init__(self, browser: Browser, site: Site, screen: Screen) -> None:
        self._browser, self.site, self.screen = browser, site, screen
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []

    def sign_in(self, name: str) -> Page:
        page = self.visitor()
        page.goto(f"{self.site.url}/accounts/login/")
        page.fill("input[name=login]", PEOPLE[name][0])
        page.fill("input[name=password]", PASSWORD)
        page.locator("form:has(input[name=password]) button[type=submit]").click()
        page.wait_for_url(f"{self.site.url}/workspace/**")
        return page

    def visitor(self) -> Page:
        context = self._browser.new_context(
            viewport={"width": self.screen.width, "height": self.screen.height}, locale="zh-CN", accept_downloads=True
        )
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _listen(self, message: object) -> None:
        text = getattr(message, "text", "")
        refused_on_purpose = "status of 400" in text
        if getattr(message, "type", "") == "error" and not refused_on_purpose:
            self.complaints.append(text)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def journey(browser: Browser, stocked: Site) -> Iterator[BrowserJourney]:
    opened = BrowserJourney(browser, stocked, ON_SERVICES if stocked.extra else EMBEDDED)
    yield opened
    opened.close()


def test_a_deck_goes_from_a_teachers_desk_to_the_very_slide_another_teacher_asked_for(
    journey: BrowserJourney, tmp_path: Path
):
    screen, site = journey.screen, journey.site
    data = deck(title=screen.title, phrases=screen.phrases)
    file = tmp_path / f"{screen.title}.pptx"
    file.write_bytes(data)

    pk = upload_and_submit(journey, file)
    assert_hidden(journey, pk)
    approve(journey, "reviewer_a", pk, "联盟复审")
    assert_hidden(journey, pk)
    approve(journey, "editor", pk, "发布")

    teacher = journey.sign_in("teacher_b")
    first = screen.phrases[0]
    until(lambda: search(teacher, site, first.text) and found(teacher, pk), seconds=20, what="the deck is found")
    for phrase in screen.phrases:
        for query in (phrase.text, phrase.reordered, phrase.traditional):
            search(teacher, site, query)
            assert first_hit(teacher) == (pk, phrase.slide), f"{query}: {first_hit(teacher)}"
    open_the_slide(teacher, site, first)
    assert take_file(teacher) == hashlib.sha256(data).hexdigest()
    assert_no_sideways_scroll(teacher)
    assert journey.complaints == []


def upload_and_submit(journey: BrowserJourney, file: Path) -> int:
    page = journey.sign_in("teacher_a")
    page.goto(f"{journey.site.url}/workspace/upload/")
    page.set_input_files("input[type=file]", file)
    page.wait_for_url(re.compile(r"/workspace/resources/\d+/"), timeout=30_000)
    expect(page.locator("[data-refresh]")).to_contain_text("可以预览了", timeout=PREVIEW_WITHIN)
    assert_no_sideways_scroll(page)
    pk = int(page.url.rstrip("/").rsplit("/", 1)[1].split("#")[0])

    page.get_by_role("button", name="提交院校初审").click()
    expect(page.locator("#errors, .notice--bad").first).to_be_visible()
    fill_in_the_record(page, journey.screen.title)
    page.get_by_role("button", name="提交院校初审").click()
    expect(page.locator("main")).to_contain_text("院校初审中")
    return pk


def fill_in_the_record(page: Page, title: str) -> None:
    page.get_by_label("题名").first.fill(title)
    page.get_by_label("资源类型").first.select_option(label="课件")
    choose(page, "levels", "高职专科")
    choose(page, "audiences", "学生")
    choose(page, "programmes", "婴幼儿托育服务与管理")
    page.get_by_label("作者").first.fill("周老师")
    choose(page, "licence", "联盟内教学使用")
    choose(page, "visibility", "联盟内")
    choose(page, "portraits", "不含可辨认的婴幼儿或家庭")
    choose(page, "generated_content", "不含人工智能生成内容")
    page.locator("input[name=commitment]").check()


def choose(page: Page, field: str, label: str) -> None:
    boxes = page.locator(f"label:has(input[name={field}])", has_text=label)
    if not boxes.first.locator("input").is_checked():
        boxes.first.click()


def approve(journey: BrowserJourney, who: str, pk: int, button: str) -> None:
    page = journey.sign_in(who)
    page.goto(f"{journey.site.url}/workspace/review/")
    page.locator(f"a[href*='/workspace/review/{pk}/']").first.click()
    expect(page.locator("[data-stage] img")).to_be_visible()
    page.get_by_role("button", name="其余都符合").click()
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name=re.compile(button)).click()
    expect(page.locator("main")).to_contain_text("已通过")


def assert_hidden(journey: BrowserJourney, pk: int) -> None:
    """Before the last approval visitors cannot learn that the resource exists."""
    page = journey.visitor()
    search(page, journey.site, journey.screen.phrases[0].text)
    assert not found(page, pk)
    answer = page.request.get(f"{journey.site.url}/r/{pk}/")
    assert answer.status == 404


def search(page: Page, site: Site, text: str) -> bool:
    page.goto(f"{site.url}/search/?q={quote(text)}")
    return True


def found(page: Page, pk: int) -> bool:
    return page.locator(f"#results a[href*='/r/{pk}/']").count() > 0


def first_hit(page: Page) -> tuple[int, int] | None:
    """(resource, page number) of the first page hit of the first result."""
    links = page.locator("#results .rows > li").first.locator("a[href*='/r/']")
    for address in [link.get_attribute("href") or "" for link in links.all()]:
        match = re.search(r"/r/(\d+)/.*(?:[?&]p=|#p)(\d+)", address)
        if match:
            return int(match.group(1)), int(match.group(2))
    return None


def open_the_slide(page: Page, site: Site, phrase: Phrase) -> None:
    """The first page hit opens the viewer on the slide, with words marked and glyphs drawn."""
    search(page, site, phrase.text)
    links = page.locator("#results .rows > li").first.locator("a[href*='/r/']")
    target = next(link for link in links.all() if re.search(r"(?:[?&]p=|#p)\d+", link.get_attribute("href") or ""))
    page.goto(site.url + (target.get_attribute("href") or ""))
    picture = page.locator("[data-stage] img").first
    expect(picture).to_be_visible()
    expect(page.locator("input#go")).to_have_value(str(phrase.slide))
    expect(page.locator(".viewer")).to_contain_text(str(SLIDES))
    marked = "".join(page.locator("[data-pagetext] mark").all_inner_texts())
    # Particles (前, 对, 着 …) are looked for but not marked.
    assert len(set(phrase.text) & set(marked)) >= 0.7 * len(set(phrase.text)), marked
    assert page.locator("[data-stage] svg.overlay rect").count() >= 1
    assert_glyphs(page, picture.evaluate("image => image.currentSrc || image.src"))
    number = phrase.slide
    page.locator("[data-viewer] [data-stage]").first.click(position={"x": 5, "y": 5})
    page.locator("[data-step='1']").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("input#go")).not_to_have_value(str(number))


def assert_glyphs(page: Page, address: str) -> None:
    """A line of missing-glyph boxes repeats one shape; Han characters do not."""
    image = Image.open(io.BytesIO(page.request.get(address).body())).convert("L")
    width, height = image.size
    assert width >= 640
    dark = image.point(lambda value: 255 if value < 110 else 0)
    rows = [y for y in range(0, height, 2) if dark.crop((0, y, width, y + 1)).getbbox()]
    assert len(rows) > 20, "the slide is empty"
    columns = [dark.crop((x, 0, x + 1, height)).histogram()[255] for x in range(width)]
    assert len(set(columns)) > 25, "the slide shows the same box again and again"


def take_file(page: Page) -> str:
    with page.expect_download() as waiting:
        page.locator("a[href*='/files/']").first.click()
    return hashlib.sha256(Path(waiting.value.path()).read_bytes()).hexdigest()


def assert_no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
