"""upload.js in a real Chromium, on the draft page and the local store."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from members.models import School
from resources.models import FileBlob, FilePreview, RevisionFile, UploadSession
from tests.resources.uploads.draft_page_object import (
    MB,
    PARTS,
    arrived,
    bytes_of,
    cancelled,
    choose,
    file_of,
    half_sent,
    row,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEEP_ROWS = 'window.addEventListener("upload:complete", (event) => event.stopImmediatePropagation(), true)'
"""The page then does not take finished files over, and their rows go on to show how they fare."""


def test_several_files_arrive_whole_and_in_the_draft(draft_page: Page, draft: Any, tmp_path: Path) -> None:
    files = [
        file_of(tmp_path, name, size) for name, size in (("洗手.pptx", 17 * MB), ("流程.pdf", 300), ("表.docx", MB))
    ]
    choose(draft_page, *files)
    for path in files:
        expect(draft_page.locator("#files-list .upload", has_text=path.stem)).to_be_visible(timeout=30_000)
    expect(draft_page.locator("[data-upload-list] .upload")).to_have_count(0)
    draft.refresh_from_db()
    kept = {file.name: file.blob for file in RevisionFile.objects.filter(revision=draft.latest_revision)}
    assert {name: bytes_of(blob) for name, blob in kept.items()} == {path.name: path.read_bytes() for path in files}
    assert UploadSession.objects.filter(state="completed").count() == 3


def test_after_a_reload_only_the_missing_parts_are_sent(draft_page: Page, tmp_path: Path) -> None:
    path = file_of(tmp_path, "示范课.mp4", 20 * MB)
    half_sent(draft_page, path)
    draft_page.reload()
    draft_page.unroute_all(behavior="ignoreErrors")
    expect(row(draft_page, "示范课")).to_contain_text("还没有传完")
    sent: list[str] = []
    draft_page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    choose(draft_page, path)
    expect(draft_page.locator("#files-list .upload", has_text="示范课")).to_be_visible(timeout=30_000)
    assert sorted(int(re.search(r"/(\d+)\?", url).group(1)) for url in sent) == [2, 3]  # type: ignore[union-attr]
    assert bytes_of(FileBlob.objects.get()) == path.read_bytes()
    assert UploadSession.objects.count() == 1


def test_a_failed_part_is_sent_again_by_itself(draft_page: Page, tmp_path: Path) -> None:
    path = file_of(tmp_path, "洗手.pptx", 100)
    tries: list[str] = []

    def fail_twice(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) == 1:
            route.abort("connectionreset")
        elif len(tries) == 2:
            route.fulfill(status=503, json={"code": "store_unavailable"})
        else:
            route.continue_()

    draft_page.route(PARTS, fail_twice)
    choose(draft_page, path)
    expect(draft_page.locator("#files-list .upload", has_text="洗手")).to_be_visible(timeout=30_000)
    assert len(tries) == 3
    assert bytes_of(FileBlob.objects.get()) == path.read_bytes()


def test_while_many_others_send_it_waits_its_turn_however_often_it_is_put_off(draft_page: Page, tmp_path: Path) -> None:
    path = file_of(tmp_path, "洗手.pptx", 100)
    tries: list[int] = []

    def busy(route: Route) -> None:
        tries.append(1)
        if len(tries) > 8:
            route.continue_()
        else:
            route.fulfill(status=503, headers={"Retry-After": "3"}, json={"code": "busy", "message": "…"})

    draft_page.route(PARTS, busy)
    choose(draft_page, path)
    expect(draft_page.locator("#files-list .upload", has_text="洗手")).to_be_visible(timeout=30_000)
    assert len(tries) == 9
    assert bytes_of(FileBlob.objects.get()) == path.read_bytes()


def test_a_part_damaged_on_the_way_is_noticed_and_sent_again(draft_page: Page, tmp_path: Path) -> None:
    path = file_of(tmp_path, "洗手.pptx", 100)
    tries: list[int] = []

    def damage_once(route: Route) -> None:
        tries.append(1)
        route.continue_(post_data=b"x" * 100) if len(tries) == 1 else route.continue_()

    draft_page.route(PARTS, damage_once)
    choose(draft_page, path)
    expect(draft_page.locator("#files-list .upload", has_text="洗手")).to_be_visible(timeout=30_000)
    assert len(tries) == 2
    assert bytes_of(FileBlob.objects.get()) == path.read_bytes()


def test_the_pages_own_md5_is_md5_for_every_length_however_it_comes_in_pieces(draft_page: Page) -> None:
    lengths = [*range(130), 1000, 65_537]
    told = draft_page.evaluate(
        """async (lengths) => {
          const { Md5 } = await import("/static/resources/upload/md5.js");
          return lengths.map((length) => {
            const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
            const pieces = new Md5();
            let at = 0;
            for (const size of [1, 3, 64, 7, 130, 61]) { pieces.update(bytes.subarray(at, at + size)); at += size; }
            return [new Md5().update(bytes).hex(), pieces.update(bytes.subarray(at)).hex()];
          });
        }""",
        lengths,
    )
    for length, answers in zip(lengths, told, strict=True):
        real = hashlib.md5(bytes((i * 7 + length) & 255 for i in range(length)), usedforsecurity=False).hexdigest()
        assert answers == [real, real], length


def test_offline_pauses_and_says_what_is_kept_and_goes_on_when_back(draft_page: Page, tmp_path: Path) -> None:
    path = file_of(tmp_path, "洗手.pptx", 20 * MB)
    half_sent(draft_page, path)
    draft_page.context.set_offline(True)
    # Requests the test holds don't notice that the network is gone: let them go on into it.
    draft_page.unroute_all(behavior="ignoreErrors")
    expect(row(draft_page, "洗手")).to_contain_text("网络断开了。已传的 40% 还在，连上后点“继续”。", timeout=20_000)
    draft_page.context.set_offline(False)
    expect(draft_page.locator("#files-list .upload", has_text="洗手")).to_be_visible(timeout=30_000)
    assert bytes_of(FileBlob.objects.get()) == path.read_bytes()


def test_pausing_keeps_what_was_sent_and_resuming_sends_the_rest(draft_page: Page, tmp_path: Path) -> None:
    path = file_of(tmp_path, "洗手.pptx", 20 * MB)
    half_sent(draft_page, path)
    row(draft_page, "洗手").get_by_role("button", name="暂停：洗手.pptx").press("Enter")
    expect(row(draft_page, "洗手")).to_contain_text("已暂停。已传的 40% 还在。")
    expect(row(draft_page, "洗手").get_by_role("button", name="继续：洗手.pptx")).to_be_focused()
    draft_page.unroute_all(behavior="ignoreErrors")
    row(draft_page, "洗手").get_by_role("button", name="继续：洗手.pptx").press("Enter")
    expect(draft_page.locator("#files-list .upload", has_text="洗手")).to_be_visible(timeout=30_000)
    assert bytes_of(FileBlob.objects.get()) == path.read_bytes()


def test_cancelling_takes_the_row_away_and_gives_the_room_back(
    draft_page: Page, school: School, tmp_path: Path
) -> None:
    draft_page.route(PARTS, lambda route: None)
    choose(draft_page, file_of(tmp_path, "洗手.pptx", 100))
    row(draft_page, "洗手").get_by_role("button", name="取消：洗手.pptx").click()
    expect(draft_page.locator("[data-upload-list] .upload")).to_have_count(0)
    expect(draft_page.locator("#upload-files")).to_be_focused()
    assert cancelled(draft_page)
    assert School.objects.get(pk=school.pk).used_bytes == 0


def test_what_the_site_refuses_is_said_at_the_file(draft_page: Page, school: School, tmp_path: Path) -> None:
    School.objects.filter(pk=school.pk).update(quota_bytes=1000)
    choose(draft_page, file_of(tmp_path, "零.pptx", 0), file_of(tmp_path, "大.pptx", 5000))
    expect(row(draft_page, "零")).to_contain_text("文件是空的（0 字节）。检查文件是否保存完整，再选一次。")
    expect(row(draft_page, "大")).to_contain_text("本校空间不够")
    row(draft_page, "零").get_by_role("button", name="从列表移除：零.pptx").click()
    expect(row(draft_page, "零")).to_have_count(0)
    School.objects.filter(pk=school.pk).update(quota_bytes=None)
    row(draft_page, "大").get_by_role("button", name="再试一次：大.pptx").click()
    expect(draft_page.locator("#files-list .upload", has_text="大")).to_be_visible(timeout=30_000)


def test_a_file_that_vanished_is_named_as_such(draft_page: Page, tmp_path: Path) -> None:
    path = file_of(tmp_path, "洗手.pptx", 20 * MB)
    draft_page.route("**/api/uploads", lambda route: (path.write_bytes(b"changed"), route.continue_()))
    choose(draft_page, path)
    expect(row(draft_page, "洗手")).to_contain_text("读不到这个文件了", timeout=20_000)


def test_the_row_follows_the_file_until_its_preview(page: Page, draft_page: Page, tmp_path: Path) -> None:
    page.add_init_script(KEEP_ROWS)
    page.reload()
    page.wait_for_selector("[data-upload].has-script")
    choose(page, file_of(tmp_path, "洗手.pptx", 100))
    arrived(page)
    FileBlob.objects.update(state="verified", sha256="0" * 64, verified_at=timezone.now(), kind="slides")
    FilePreview.objects.update(state="rendering", page_count=60, pages_done=22)
    expect(row(page, "洗手")).to_contain_text("正在生成预览，第 23 页，共 60 页", timeout=20_000)
    FilePreview.objects.update(state="ready", pages_done=60)
    expect(row(page, "洗手")).to_contain_text("可以预览了，60 页", timeout=20_000)
    expect(page.locator("[data-upload-live]")).to_have_text("洗手.pptx：可以预览了，60 页")


def test_a_refused_file_says_why(page: Page, draft_page: Page, tmp_path: Path) -> None:
    page.add_init_script(KEEP_ROWS)
    page.reload()
    page.wait_for_selector("[data-upload].has-script")
    choose(page, file_of(tmp_path, "洗手.pptx", 100))
    arrived(page)
    FileBlob.objects.update(state="rejected", reason="virus")
    expect(row(page, "洗手")).to_contain_text("打不开：", timeout=20_000)


def test_a_file_that_could_not_be_added_is_offered_again_after_a_reload(
    draft_page: Page, draft: Any, tmp_path: Path
) -> None:
    draft_page.route("**/files/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    choose(draft_page, file_of(tmp_path, "洗手.pptx", 100))
    expect(row(draft_page, "洗手")).to_contain_text("已经传好，但还没有加入资源", timeout=20_000)
    draft_page.unroute_all(behavior="ignoreErrors")
    draft_page.reload()
    expect(draft_page.locator("#files-list .upload", has_text="洗手")).to_be_visible(timeout=30_000)
    assert UploadSession.objects.count() == 1


def test_dropped_files_are_taken(draft_page: Page) -> None:
    draft_page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["slides"], "洗手.pptx", { lastModified: 1 }));
          const drop = document.querySelector("[data-upload-drop]");
          for (const kind of ["dragover", "drop"]) {
            drop.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
          }
        }"""
    )
    expect(draft_page.locator("#files-list .upload", has_text="洗手")).to_be_visible(timeout=30_000)
    assert bytes_of(FileBlob.objects.get()) == b"slides"


def test_without_javascript_a_small_file_goes_through_the_form(
    browser: Any, live_server: Any, draft: Any, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    client = Client()
    client.force_login(draft.contributor)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + reverse("draft", args=[draft.pk]))
    page.set_input_files("#upload-files", str(file_of(tmp_path, "洗手.pptx", 100)))
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.locator("#files-list .upload", has_text="洗手")).to_be_visible()
    expect(page.locator("body")).to_contain_text("洗手.pptx 已上传，正在核对。")
    context.close()
