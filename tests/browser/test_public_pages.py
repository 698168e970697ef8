"""Public pages in Chromium: accessible, allowed by the CSP, usable by keyboard and without script."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect

from members.models import User
from resources.models import AgeBand
from tests.browser.small_library import SmallLibrary, create_library
from tests.factories import ResourceFactory, SchoolFactory, person
from tests.factories.members import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Experimental in axe, and so off unless named.
    "rules": {"p-as-heading": {"enabled": True}},
    # Of what passes, one element each: otherwise most of the time goes into describing them.
    "resultTypes": ["violations"],
}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
"""What alone differs in the dark."""


@pytest.fixture
def library(live_server: Any, settings: Any) -> SmallLibrary:
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    return create_library()


def findings(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe found, as one line each."""
    results = Axe().run(page, options=rules)
    assert len(results.response["passes"]) > (10 if rules is RULES else 0), "axe did not look at the page"
    return [f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:150]}" for one in results.response["violations"]]


@pytest.mark.parametrize(("width", "in_the_dark"), [(375, False), (1280, True)])
def test_axe_finds_nothing_and_nothing_overflows_on_any_public_page(
    live_server: Any, library: SmallLibrary, browser: Browser, width: int, in_the_dark: bool
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme="light", locale="zh-CN")
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for name, address in library.addresses().items():
        page.goto(live_server.url + address)
        problems = findings(page)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            problems.append("the page is wider than the screen")
        if in_the_dark:
            page.emulate_media(color_scheme="dark")
            page.reload()
            problems += [f"in the dark: {one}" for one in findings(page, COLOURS)]
            page.emulate_media(color_scheme="light")
        if problems:
            found[name] = problems
    context.close()
    assert found == {}


def test_longer_english_words_fit_on_narrow_and_wide_screens(
    live_server: Any, library: SmallLibrary, browser: Browser
) -> None:
    client = Client()
    client.force_login(person("teacher"))
    cookies = {"django_language": "en", "sessionid": client.cookies["sessionid"].value}
    for _ in range(2):
        ResourceFactory(live=True, age_bands=list(AgeBand.objects.filter(min_months__isnull=False)))
    wide = []
    for width in (320, 375, 1024, 1280):
        context = browser.new_context(viewport={"width": width, "height": 800})
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()
        for path in ("/", "/schools/", "/workspace/"):
            page.goto(live_server.url + path)
            expect(page.locator("html")).to_have_attribute("lang", "en")
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wide.append((width, path))
        context.close()
    assert wide == []


def test_no_page_breaks_the_policy_or_asks_another_host(live_server: Any, library: SmallLibrary, page: Page) -> None:
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    for name, address in library.addresses().items():
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        # 404 and 410 are what these pages answer; the browser logs their status as an error.
        complaints[:] = [one for one in complaints if "status of 4" not in one]
        assert complaints == [], name
    assert hosts == {urlsplit(live_server.url).netloc}


def test_pages_turn_by_key_button_number_and_link(live_server: Any, library: SmallLibrary, page: Page) -> None:
    page.goto(live_server.url + library.deck.get_absolute_url())
    text = page.locator("[data-pagetext]")
    expect(text).to_contain_text("第 1 张")
    page.keyboard.press("ArrowRight")
    expect(text).to_contain_text("第 2 张")
    page.locator('[data-step="1"]').click()
    expect(text).to_contain_text("饭前便后要洗手")
    assert page.url.endswith("#p3")
    page.locator("#go").fill("88")
    page.locator("#go").press("Enter")
    expect(text).to_contain_text("第 88 张")
    expect(page.locator('[data-page="88"]')).to_have_attribute("aria-current", "page")
    page.goto(live_server.url + library.deck.get_absolute_url() + "#p5")
    page.reload()
    expect(text).to_contain_text("第 5 张")


def test_the_way_back_is_reachable_by_keyboard_from_the_first_page(
    live_server: Any, library: SmallLibrary, page: Page
) -> None:
    page.goto(live_server.url + library.deck.get_absolute_url())
    back, text = page.locator('[data-step="-1"]'), page.locator("[data-pagetext]")
    expect(back).to_have_attribute("aria-disabled", "true")
    page.locator('[data-step="1"]').press("Enter")
    expect(text).to_contain_text("第 2 张")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(back).to_be_focused()
    page.keyboard.press("Enter")
    expect(text).to_contain_text("第 1 张")
    expect(back).to_be_focused()
    expect(back).to_have_attribute("aria-disabled", "true")


