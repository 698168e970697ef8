"""The draft page over HTTP: saving, submitting, files and invalid input.

Long because one page takes all of these forms, and each is tried with garbage too.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from resources.models import (
    Audience,
    Commitment,
    FilePage,
    FilePreview,
    Level,
    Licence,
    Programme,
    Resource,
    ResourceType,
)
from resources.publishing import drafts, live, review
from tests.factories import BlobFactory, term
from tests.factories.cast import Cast, make_cast, send_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return make_cast()


@pytest.fixture
def author(client: Client, people: Cast) -> Client:
    client.force_login(people.author)
    return client


def record(resource: Resource, do: str = "save", **changes: Any) -> dict[str, Any]:
    """A complete record as the form posts it; ``changes`` by field, None leaves one out."""
    data = {
        "title": "七步洗手法",
        "resource_type": term(ResourceType, "courseware").pk,
        "levels": [term(Level, "college").pk],
        "programmes": [term(Programme, "infant-care-college").pk],
        "audiences": [term(Audience, "students").pk],
        "creators": "林老师、周老师",
        "licence": term(Licence, "alliance").pk,
        "visibility": "alliance",
        "portraits": "none",
        "generated_content": "assisted",
        "keywords": "洗手、照护, 托育；七步洗手",
        "based_on": drafts.stamp_of(Resource.objects.get(pk=resource.pk)),
        "commitment": "yes",
        "do": do,
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def page_of(resource: Resource) -> str:
    return reverse("draft", args=[resource.pk])


def test_the_upload_page_makes_a_draft(author: Client, people: Cast):
    assert author.get(reverse("upload")).status_code == 200
    answer = author.post(reverse("upload"), {"school": people.school.pk, "title": ""})
    resource = Resource.objects.get()
    assert answer.url == page_of(resource)
    assert author.get(answer.url).status_code == 200


def test_somebody_without_a_school_is_told_why_not(client: Client, people: Cast):
    client.force_login(people.editor)
    assert client.get(reverse("upload")).status_code == 403
    assert client.post(reverse("draft_create"), {"school": people.school.pk}).status_code == 400


def test_a_script_gets_the_drafts_addresses_and_attaches_to_it(author: Client, people: Cast):
    made = author.post(reverse("draft_create"), {"school": people.school.pk}).json()
    blob = BlobFactory(school=people.school, uploaded_by=people.author, declared_name="洗手.pptx")
    answer = author.post(made["files"], {"blob": str(blob.uid)}, headers={"Accept": "application/json"})
    resource = Resource.objects.get(pk=made["id"])
    assert answer.json()["revision"] == resource.latest_revision_id
    assert answer.json()["stamp"] == drafts.stamp_of(resource)
    assert "洗手" in author.get(made["files"]).content.decode()


def test_a_record_is_saved_and_shown_again(author: Client, people: Cast):
    resource = people.draft()
    assert author.post(page_of(resource), record(resource)).status_code == 302
    draft = Resource.objects.get(pk=resource.pk).get_latest_revision_as_object()
    assert draft.keywords == ["洗手", "照护", "托育", "七步洗手"]
    assert draft.creators == "林老师、周老师"
    assert draft.visibility == "alliance"
    assert "林老师、周老师" in author.get(page_of(resource)).content.decode()


def test_an_empty_record_is_saved_too(author: Client, people: Cast):
    resource = people.draft()
    empty = {"based_on": drafts.stamp_of(resource), "do": "save"}
    assert author.post(page_of(resource), empty).status_code == 302
    assert "还差 9 项" in author.get(page_of(resource)).content.decode()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("title", "填写题名"),
        ("resource_type", "选一种资源类型"),
        ("levels", "学段层次"),
        ("programmes", "至少选一个专业"),
        ("audiences", "适用对象"),
        ("creators", "写明作者"),
        ("licence", "还没有选授权范围"),
        ("portraits", "肖像"),
        ("generated_content", "人工智能"),
        ("commitment", "承诺书"),
    ],
)
def test_submitting_names_everything_that_is_missing(author: Client, people: Cast, field: str, words: str):
    resource = people.draft()
    answer = author.post(page_of(resource), record(resource, "submit", **{field: None}))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'href="#f-{field}"' in page
    assert f'id="f-{field}"' in page
    assert words in page
    assert not Resource.objects.get(pk=resource.pk).workflow_in_progress
    assert not Commitment.objects.exists()


def test_a_complete_record_is_submitted_with_its_commitment(author: Client, people: Cast):
    resource = people.draft()
    answer = author.post(page_of(resource), record(resource, "submit"), follow=True)
    assert "已提交" in answer.content.decode()
    signed = Commitment.objects.get(resource=resource)
    fresh = Resource.objects.get(pk=resource.pk)
    assert (signed.signed_by, signed.revision_id) == (people.author, fresh.latest_revision_id)
    assert signed.text_version
    assert fresh.workflow_in_progress


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "received", "sha256": None, "verified_at": None}, "还在核对"),
        ({"state": "rejected", "reason": "encrypted"}, "没有通过核对"),
    ],
)
def test_files_must_have_been_checked(author: Client, people: Cast, fields: dict[str, Any], words: str):
    blob = BlobFactory(school=people.school, uploaded_by=people.author, **fields)
    resource = people.draft(files=[blob])
    answer = author.post(page_of(resource), record(resource, "submit"))
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_a_resource_without_files_is_not_submitted(author: Client, people: Cast):
    resource = people.draft(files=[])
    answer = author.post(page_of(resource), record(resource, "submit"))
    assert 'href="#f-files"' in answer.content.decode()


def test_what_somebody_else_saved_is_not_lost_and_neither_is_what_was_typed(author: Client, people: Cast):
    resource = people.draft()
    stale = record(resource, title="我的题名")
    drafts.save(who=people.reviewer, resource_id=resource.pk, data={"title": "审核人改的"})
    answer = author.post(page_of(resource), stale)
    assert answer.status_code == 409
    assert "我的题名" in answer.content.decode()
    assert Resource.objects.get(pk=resource.pk).latest_revision.content["title"] == "审核人改的"


def test_during_review_the_page_offers_to_take_it_back(author: Client, people: Cast):
    resource = people.submitted()
    page = author.get(page_of(resource)).content.decode()
    assert 'name="title"' not in page
    assert reverse("draft_take_back", args=[resource.pk]) in page
    author.post(reverse("draft_take_back", args=[resource.pk]))
    assert 'name="title"' in author.get(page_of(resource)).content.decode()


def test_a_returned_resource_starts_again_at_the_first_stage(author: Client, people: Cast):
    resource = people.in_alliance_review()
    send_back(resource, people.editor)
    assert author.post(page_of(resource), record(resource, "submit")).status_code == 302
    task = Resource.objects.get(pk=resource.pk).current_workflow_task
    assert task.stage == "school"
    assert Commitment.objects.filter(resource=resource).count() == 2


def test_submitting_what_is_published_already_says_so(people: Cast):
    resource = people.published()
    with pytest.raises(review.NothingNew):
        review.submit(who=people.author, resource_id=resource.pk, commitment=True)


GARBAGE: list[dict[str, Any]] = [
    {"resource_type": "x"},
    {"levels": ["999999", "y"]},
    *(
        {name: ["9" * 30]}
        for name in ("levels", "programmes", "audiences", "age_bands", "care_domains", "course_units")
    ),
    {"levels": ["²"]},
    {"resource_type": "9" * 30},
    {"licence": "9" * 30},
    {"granularity": "9" * 30},
    {"licence": "-1"},
    {"visibility": "everybody"},
    {"portraits": "some"},
    {"title": "长" * 201},
    {"title": "\x00"},
    {"keywords": "、".join("词" * 3 + str(number) for number in range(30))},
    {"go_live_at": "gestern"},
    {"expire_at": "2026-13-41T99:99"},
    {"based_on": "9" * 400},
    {"language": "klingon"},
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=[str(one)[:28] for one in GARBAGE])
def test_garbage_gets_a_message_and_changes_nothing(author: Client, people: Cast, garbage: dict[str, Any]):
    resource = people.draft()
    answer = author.post(page_of(resource), record(resource, **garbage))
    assert answer.status_code == 400
    assert "notice--bad" in answer.content.decode()
    assert Resource.objects.get(pk=resource.pk).latest_revision_id == resource.latest_revision_id


def test_what_is_one_line_is_kept_as_one_line(author: Client, people: Cast):
    resource = people.draft()
    pasted = {"title": "七步\r\n洗手法\t", "creators": "林\u2028周", "description": "一\r\n二"}
    assert author.post(page_of(resource), record(resource, **pasted)).status_code == 302
    draft = Resource.objects.get(pk=resource.pk).get_latest_revision_as_object()
    assert (draft.title, draft.creators) == ("七步 洗手法", "林 周")
    assert draft.description.splitlines() == ["一", "二"]
    made = author.post(reverse("upload"), {"school": people.school.pk, "title": "两\n行"}).url
    assert Resource.objects.get(pk=made.strip("/").rpartition("/")[2]).title == "两 行"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("draft_files", {"blob": "no-uid"}),
        ("draft_files", {"blob": "00000000-0000-4000-8000-000000000000"}),
        ("draft_file_order", {"file": ["x", "y"]}),
        ("withdraw", {}),
        ("visibility", {"visibility": "x"}),
        ("draft_take_back", {}),
        ("cancel_schedule", {}),
    ],
)
def test_garbage_on_the_buttons_gets_a_message(author: Client, people: Cast, name: str, data: dict[str, Any]):
    resource = people.draft()
    answer = author.post(reverse(name, args=[resource.pk]), data, follow=True)
    assert answer.status_code in (200, 404)


def test_my_list_costs_the_same_for_one_and_for_many(author: Client, people: Cast):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert author.get(reverse("workspace")).status_code == 200
        return len(queries)

    people.published()
    people.submitted()
    returned = people.submitted()
    send_back(returned, people.reviewer)
    author.get(reverse("workspace"))
    one = cost()
    for _number in range(3):
        people.draft()
        people.submitted()
    send_back(people.submitted(), people.reviewer)
    assert cost() == one


def test_the_list_says_where_everything_stands(author: Client, people: Cast):
    people.draft(title="草稿甲", creators="")
    people.submitted(title="初审乙")
    people.in_alliance_review(title="复审丙")
    people.published(title="发布丁")
    send_back(people.submitted(title="退回戊"), people.reviewer, "请补依据")
    page = author.get(reverse("workspace")).content.decode()
    for words in ("草稿甲", "院校初审中", "联盟复审中", "已发布", "请补依据", "还差 1 项"):
        assert words in page
    assert "发布丁" not in author.get(reverse("workspace"), {"state": "draft"}).content.decode()
    assert author.get(reverse("workspace"), {"state": "<x>", "page": "-9"}).status_code == 200


def test_a_reviewer_sees_the_schools_drafts_but_no_other_schools(client: Client, people: Cast):
    other = make_cast()
    mine, theirs = people.draft(title="本校草稿"), other.draft(title="别校草稿")
    client.force_login(people.reviewer)
    page = client.get(reverse("workspace"), {"scope": "all"}).content.decode()
    assert mine.title in page
    assert theirs.title not in page
    client.force_login(people.teacher)
    assert mine.title not in client.get(reverse("workspace"), {"scope": "all"}).content.decode()


def test_who_left_sees_no_drafts_that_would_not_open_and_is_told_where_they_are(author: Client, people: Cast):
    resource = people.draft(title="还没写完")
    people.author.memberships.update(active=False)
    page = author.get(reverse("workspace")).content.decode()
    assert "还没写完" not in page
    assert "仍保留在原院校" in page
    assert author.get(reverse("draft", args=[resource.pk])).status_code == 404


def test_a_preview_that_failed_can_be_tried_again_from_the_page_that_says_so(people: Cast) -> None:
    """By plain buttons: the row of the upload, which had one, is gone by then."""
    resource = people.submitted()
    file = resource.latest_revision.files.get()
    again = reverse("draft_file_retry", args=[resource.pk, file.uid])
    for who, page in ((people.author, "draft"), (people.reviewer, "review")):
        FilePreview.objects.update(state="failed", reason="timed_out")
        client = Client()
        client.force_login(who)
        shown = client.get(reverse(page, args=[resource.pk])).content.decode()
        assert f'action="{again}"' in shown
        assert f"再试一次：{file.name}" in shown
        answer = client.post(again, {"back": page})
        assert answer.url == reverse(page, args=[resource.pk]) + "#files"
        assert FilePreview.objects.get().state == "waiting"
        assert again not in client.get(reverse("draft_files", args=[resource.pk])).content.decode()
    said = client.post(again, follow=True).content.decode()
    assert "正在处理" in said


def test_a_file_that_was_removed_or_taken_down_is_not_tried_again(author: Client, people: Cast) -> None:
    resource = people.published()
    uid = resource.latest_revision.files.get().uid
    FilePreview.objects.update(state="failed", reason="timed_out")
    live.remove_file(who=people.author, resource_id=resource.pk, file_uid=uid, reason="肖像")
    again = reverse("draft_file_retry", args=[resource.pk, uid])
    assert again not in author.get(reverse("draft", args=[resource.pk])).content.decode()
    nowhere = reverse("draft_file_retry", args=[resource.pk, "00000000-0000-4000-8000-000000000000"])
    assert author.post(nowhere, follow=True).status_code == 200
    assert FilePreview.objects.get().state == "failed"


def test_readers_are_not_told_to_try_again(client: Client, people: Cast) -> None:
    resource = people.published(visibility="public")
    FilePage.objects.all().delete()
    FilePreview.objects.update(state="failed", reason="timed_out", page_count=0)
    page = client.get(resource.get_absolute_url()).content.decode()
    assert "预览生成失败" in page
    assert "重试" not in page


def test_a_keyword_with_nul_is_refused_with_a_message_and_not_by_the_database(author: Client, people: Cast):
    resource = people.draft()
    answer = author.post(page_of(resource), record(resource, keywords="洗手、\x00照护"))
    assert answer.status_code == 400
    assert Resource.objects.get(pk=resource.pk).latest_revision_id == resource.latest_revision_id


def autosave(author: Client, resource: Resource, **changes: Any) -> Any:
    return author.post(
        page_of(resource), record(resource, "autosave", **changes), headers={"Accept": "application/json"}
    )


def test_typed_text_is_saved_by_the_page_with_the_time_and_what_is_missing(author: Client, people: Cast):
    resource = people.draft()
    answer = autosave(author, resource, title="正在写", creators="")
    assert answer.status_code == 200
    fresh = Resource.objects.get(pk=resource.pk)
    assert fresh.latest_revision.content["title"] == "正在写"
    assert answer.json()["stamp"] == drafts.stamp_of(fresh)
    assert "已自动保存" in answer.json()["progress"]
    assert "还差 1 项" in answer.json()["progress"]
    assert "还差 1 项" in answer.json()["steps"]


def test_typing_for_an_hour_makes_one_revision_and_one_entry_in_the_log(author: Client, people: Cast):
    resource = people.published()
    before = resource.revisions.count()
    for title in ("一", "一二", "一二三", "一二三"):
        assert autosave(author, resource, title=title).status_code == 200
    fresh = Resource.objects.get(pk=resource.pk)
    assert fresh.latest_revision.content["title"] == "一二三"
    assert fresh.revisions.count() == before + 1
    assert fresh.latest_revision.files.count() == 1
    assert ModelLogEntry.objects.filter(action="resources.save_draft").count() == 1
    assert fresh.title == resource.title


def test_the_revision_a_reviewer_returned_is_not_overwritten(author: Client, people: Cast):
    resource = people.submitted()
    submitted = resource.latest_revision_id
    send_back(resource, people.reviewer)
    assert autosave(author, resource, title="改过").status_code == 200
    assert Resource.objects.get(pk=resource.pk).latest_revision_id != submitted


def test_the_second_tab_is_told_and_may_then_decide(author: Client, people: Cast):
    resource = people.draft(title="原来的题名")
    second_tab = record(resource, "autosave", title="第二页写的")
    autosave(author, resource, title="第一页写的")
    answer = author.post(page_of(resource), second_tab, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    told = answer.json()
    assert told["code"] == "draft_changed"
    assert "第一页写的" in told["conflict"]
    assert Resource.objects.get(pk=resource.pk).latest_revision.content["title"] == "第一页写的"
    again = author.post(
        page_of(resource), second_tab | {"based_on": told["stamp"]}, headers={"Accept": "application/json"}
    )
    assert again.status_code == 200
    assert Resource.objects.get(pk=resource.pk).latest_revision.content["title"] == "第二页写的"


def test_the_steps_follow_the_list_of_files(author: Client, people: Cast):
    resource = people.draft()
    working = BlobFactory(school=people.school, uploaded_by=people.author)
    FilePreview.objects.create(blob=working, state="rendering")
    drafts.attach_files(who=people.author, resource_id=resource.pk, blob_uids=[working.uid])
    files = reverse("draft_files", args=[resource.pk])
    assert "2 个，1 个正在处理" in author.get(files).content.decode()
    FilePreview.objects.update(state="ready")
    assert "2 个，都好了" in author.get(files).content.decode()


def test_a_file_from_another_tab_is_no_conflict_with_what_is_typed(author: Client, people: Cast):
    resource = drafts.create(who=people.author, school_id=people.school.pk)
    typed = record(resource, "autosave", title="", description="边传边填")
    blob = BlobFactory(school=people.school, uploaded_by=people.author, declared_name="洗手课件.pptx")
    files = reverse("draft_files", args=[resource.pk])
    attached = author.post(files, {"blob": blob.uid}, headers={"Accept": "application/json"}).json()
    assert attached["before"] == typed["based_on"] != attached["stamp"]
    saved = author.post(page_of(resource), typed, headers={"Accept": "application/json"})
    assert saved.status_code == 200
    assert saved.json()["title"] == "洗手课件"
    assert Resource.objects.get(pk=resource.pk).latest_revision.content["description"] == "边传边填"


def test_without_javascript_the_second_tab_sees_both_and_saves_again(author: Client, people: Cast):
    resource = people.draft(title="原来的题名")
    second_tab = record(resource, title="第二页写的")
    author.post(page_of(resource), record(resource, title="第一页写的"))
    answer = author.post(page_of(resource), second_tab)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "第二页写的" in page
    assert "第一页写的" in page
    stamp = drafts.stamp_of(Resource.objects.get(pk=resource.pk))
    assert f'name="based_on" value="{stamp}"' in page
    assert author.post(page_of(resource), second_tab | {"based_on": stamp}).status_code == 302


def test_a_stamp_nobody_gave_out_overwrites_nothing(author: Client, people: Cast):
    resource = people.draft(title="原来的题名")
    assert author.post(page_of(resource), record(resource, based_on="abc")).status_code == 409
    assert Resource.objects.get(pk=resource.pk).latest_revision.content["title"] == "原来的题名"


def test_the_page_saves_the_other_fields_when_one_is_refused_and_names_it(author: Client, people: Cast):
    resource = people.draft(title="原来的题名")
    answer = autosave(author, resource, title="长" * 201, description="这一栏没有错")
    assert answer.status_code == 200
    assert answer.json()["refused"].startswith("题名：")
    fresh = Resource.objects.get(pk=resource.pk)
    assert fresh.latest_revision.content["description"] == "这一栏没有错"
    assert fresh.latest_revision.content["title"] == "原来的题名"
    assert answer.json()["stamp"] == drafts.stamp_of(fresh)


def test_the_page_saves_the_other_fields_when_two_dates_do_not_fit(author: Client, people: Cast):
    resource = people.draft()
    dates = {"go_live_at": "2031-05-02T08:00", "expire_at": "2031-05-01T08:00"}
    answer = autosave(author, resource, description="这一栏没有错", **dates)
    assert answer.status_code == 200
    assert "要晚于发布时间" in answer.json()["refused"]
    content = Resource.objects.get(pk=resource.pk).latest_revision.content
    assert content["description"] == "这一栏没有错"
    assert content["expire_at"] is None


def test_an_entry_that_the_draft_refuses_stands_beside_its_field(author: Client, people: Cast):
    resource = people.draft()
    dates = {"go_live_at": "2031-05-02T08:00", "expire_at": "2031-05-01T08:00"}
    page = author.post(page_of(resource), record(resource, **dates)).content.decode()
    field = page[page.index('id="f-expire_at"') :]
    assert "要晚于发布时间" in field[: field.index("</div>")]


def test_a_submitted_draft_is_not_saved_by_an_open_tab(author: Client, people: Cast):
    resource = people.submitted()
    answer = autosave(author, resource, title="改过")
    assert answer.status_code == drafts.UnderReview.http_status
    assert answer.json()["message"] == drafts.UnderReview.message


def test_enter_in_a_text_field_saves_and_submits_nothing(author: Client, people: Cast):
    """A browser presses the first submit button of the form."""
    page = author.get(page_of(people.draft())).content.decode()
    form = page[page.index('id="record"') :]
    first = form[form.index("<button") : form.index("</button>")]
    assert 'value="save"' in first


def test_the_three_steps_say_what_each_lacks(author: Client, people: Cast):
    resource = people.draft(creators="", licence=None)
    page = author.get(page_of(resource)).content.decode()
    steps = page[page.index("data-steps") : page.index('id="f-files"')]
    assert "1 个，都好了" in steps
    assert steps.count("还差 1 项") == 2
    assert page.index('id="f-age_bands"') < page.index("<details", page.index('id="record"'))
    assert "stickbar" in page
