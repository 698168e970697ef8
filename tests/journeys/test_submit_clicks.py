"""A submission and its review in a browser: how many clicks they take, and that nothing typed is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from resources.models import FilePreview, Resource
from resources.publishing import drafts
from tests.factories import BlobFactory, run_jobs
from tests.factories.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CLICKS = 9
REVIEW_CLICKS = 4
PASSWORD = "yanshi2026-clicks"


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN"}


@pytest.fixture
def people() -> Cast:
    return make_cast()


class Mouse:
    """Clicks and counts."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()


def nine_files(folder: Path) -> list[Path]:
    paths = [folder / f"婴儿洗手{number}.txt" for number in range(1, 10)]
    for path in paths:
        path.write_text(f"{path.stem}：7～12 月的婴儿怎样洗手", encoding="utf-8")
    return paths


def test_from_signing_in_to_a_submission_of_nine_files_takes_nine_clicks(
    page: Page, live_server: Any, people: Cast, tmp_path: Path
):
    people.published()
    people.teacher.set_password(PASSWORD)
    people.teacher.save()
    mouse = Mouse()
    page.goto(live_server.url + reverse("account_login"))
    page.fill("[name=login]", people.teacher.email)
    page.fill("[name=password]", PASSWORD)
    mouse.click(page.get_by_role("button", name="登录"))
    mouse.click(page.get_by_role("link", name="上传资源").first)
    page.wait_for_selector("[data-upload].has-script")
    with page.expect_file_chooser() as chooser:
        mouse.click(page.get_by_text("选择文件"))
    chooser.value.set_files([str(path) for path in nine_files(tmp_path)])
    page.wait_for_url("**/workspace/resources/*/", timeout=30_000)
    run_jobs()
    expect(page.locator("[data-steps]")).to_contain_text("9 个，都好了", timeout=15_000)
    mouse.click(page.locator("[data-accept-all]"))
    for name, label in (
        ("licence", "联盟内教学使用"),
        ("portraits", "不含可辨认的婴幼儿或家庭"),
        ("generated_content", "不含人工智能生成内容"),
    ):
        mouse.click(page.locator(f"#f-{name} label", has_text=label).first)
    mouse.click(page.locator("[name=commitment]"))
    mouse.click(page.get_by_role("button", name="提交院校初审"))
    expect(page.locator("body")).to_contain_text("已提交")
    submitted = Resource.objects.get(contributor=people.teacher)
    assert submitted.workflow_in_progress
    assert len(submitted.latest_revision.content["files"]) == 9
    assert mouse.clicks <= CLICKS


def test_from_signing_in_to_a_decision_on_a_clean_submission_takes_four_clicks(
    page: Page, live_server: Any, people: Cast
):
    first, second = people.submitted(title="第一件"), people.submitted(title="第二件")
    people.reviewer.set_password(PASSWORD)
    people.reviewer.save()
    mouse = Mouse()
    page.goto(live_server.url + reverse("account_login"))
    page.fill("[name=login]", people.reviewer.email)
    page.fill("[name=password]", PASSWORD)
    mouse.click(page.get_by_role("button", name="登录"))
    mouse.click(page.locator(f"a.btn[href*='/workspace/review/{first.pk}/']").first)
    approve = page.get_by_role("button", name="通过，送联盟复审")
    expect(approve).to_have_attribute("aria-disabled", "true")
    mouse.click(page.get_by_role("button", name="其余都符合"))
    mouse.click(approve)
    expect(page.locator("h1")).to_have_text("第二件")
    assert [decision.decision for decision in first.decisions.all()] == ["approved"]
    assert not second.decisions.exists()
    assert mouse.clicks <= REVIEW_CLICKS


def test_a_file_that_can_not_be_seen_is_ticked_before_the_approval(page: Page, live_server: Any, people: Cast):
    blobs = [
        BlobFactory(school=people.school, uploaded_by=people.author, pages=["洗手"]),
        BlobFactory(school=people.school, uploaded_by=people.author, kind="archive", declared_name="表单.zip"),
    ]
    FilePreview.objects.create(blob=blobs[1], state="none", reason="archive")
    resource = people.submitted(files=blobs)
    signed_in(page, live_server, people.reviewer)
    page.goto(live_server.url + reverse("review", args=[resource.pk]))
    approve = page.get_by_role("button", name="通过，送联盟复审")
    page.get_by_role("button", name="其余都符合").click()
    expect(page.locator("[data-set]")).to_contain_text("7")
    expect(approve).to_have_attribute("aria-disabled", "true")
    page.locator("[data-unseen] label").click()
    expect(approve).to_have_attribute("aria-disabled", "false")
    approve.click()
    page.wait_for_load_state()
    assert [decision.decision for decision in resource.decisions.all()] == ["approved"]