def test_a_teacher_projects_the_pages_with_a_presenter(live_server: Any, library: SmallLibrary, page: Page) -> None:
    page.goto(live_server.url + library.deck.get_absolute_url() + "?q=洗手&p=3")
    full, at, marks = page.locator("[data-full-view]"), page.locator("[data-at]"), page.locator(".full .overlay")
    page.locator("[data-open-full]").click()
    expect(full).to_be_visible()
    expect(at).to_have_text("3 / 100")
    expect(marks).to_be_visible()
    page.locator(".full [data-marks]").click()
    expect(marks).to_be_hidden()
    full.focus()
    for key, number in (("PageDown", 4), ("Space", 5), ("PageUp", 4), ("End", 100), ("Home", 1)):
        page.keyboard.press(key)
        expect(at).to_have_text(f"{number} / 100")
    page.keyboard.press("b")
    expect(page.locator("[data-full-stage]")).to_be_hidden()
    page.keyboard.press("PageDown")
    expect(page.locator("[data-full-stage]")).to_be_visible()
    page.locator("[data-next-hit]").click()
    expect(at).to_have_text("3 / 100")
    page.keyboard.press("Escape")
    expect(full).to_be_hidden()
    expect(page.locator("[data-open-full]")).to_be_focused()
    expect(page.locator("[data-pagetext]")).to_contain_text("饭前便后要洗手")


def test_where_no_element_covers_the_screen_the_layer_covers_the_window(
    live_server: Any, library: SmallLibrary, page: Page
) -> None:
    """As on an iPhone."""
    page.add_init_script("delete Element.prototype.requestFullscreen; delete Element.prototype.webkitRequestFullscreen")
    page.goto(live_server.url + library.deck.get_absolute_url())
    page.locator("[data-open-full]").click()
    box, size = page.locator("[data-full-view]").bounding_box(), page.viewport_size
    assert box
    assert size
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, size["width"], size["height"])
    page.locator("[data-close]").click()
    expect(page.locator("[data-full-view]")).to_be_hidden()


def fingers(page: Page, *paths: list[tuple[int, int]]) -> None:
    """Move each finger along its path of points, all at the same time."""
    touch = page.context.new_cdp_session(page)
    for number, points in enumerate(zip(*paths, strict=True)):
        at = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove" if number else "touchStart", "touchPoints": at})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_on_a_phone_the_slide_comes_first_and_fingers_turn_and_zoom_it(
    live_server: Any, library: SmallLibrary, browser: Browser
) -> None:
    context = browser.new_context(
        viewport={"width": 375, "height": 812}, has_touch=True, is_mobile=True, locale="zh-CN"
    )
    page = context.new_page()
    page.goto(live_server.url + library.deck.get_absolute_url() + "?q=洗手&p=3")
    stage, number = page.locator("[data-stage]"), page.locator("#go")
    box, find = stage.bounding_box(), page.locator("#find").bounding_box()
    assert box
    assert find
    assert box["y"] + box["height"] < find["y"], "the find bar stands below the slide"
    x, y = int(box["x"]), int(box["y"] + 60)
    fingers(page, [(x + 300, y), (x + 200, y), (x + 60, y)])
    expect(number).to_have_value("4")
    fingers(page, [(x + 60, y), (x + 160, y), (x + 300, y)])
    expect(number).to_have_value("3")
    page.locator("[data-open-full]").tap()
    expect(page.locator("[data-at]")).to_have_text("3 / 100")
    stage = page.locator("[data-full-stage]")
    fingers(page, [(150, 400), (120, 400), (60, 400)], [(220, 400), (250, 400), (320, 400)])
    zoom = float(stage.evaluate("stage => stage.style.getPropertyValue('--zoom')"))
    assert zoom > 2
    fingers(page, [(300, 400), (200, 400), (60, 400)])
    expect(page.locator("[data-at]")).to_have_text("3 / 100")  # a zoomed slide is moved, not turned
    context.close()


def test_the_strip_follows_the_last_jump_however_late_the_answers_come(
    live_server: Any, library: SmallLibrary, page: Page
) -> None:
    page.goto(live_server.url + library.deck.get_absolute_url())
    strips: list[Route] = []
    page.route(re.compile(r"strip=all&at=(57|85)$"), lambda route: strips.append(route))
    for number in ("60", "88"):
        page.locator("#go").fill(number)
        page.locator("#go").press("Enter")
        expect(page.locator("[data-pagetext]")).to_contain_text(f"第 {number} 张")
        for _ in range(100):
            if strips and strips[-1].request.url.endswith(str(int(number) - 3)):
                break
            page.wait_for_timeout(50)
    assert len(strips) == 2
    strips[1].continue_()
    expect(page.locator('[data-page="88"]')).to_have_attribute("aria-current", "page")
    with page.expect_request_finished(lambda request: request == strips[0].request):
        strips[0].continue_()
    expect(page.locator('[data-page="88"]')).to_have_attribute("aria-current", "page")
    expect(page.locator('[data-page="57"]')).to_have_count(0)


