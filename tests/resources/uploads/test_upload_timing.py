"""The draft page when answers come late, out of order, or never: what a slow line does to it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from members.models import School
from resources.models import FileBlob, UploadSession
from tests.resources.uploads.draft_page_object import (
    LATER_PARTS,
    MB,
    PARTS,
    HeldRequests,
    bytes_of,
    cancelled,
    choose,
    file_of,
    half_sent,
    row,
)

UPLOADS = "**/api/uploads"
FILES = "**/files/"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_is_cancelled_before_the_site_knows_it_is_not_sent_and_keeps_no_room(
    draft_page: Page, school: School, tmp_path: Path
) -> None:
    held = HeldRequests(draft_page, UPLOADS, "POST")
    sent: list[str] = []
    draft_page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    choose(draft_page, file_of(tmp_path, "洗手.pptx", 100))
    row(draft_page, "洗手").get_by_role("button", name="取消：洗手.pptx").click()
    expect(row(draft_page, "洗手")).to_have_count(0)
    held.let_go()
    assert cancelled(draft_page)
    assert School.objects.get(pk=school.pk).used_bytes == 0
    assert not sent


def test_what_is_paused_before_the_site_knows_it_waits_until_it_is_resumed(draft_page: Page, tmp_path: Path) -> None:
    path = file_of(tmp_path, "洗手.pptx", 100)
    held = HeldRequests(draft_page, UPLOADS, "POST")
    sent: list[str] = []
    draft_page.on("request", lambda request: sent.append(request.url) if "/parts" in request.url else None)
    choose(draft_page, path)
    row(draft_page, "洗手").get_by_role("button", name="暂停：洗手.pptx").click()
    held.let_go()
    draft_page.wait_for_timeout(500)
    expect(row(draft_page, "洗手")).to_contain_text("已暂停")
    assert not sent
    row(draft_page, "洗手").get_by_role("button", name="继续：洗手.pptx").click()
    expect(draft_page.locator("#files-list .upload", has_text="洗手")).to_be_visible(timeout=30_000)
    assert UploadSession.objects.count() == 1
    assert bytes_of(FileBlob.objects.get()) == path.read_bytes()


def test_a_cancellation_the_network_swallows_is_told_again(draft_page: Page, school: School, tmp_path: Path) -> None:
    tries: list[str] = []

    def fail_once(route: Route) -> None:
        if route.request.method != "DELETE":
            route.continue_()
            return
        tries.append(route.request.url)
        if len(tries) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    draft_page.route(re.compile(r"/api/uploads/[0-9a-f-]+$"), fail_once)
    draft_page.route(PARTS, lambda route: None)
    with draft_page.expect_request(PARTS):
        choose(draft_page, file_of(tmp_path, "洗手.pptx", 100))
    row(draft_page, "洗手").get_by_role("button", name="取消：洗手.pptx").click()
    assert cancelled(draft_page)
    assert len(tries) == 2
    assert School.objects.get(pk=school.pk).used_bytes == 0


def test_a_file_picked_again_before_the_site_said_what_it_has_goes_on_where_it_was(
    draft_page: Page, tmp_path: Path
) -> None:
    path = file_of(tmp_path, "示范课.mp4", 20 * MB)
    half_sent(draft_page, path)
    asked = HeldRequests(draft_page, UPLOADS, "GET")
    draft_page.reload()
    asked.come()
    draft_page.unroute(LATER_PARTS)
    sent: list[str] = []
    draft_page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    choose(draft_page, path)
    expect(row(draft_page, "示范课")).to_contain_text("排队中")
    asked.let_go()
    expect(draft_page.locator("#files-list .upload", has_text="示范课")).to_be_visible(timeout=30_000)
    assert sorted(int(re.search(r"/(\d+)\?", url).group(1)) for url in sent) == [2, 3]  # type: ignore[union-attr]
    assert UploadSession.objects.count() == 1
    assert bytes_of(FileBlob.objects.get()) == path.read_bytes()


def test_a_site_that_does_not_say_what_it_has_is_not_waited_for_for_ever(draft_page: Page, tmp_path: Path) -> None:
    asked = HeldRequests(draft_page, UPLOADS, "GET")
    draft_page.reload()
    asked.come()
    choose(draft_page, file_of(tmp_path, "洗手.pptx", 100))
    expect(draft_page.locator("#files-list .upload", has_text="洗手")).to_be_visible(timeout=30_000)
    asked.let_go()
    expect(draft_page.locator("[data-upload-list] .upload")).to_have_count(0)


def test_picking_a_paused_file_once_more_resumes_it(draft_page: Page, tmp_path: Path) -> None:
    path = file_of(tmp_path, "洗手.pptx", 20 * MB)
    half_sent(draft_page, path)
    row(draft_page, "洗手").get_by_role("button", name="暂停：洗手.pptx").click()
    draft_page.unroute_all(behavior="ignoreErrors")
    choose(draft_page, path)
    expect(draft_page.locator("#files-list .upload", has_text="洗手")).to_be_visible(timeout=30_000)
    assert UploadSession.objects.count() == 1


def test_a_line_that_swallows_a_question_is_asked_again_after_a_minute(draft_page: Page, tmp_path: Path) -> None:
    draft_page.clock.install()
    draft_page.reload()
    draft_page.wait_for_selector("[data-upload].has-script")
    swallowed = HeldRequests(draft_page, UPLOADS, "POST")
    choose(draft_page, file_of(tmp_path, "洗手.pptx", 100))
    swallowed.come()
    swallowed.only_these = True
    draft_page.clock.run_for(61_000)
    draft_page.clock.run_for(3_000)
    draft_page.clock.resume()
    expect(draft_page.locator("#files-list .upload", has_text="洗手")).to_be_visible(timeout=30_000)
    assert UploadSession.objects.count() == 1


def test_an_older_list_of_the_files_that_comes_later_changes_nothing(draft_page: Page, tmp_path: Path) -> None:
    lists: list[Route] = []
    answers: list[Any] = []

    def late(route: Route) -> None:
        if route.request.method != "GET":
            route.continue_()
            return
        lists.append(route)
        # Asked now, told later.
        answers.append(route.fetch())
        if len(lists) > 1:
            route.fulfill(response=answers[-1])
            lists[0].fulfill(response=answers[0])

    draft_page.route(FILES, late)
    choose(draft_page, file_of(tmp_path, "洗手.pptx", 100))
    expect(row(draft_page, "洗手")).to_have_count(0, timeout=30_000)
    choose(draft_page, file_of(tmp_path, "绘本.pptx", 100))
    expect(draft_page.locator("#files-list .upload", has_text="绘本")).to_be_visible(timeout=30_000)
    draft_page.wait_for_timeout(500)
    expect(draft_page.locator("#files-list .upload", has_text="绘本")).to_be_visible()


def test_a_file_that_arrives_while_somebody_is_on_the_list_is_shown_when_they_have_left_it(
    draft_page: Page, tmp_path: Path
) -> None:
    choose(draft_page, file_of(tmp_path, "洗手.pptx", 100))
    first = draft_page.locator("#files-list .upload", has_text="洗手")
    expect(first).to_be_visible(timeout=30_000)
    FileBlob.objects.update(state="rejected", reason="virus")
    expect(draft_page.locator("#files-list")).to_have_attribute("data-working", "no", timeout=20_000)
    added = HeldRequests(draft_page, FILES, "POST")
    choose(draft_page, file_of(tmp_path, "绘本.pptx", 100))
    added.come()
    remove = first.get_by_role("button", name="移除：洗手.pptx")
    remove.focus()
    with draft_page.expect_request_finished(
        lambda request: request.method == "GET" and request.url.endswith("/files/")
    ):
        added.let_go()
    expect(row(draft_page, "绘本")).to_have_count(0, timeout=30_000)
    expect(remove).to_be_focused()
    remove.blur()
    expect(draft_page.locator("#files-list .upload", has_text="绘本")).to_be_visible(timeout=30_000)
