"""Results and suggestions in Chromium: accessible, usable by keyboard and input method."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from search import engine_provider as engines
from search.indexing.indexer import deliver_all
from tests.browser.small_library import SmallLibrary, create_library
from tests.browser.test_public_pages import findings
from tests.factories import ResourceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AWAY = "http://127.0.0.1:9"
WIDTHS = (375, 1280)


@pytest.fixture
def library(live_server: Any, settings: Any) -> Any:
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    filled = create_library()
    for number in range(12):
        ResourceFactory(title=f"晨间照护活动{number}", live=True, files=[["测体温和晨检"]])
    engines.forget()
    with engines.opened_writer() as writer:
        deliver_all(writer)
    yield filled
    engines.forget()


STATES = {
    "hits": "?q=洗手",
    "browsing, second page": "?page=2",
    "narrowed": "?q=照护&type=courseware",
    "a word is missing": "?q=洗手 天体物理",
    "misspelt": "?q=洗首",
    "an unfolded filter": "?q=照护&language=zh-Hans",
    "nothing": "?q=天体物理",
    "nothing with these filters": "?q=洗手&type=test",
}


def looked_at(browser: Browser, address: str, width: int, scheme: Any = "light") -> list[str]:
    """What axe and the ruler find on one page."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="zh-CN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(address)
    problems = [*findings(page), *complaints]
    if answer is None or answer.status != 200:
        problems.append(f"answered {answer and answer.status}")
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        problems.append("the page is wider than the screen")
    context.close()
    return problems


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_results_in_any_state(
    live_server: Any, library: SmallLibrary, browser: Browser, settings: Any, client: Any, width: int
) -> None:
    found = {name: looked_at(browser, f"{live_server.url}/search/{query}", width) for name, query in STATES.items()}
    settings.SEARCH_URL = AWAY
    engines.forget()
    assert client.get("/search/?q=洗手")["X-Search-Degraded"] == "1"
    found["degraded"] = looked_at(browser, f"{live_server.url}/search/?q=洗手", width, "dark")
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.fixture(params=WIDTHS)
def box(request: pytest.FixtureRequest, live_server: Any, library: SmallLibrary, browser: Browser) -> Any:
    """The search box of the results page, on a phone and on a desk."""
    context = browser.new_context(viewport={"width": request.param, "height": 800}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/search/")
    yield page.locator("form[data-suggest] input[name=q]:visible").first
    context.close()


def options(box: Locator) -> Locator:
    return box.page.locator(f"#{box.get_attribute('aria-controls')} [role=option]")


def asked(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("q", [""])[0]


def test_suggestions_follow_the_combobox_pattern(box: Locator) -> None:
    expect(box).to_have_attribute("role", "combobox")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.click()
    box.press_sequentially("晨间")
    expect(box).to_have_attribute("aria-expanded", "true")
    shown = options(box)
    expect(shown.first).to_be_visible()
    assert findings(box.page) == []
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", str(shown.first.get_attribute("id")))
    expect(shown.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_value(shown.first.inner_text())
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    expect(box).to_have_value("晨间")
    box.press("ArrowUp")
    expect(shown.last).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("晨间")
    assert box.get_attribute("aria-activedescendant") is None
    expect(shown.first).to_be_hidden()


def test_suggestions_that_come_after_escape_stay_away(box: Locator) -> None:
    box.click()
    box.press_sequentially("晨")
    expect(options(box).first).to_be_visible()
    late: list[Route] = []
    box.page.route("**/search/suggest?*", lambda route: late.append(route))
    box.press_sequentially("间")
    for _ in range(100):
        if late:
            break
        box.page.wait_for_timeout(50)
    box.press("Escape")
    late[0].continue_()
    box.page.wait_for_timeout(1_000)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(options(box).first).to_be_hidden()


def test_enter_searches_for_what_is_chosen_or_else_for_what_is_typed(box: Locator) -> None:
    page = box.page
    box.click()
    box.press_sequentially("晨间")
    expect(options(box).first).to_be_visible()
    box.press("Enter")
    page.wait_for_url("**/search/?*q=*")
    assert asked(page) == "晨间"
    again = page.locator("form[data-suggest] input[name=q]:visible").first
    again.fill("")
    again.press_sequentially("晨间")
    expect(options(again).first).to_be_visible()
    before = page.url
    again.press("ArrowDown")
    chosen = options(again).first.inner_text()
    again.press("Enter")
    page.wait_for_url(lambda address: address != before)
    assert asked(page) == chosen or page.locator("h1").inner_text() == chosen


def test_an_input_method_is_left_alone_until_it_has_made_a_word(box: Locator) -> None:
    page = box.page
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if "/search/suggest" in request.url else None)
    before = page.url
    box.click()
    keyboard = page.context.new_cdp_session(page)
    composing = {"text": "chenjian", "selectionStart": 8, "selectionEnd": 8}
    keyboard.send("Input.imeSetComposition", composing)
    expect(box).to_have_value("chenjian")
    page.wait_for_timeout(400)
    assert requests == [], "pinyin being typed is not yet a word"
    # While an input method takes the keys, a keyboard sends code 229 for all of them.
    for kind in ("rawKeyDown", "keyUp"):
        keyboard.send("Input.dispatchKeyEvent", {"type": kind, "key": "Enter", "windowsVirtualKeyCode": 229})
    page.wait_for_timeout(200)
    assert page.url == before
    keyboard.send("Input.insertText", {"text": "晨间"})
    expect(box).to_have_value("晨间")
    expect(options(box).first).to_be_visible()
    assert len(requests) == 1


def test_a_click_on_a_suggestion_leads_where_it_says(box: Locator) -> None:
    page = box.page
    box.click()
    box.press_sequentially("七步洗手")
    option = options(box).filter(has_text="七步洗手法")
    expect(option.first).to_be_visible()
    before = page.url
    option.first.click()
    page.wait_for_url(lambda address: address != before)
    expect(page.locator("main")).to_contain_text("七步洗手法：晨间照护实训")


def test_without_the_suggestions_the_box_is_a_plain_form(
    live_server: Any, library: SmallLibrary, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/search/")
    box = page.locator("form[data-suggest] input[name=q]").first
    box.fill("测体温")
    box.press("Enter")
    page.wait_for_load_state()
    assert asked(page) == "测体温"
    expect(page.locator("main")).to_contain_text("晨间照护活动")
    context.close()


def test_the_first_result_is_at_most_eight_tabs_away(page: Page, live_server: Any, library: SmallLibrary) -> None:
    page.goto(f"{live_server.url}/search/?q=照护")
    focused = "document.activeElement"
    tabs = 0
    while not page.evaluate(f"{focused}.matches('.row__title a')") and tabs < 9:
        page.keyboard.press("Tab")
        tabs += 1
        if page.evaluate(f"{focused}.getAttribute('href') === '#results'"):
            expect(page.locator("a.skip[href='#results']")).to_be_in_viewport()
            page.keyboard.press("Enter")
    assert tabs <= 8
    page.keyboard.press("Enter")
    page.wait_for_url("**/r/**")
    assert page.locator("#q").input_value() == "照护"