def test_a_page_that_does_not_come_is_asked_for_as_a_page_of_its_own(
    live_server: Any, library: SmallLibrary, page: Page
) -> None:
    page.goto(live_server.url + library.deck.get_absolute_url())
    page.route(
        re.compile(r"[?&]p=88$"),
        lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_(),
    )
    page.locator("#go").fill("88")
    page.locator("#go").press("Enter")
    page.wait_for_url(re.compile(r"[?&]p=88#viewer$"))
    expect(page.locator("[data-pagetext]")).to_contain_text("第 88 张")


def test_arriving_from_a_search_the_words_are_marked_on_picture_and_text(
    live_server: Any, library: SmallLibrary, page: Page
) -> None:
    page.goto(live_server.url + library.deck.get_absolute_url() + "?q=洗手")
    expect(page.locator("[data-pagetext] mark").first).to_have_text("洗手")
    expect(page.locator(".overlay rect")).to_have_count(1)
    expect(page.locator("[data-page]")).to_have_count(2)
    page.locator('[data-page="7"]').click()
    expect(page.locator("[data-pagetext]")).to_contain_text("洗手的七个步骤")
    box, image = page.locator(".overlay rect").bounding_box(), page.locator("[data-stage] img").bounding_box()
    assert box
    assert image
    assert image["y"] < box["y"] < image["y"] + image["height"]


def test_the_strip_of_a_long_file_is_filled_as_it_is_scrolled(
    live_server: Any, library: SmallLibrary, page: Page
) -> None:
    page.goto(live_server.url + library.deck.get_absolute_url())
    expect(page.locator("[data-page]")).to_have_count(48)
    page.locator("[data-strip]").evaluate("strip => { strip.scrollTop = strip.scrollHeight; }")
    expect(page.locator("[data-page]")).to_have_count(96)


def test_reading_works_without_script(live_server: Any, library: SmallLibrary, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(live_server.url + library.deck.get_absolute_url() + "?q=洗手")
    expect(page.locator("[data-pagetext]")).to_contain_text("洗手")
    page.locator('[data-page="7"]').click()
    expect(page.locator("[data-pagetext]")).to_contain_text("洗手的七个步骤")
    page.get_by_role("link", name="全部 100").click()
    page.get_by_role("link", name="下一页").click()
    expect(page.locator("[data-pagetext]")).to_contain_text("第 8 张")
    context.close()


def test_the_language_is_switched_on_the_page(live_server: Any, library: SmallLibrary, browser: Browser) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(live_server.url + "/schools/")
    page.locator(".lang button").click()
    expect(page.locator("h1")).to_have_text("Schools of the alliance")
    assert page.locator("html").get_attribute("lang") == "en"
    context.close()


def sign_in(page: Page, server: Any, user: User) -> None:
    page.goto(server.url + "/accounts/login/")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")


def test_an_editor_compiles_a_collection_by_searching_among_many_resources(
    live_server: Any, library: SmallLibrary, page: Page
) -> None:
    school = SchoolFactory()
    for number in range(30):
        ResourceFactory(title=f"别的课件 {number}", school=school, live=True)
    sign_in(page, live_server, person("editor"))
    index = library.collection.get_parent().pk
    page.goto(f"{live_server.url}/cms/pages/add/home/collectionpage/{index}/")
    page.locator("#id_title").fill("洗手专辑")
    page.locator("#id_entries-OPEN_MODAL").click()
    dialog = page.locator(".modal-content")
    expect(dialog).to_be_visible()
    dialog.locator("#id_q").fill("晨间 洗手")
    expect(dialog.locator("tbody tr")).to_have_count(1)
    dialog.locator("tbody input[type=checkbox]").check()
    dialog.locator("[data-multiple-choice-submit]").click()
    expect(dialog).to_be_hidden()
    page.locator("#id_entries-0-note").fill("从这一件讲起。")
    page.locator("footer .w-dropdown__toggle, .w-dropdown__toggle--icon").last.click()
    page.locator("[name=action-publish]").click()
    page.wait_for_load_state("networkidle")
    page.goto(live_server.url + library.collection.get_parent().url)
    page.get_by_text("洗手专辑").first.click()
    expect(page.locator("main")).to_contain_text("从这一件讲起。")
    expect(page.locator("main")).to_contain_text("七步洗手法：晨间照护实训")