def opened(page: Page, live_server: Any, resource: Resource) -> Page:
    signed_in(page, live_server, resource.contributor)
    page.goto(live_server.url + reverse("draft", args=[resource.pk]))
    return page


def signed_in(page: Page, live_server: Any, who: Any) -> None:
    client = Client()
    client.force_login(who)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]


def stored_title(resource: Resource) -> Any:
    return Resource.objects.get(pk=resource.pk).latest_revision.content["title"]


def test_typed_text_is_stored_by_itself_and_a_second_tab_loses_nothing(page: Page, live_server: Any, people: Cast):
    resource = people.draft(title="原来的题名")
    opened(page, live_server, resource)
    page.fill("[name=title]", "第一页写的")
    expect(page.locator("[data-progress]")).to_contain_text("已自动保存", timeout=10_000)
    assert stored_title(resource) == "第一页写的"
    second = page.context.new_page()
    second.goto(page.url)
    second.fill("[name=title]", "第二页写的")
    expect(second.locator("[data-progress]")).to_contain_text("已自动保存", timeout=10_000)
    page.fill("[name=title]", "第一页又写的")
    expect(page.locator("#conflict")).to_contain_text("第二页写的", timeout=10_000)
    assert page.input_value("[name=title]") == "第一页又写的"
    assert stored_title(resource) == "第二页写的"
    page.click("[data-overwrite]")
    expect(page.locator("#conflict")).to_have_count(0)
    expect(page.locator("[data-save-state]")).to_be_hidden(timeout=10_000)
    assert stored_title(resource) == "第一页又写的"


def test_leaving_before_the_first_save_warns_and_removing_a_file_keeps_what_was_typed(
    page: Page, live_server: Any, people: Cast
):
    resource = people.draft(title="原来的题名")
    opened(page, live_server, resource)
    warned: list[str] = []
    page.on("dialog", lambda dialog: (warned.append(dialog.type), dialog.accept()))
    page.fill("[name=title]", "还没存过的")
    page.goto(live_server.url + reverse("workspace"))
    assert warned == ["beforeunload"]
    opened(page, live_server, resource)
    page.fill("[name=creators]", "林老师、新同事")
    page.locator("#files-list button").last.click()
    expect(page.locator("[data-steps]")).to_contain_text("还没有文件")
    assert page.input_value("[name=creators]") == "林老师、新同事"


def test_the_pages_stand_beside_the_form_and_a_proposal_turns_to_its_page(page: Page, live_server: Any, people: Cast):
    resource = people.draft(title="课件", pages=["封面", "辅食添加", "辅食添加"], care_domains=[])
    opened(page, live_server, resource)
    pages = page.locator("[data-viewer]")
    expect(pages).to_be_visible()
    page.locator("[data-turn-to='3']").first.click()
    expect(pages.locator("[name=p]")).to_have_value("3")
    page.locator("[name=commitment]").scroll_into_view_if_needed()
    expect(pages.locator("[data-stage]")).to_be_in_viewport()
    page.set_viewport_size({"width": 375, "height": 812})
    page.reload()
    expect(pages).to_be_hidden()
    page.locator("[data-turn-to='2']").first.click()
    expect(pages).to_be_visible()
    expect(pages.locator("[name=p]")).to_have_value("2")


def test_the_pages_appear_beside_the_form_when_the_first_file_is_read(page: Page, live_server: Any, people: Cast):
    resource = people.draft(title="课件", files=[])
    opened(page, live_server, resource)
    expect(page.locator("[data-viewer]")).to_have_count(0)
    file = {"name": "a.txt", "mimeType": "text/plain", "buffer": "洗手的时机".encode()}
    page.set_input_files("[data-upload-input]", files=[file])  # type: ignore[list-item]
    expect(page.locator("#files-list")).to_contain_text("a.txt", timeout=15_000)
    run_jobs()
    expect(page.locator("[data-viewer] [data-pagetext]")).to_contain_text("洗手的时机", timeout=15_000)


def test_a_proposal_is_taken_with_one_click_and_put_back_with_another(page: Page, live_server: Any, people: Cast):
    resource = people.draft(title="辅食添加", care_domains=[])
    drafts.save(who=people.author, resource_id=resource.pk, data={"title": "辅食添加"})
    opened(page, live_server, resource)
    chip = page.locator("#p-care_domains button")
    box = page.locator("#f-care_domains label", has_text="营养喂养").locator("input")
    chip.click()
    expect(box).to_be_checked()
    expect(chip).to_have_attribute("aria-pressed", "true")
    chip.click()
    expect(box).not_to_be_checked()
