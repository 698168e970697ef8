"""The upload page in a real Chromium: a total that only grows, rows that stay, and one resource or one for each file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from members.models import School
from resources.models import Resource
from tests.factories import person
from tests.resources.uploads.draft_page_object import MB, choose, file_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = ("IMG_2031.jpg", "洗手课件-最新终稿（2）.pptx", "流程.pdf")
WATCH_TOTAL = """() => {
  window.shown = [];
  const bar = document.querySelector("[data-upload-total] progress");
  const read = () => window.shown.push([bar.value, document.querySelector("[data-upload-count]").textContent]);
  new MutationObserver(read).observe(document.querySelector("[data-upload-total]"), { subtree: true, childList: true });
}"""


@pytest.fixture
def upload_page(page: Page, live_server: Any, school: School) -> Page:
    client = Client()
    client.force_login(person("teacher", school=school))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(live_server.url + reverse("upload"))
    page.wait_for_selector("[data-upload].has-script")
    return page


def files_in(folder: Path) -> list[Path]:
    return [file_of(folder, name, MB if name.endswith("pptx") else 300) for name in NAMES]


def test_the_total_stays_and_all_files_become_one_resource_named_after_the_deck(
    upload_page: Page, tmp_path: Path
) -> None:
    upload_page.evaluate(WATCH_TOTAL)
    choose(upload_page, *files_in(tmp_path))
    upload_page.get_by_role("radio", name=re.compile("^合成一件资源")).last.focus()  # or the page goes on by itself
    expect(upload_page.get_by_role("group", name="合成一件资源，还是每个文件一件？")).to_be_visible()
    for name in NAMES:
        expect(upload_page.locator("#files-list .upload", has_text=name)).to_be_visible(timeout=30_000)
    shown = upload_page.evaluate("window.shown")
    values = [value for value, _text in shown]
    assert values == sorted(values)
    assert values[-1] == 100
    assert {text.split("，")[0] for _value, text in shown if text} == {"3 个文件"}
    upload_page.get_by_role("button", name="去填写").click()
    upload_page.wait_for_url(re.compile(r"/workspace/resources/\d+/"))
    assert Resource.objects.get().title == "洗手课件"


def test_each_file_becomes_a_resource_if_one_says_so(upload_page: Page, tmp_path: Path) -> None:
    choose(upload_page, *files_in(tmp_path))
    upload_page.get_by_role("radio", name=re.compile("^每个文件一件")).last.check()
    upload_page.get_by_role("button", name="去填写").click()  # waits for the files that are still being sent
    upload_page.wait_for_url(re.compile(r"/workspace/$"), timeout=30_000)
    assert {one.title for one in Resource.objects.all()} == {"IMG_2031", "洗手课件", "流程"}
