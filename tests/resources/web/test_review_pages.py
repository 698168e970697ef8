"""The reviewer's queue and review page over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from resources.models import Aspect, FilePreview, Resource, ReviewDecision
from tests.factories import BlobFactory, person, run_jobs
from tests.factories.cast import Cast, approve, make_cast, send_back
from tests.resources.web.review_form_data import review_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return make_cast()


def test_the_queue_lists_what_waits_for_this_reviewer_and_nobody_elses(client: Client, people: Cast):
    mine = people.submitted(title="洗手的七个步骤")
    other = make_cast()
    theirs = other.submitted(title="别校的资源")
    client.force_login(people.reviewer)
    page = client.get(reverse("review_queue")).content.decode()
    assert mine.title in page
    assert theirs.title not in page


def test_editors_see_a_submission_only_after_the_school_has_approved(client: Client, people: Cast):
    resource = people.submitted(title="洗手的七个步骤")
    client.force_login(people.editor)
    assert resource.title not in client.get(reverse("review_queue")).content.decode()
    approve(resource, people.reviewer)
    assert resource.title in client.get(reverse("review_queue")).content.decode()


def test_a_teacher_has_no_queue(client: Client, people: Cast):
    client.force_login(people.teacher)
    assert client.get(reverse("review_queue")).status_code == 403


def test_the_queue_costs_the_same_for_one_and_for_many(
    client: Client, people: Cast, django_assert_max_num_queries: Any
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    people.submitted()
    client.force_login(people.reviewer)
    client.get(reverse("review_queue"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(reverse("review_queue"))
    for _number in range(4):
        people.submitted()
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("review_queue"))
    assert len(many) == len(one)


def test_the_desk_shows_pages_record_and_seven_aspects(client: Client, people: Cast):
    resource = people.submitted(title="洗手的七个步骤", pages=["第一页文字：掌心相对"])
    client.force_login(people.reviewer)
    answer = client.get(reverse("review", args=[resource.pk]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "掌心相对" in page
    assert "林老师" in page
    for aspect in Aspect:
        assert f'name="{aspect.value}-verdict"' in page


def test_approving_twice_publishes(client: Client, people: Cast):
    resource = people.submitted()
    for who in (people.reviewer, people.editor):
        client.force_login(who)
        answer = client.post(reverse("review", args=[resource.pk]), review_form(resource, "approve"))
        assert answer.status_code == 302, answer.content.decode()
    assert Resource.objects.get(pk=resource.pk).live
    first, second = ReviewDecision.objects.order_by("decided")
    assert (first.stage, second.stage) == ("school", "alliance")
    assert first.verdicts.count() == 7


@pytest.mark.parametrize("missing", Aspect.values)
def test_approval_needs_every_single_aspect(client: Client, people: Cast, missing: str):
    resource = people.submitted()
    client.force_login(people.reviewer)
    answer = client.post(
        reverse("review", args=[resource.pk]), review_form(resource, "approve", **{f"{missing}-verdict": None})
    )
    assert answer.status_code == 409
    assert "七项" in answer.content.decode()
    assert not ReviewDecision.objects.exists()


def test_an_aspect_that_is_not_met_can_not_be_approved(client: Client, people: Cast):
    resource = people.submitted()
    client.force_login(people.reviewer)
    wish = review_form(resource, "approve", **{"scientific-verdict": "fails", "scientific-note": "剂量写错了"})
    assert client.post(reverse("review", args=[resource.pk]), wish).status_code == 409
    assert not ReviewDecision.objects.exists()


def test_a_doubt_needs_a_note(client: Client, people: Cast):
    resource = people.submitted()
    client.force_login(people.reviewer)
    wish = review_form(resource, "approve", **{"scientific-verdict": "doubtful"})
    answer = client.post(reverse("review", args=[resource.pk]), wish)
    assert answer.status_code == 400
    assert 'href="#a-scientific"' in answer.content.decode()


def test_returning_needs_a_reason_and_keeps_what_was_typed(client: Client, people: Cast):
    resource = people.submitted()
    client.force_login(people.reviewer)
    wish = review_form(resource, "return", **{"timely-verdict": "doubtful", "timely-note": "标准已经换版"})
    answer = client.post(reverse("review", args=[resource.pk]), wish)
    assert answer.status_code == 409
    assert "标准已经换版" in answer.content.decode()
    assert not ReviewDecision.objects.exists()


def test_a_returned_author_reads_the_reason_and_where_it_points(client: Client, people: Cast, mailoutbox: list[Any]):
    resource = people.submitted()
    uid = resource.latest_revision.files.get().uid
    client.force_login(people.reviewer)
    pointing = {
        "scientific-verdict": "doubtful",
        "scientific-note": "注明所依据的指南",
        "scientific-place": f"file:{uid}",
        "scientific-page": "9",
        "standard-verdict": "fails",
        "standard-note": "授权不清楚",
        "standard-place": "field:licence",
    }
    answer = client.post(
        reverse("review", args=[resource.pk]), review_form(resource, "return", comment="请改两处", **pointing)
    )
    assert answer.status_code == 302
    client.force_login(people.author)
    page = client.get(reverse("draft", args=[resource.pk])).content.decode()
    for words in ("请改两处", "注明所依据的指南", "第 9 页", "授权不清楚"):
        assert words in page
    assert "请改两处" in client.get(reverse("notices")).content.decode()
    run_jobs(only="deliver_notice")
    to_author = [mail for mail in mailoutbox if mail.to == [people.author.email]]
    assert len(to_author) == 1
    assert "请改两处" in to_author[0].body


def test_nobody_decides_on_their_own_work(client: Client, people: Cast):
    resource = people.submitted(contributor=people.author)
    own = people.draft(contributor=people.reviewer)
    from resources.publishing import review

    review.submit(who=people.reviewer, resource_id=own.pk, commitment=True)
    client.force_login(people.reviewer)
    assert own.title not in client.get(reverse("review_queue")).content.decode()
    assert client.post(reverse("review", args=[own.pk]), review_form(own, "approve")).status_code == 403
    assert client.post(reverse("review", args=[resource.pk]), review_form(resource, "approve")).status_code == 302


def test_a_reviewer_of_another_school_gets_404(client: Client, people: Cast):
    resource = people.submitted()
    client.force_login(person("reviewer"))
    address = reverse("review", args=[resource.pk])
    assert client.get(address).status_code == 404
    assert client.post(address, review_form(resource, "approve")).status_code == 404
    assert not ReviewDecision.objects.exists()


def test_the_author_is_shown_the_draft_page_instead(client: Client, people: Cast):
    resource = people.submitted()
    client.force_login(people.author)
    assert client.get(reverse("review", args=[resource.pk])).url == reverse("draft", args=[resource.pk])


def test_a_decision_that_came_too_late_says_so(client: Client, people: Cast):
    resource = people.submitted()
    late = review_form(resource, "return", comment="太晚了")
    approve(resource, people.manager)
    client.force_login(people.reviewer)
    answer = client.post(reverse("review", args=[resource.pk]), late)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "这件资源已由其他审核人审核。" in page
    assert "太晚了" in page, "what was typed is kept"
    assert ReviewDecision.objects.count() == 1


def test_a_stale_page_of_stage_one_does_not_decide_on_stage_two(client: Client, people: Cast):
    """An editor with a stale page of the first stage must not decide the second."""
    lonely = make_cast()
    for member in (lonely.reviewer, lonely.manager):
        member.memberships.update(active=False)
    resource = lonely.submitted()
    stale = review_form(resource, "approve")
    approve(resource, people.editor)
    client.force_login(lonely.editor)
    assert client.post(reverse("review", args=[resource.pk]), stale).status_code == 409
    assert not Resource.objects.get(pk=resource.pk).live


@pytest.mark.parametrize(
    "garbage",
    [
        {},
        {"revision": "x", "task_state": "-1", "decision": "burn"},
        {"revision": "9" * 30, "task_state": "9" * 30, "decision": "approve"},
        {"scientific-verdict": "wonderful"},
        {"scientific-place": "file:not-a-uid", "scientific-verdict": "meets"},
        {"scientific-page": "99999999999999999999", "scientific-verdict": "meets"},
        {"comment": "\x00"},
    ],
)
def test_garbage_is_refused_with_a_message(client: Client, people: Cast, garbage: dict[str, str]):
    resource = people.submitted()
    client.force_login(people.reviewer)
    data = review_form(resource, "approve", **garbage) if garbage else {}
    answer = client.post(reverse("review", args=[resource.pk]), data)
    assert answer.status_code == 400
    assert "notice--bad" in answer.content.decode()
    assert not ReviewDecision.objects.exists()


UNSEEN = {
    "no preview": {"state": "none", "reason": "media"},
    "still being made": {"state": "rendering", "page_count": 20, "pages_done": 3},
    "failed": {"state": "failed", "reason": "crashed"},
    "text without the pictures": {"state": "outline", "reason": "timed_out", "page_count": 20},
    "names of an archive": {"state": "outline", "reason": "archive", "page_count": 1},
}


def submitted_with(people: Cast, preview: dict[str, Any]) -> Resource:
    """A submission with a deck that can be looked at and a film that has this preview."""
    deck = BlobFactory(school=people.school, uploaded_by=people.author, pages=["第一页"])
    film = BlobFactory(school=people.school, uploaded_by=people.author, declared_name="示范.mp4")
    FilePreview.objects.create(blob=film, **preview)
    return people.submitted(files=[deck, film])


@pytest.mark.parametrize("preview", UNSEEN.values(), ids=UNSEEN)
def test_a_file_that_the_page_does_not_show_must_be_opened_before_approving(
    client: Client, people: Cast, preview: dict[str, Any]
):
    resource = submitted_with(people, preview)
    _deck, film = resource.latest_revision.files.all()
    client.force_login(people.reviewer)
    address = reverse("review", args=[resource.pk])
    page = client.get(address).content.decode()
    assert page.count('name="opened"') == 1
    assert f'value="{film.uid}"' in page
    refused = client.post(address, review_form(resource, "approve"))
    assert refused.status_code == 409
    assert "逐个打开看过并勾选：示范.mp4" in refused.content.decode()
    assert not ReviewDecision.objects.exists()
    assert client.post(address, review_form(resource, "approve", opened=[str(film.uid)])).status_code == 302
    assert ReviewDecision.objects.get().decision == "approved"


def test_returning_needs_no_file_opened(client: Client, people: Cast):
    resource = submitted_with(people, UNSEEN["no preview"])
    client.force_login(people.reviewer)
    wish = review_form(resource, "return", comment="影片打不开")
    assert client.post(reverse("review", args=[resource.pk]), wish).status_code == 302


def test_a_page_with_all_files_shown_asks_for_nothing_to_be_opened(client: Client, people: Cast):
    resource = people.submitted()
    client.force_login(people.reviewer)
    assert 'name="opened"' not in client.get(reverse("review", args=[resource.pk])).content.decode()


def test_without_script_one_button_finds_the_rest_met_and_keeps_what_was_chosen(client: Client, people: Cast):
    resource = people.submitted()
    client.force_login(people.reviewer)
    chosen = {f"{aspect}-verdict": None for aspect in Aspect.values}
    chosen |= {"scientific-verdict": "doubtful", "scientific-note": "请注明依据"}
    page = client.post(reverse("review", args=[resource.pk]), review_form(resource, "rest", comment="写得好", **chosen))
    html = page.content.decode()
    assert page.status_code == 200
    assert html.count('value="meets" id="id') == 7
    assert len([box for box in html.split("<input") if "checked" in box and 'value="meets"' in box]) == 6
    assert "请注明依据" in html
    assert "写得好" in html
    assert not ReviewDecision.objects.exists()


def test_after_a_decision_the_next_submission_opens_and_after_the_last_one_the_queue(client: Client, people: Cast):
    first, second = people.submitted(title="第一件"), people.submitted(title="第二件")
    client.force_login(people.reviewer)
    page = client.get(reverse("review", args=[first.pk])).content.decode()
    assert "第 1 件，共 2 件待审" in page
    assert "第二件" in page
    answer = client.post(reverse("review", args=[first.pk]), review_form(first, "approve"))
    assert answer.url == reverse("review", args=[second.pk])
    assert "已通过" in client.get(answer.url).content.decode()
    answer = client.post(reverse("review", args=[second.pk]), review_form(second, "approve"))
    assert answer.url == reverse("review_queue")


def test_after_a_decision_in_the_middle_the_later_one_comes_before_those_passed_over(client: Client, people: Cast):
    first, second, third = (people.submitted() for _number in range(3))
    client.force_login(people.reviewer)
    answer = client.post(reverse("review", args=[second.pk]), review_form(second, "approve"))
    assert answer.url == reverse("review", args=[third.pk])
    answer = client.post(answer.url, review_form(third, "approve"))
    assert answer.url == reverse("review", args=[first.pk])


def test_the_last_approval_says_whether_it_is_published_now_or_when(client: Client, people: Cast):
    now = people.in_alliance_review()
    later = people.in_alliance_review(go_live_at=timezone.now() + timedelta(days=3))
    client.force_login(people.editor)
    client.post(reverse("review", args=[now.pk]), review_form(now, "approve"))
    assert "已通过，已发布。" in client.get(reverse("review_queue")).content.decode()
    client.post(reverse("review", args=[later.pk]), review_form(later, "approve"))
    date = timezone.localtime(later.latest_revision.as_object().go_live_at).strftime("%Y-%m-%d %H:%M")
    assert f"已通过，将在 {date} 发布。" in client.get(reverse("review_queue")).content.decode()


def progress(client: Client, resource: Resource) -> str:
    """The words of the progress on the page of the draft; empty if there is none."""
    page = BeautifulSoup(client.get(reverse("draft", args=[resource.pk])).content, "html.parser")
    way = page.find(class_="way")
    return " ".join(way.get_text(" ", strip=True).split()) if way else ""


def test_the_author_sees_the_steps_with_dates_and_whose_turn_it_is(client: Client, people: Cast):
    resource = people.submitted()
    client.force_login(people.author)
    today = timezone.localdate().isoformat()
    words = progress(client, resource)
    assert f"提交 {today}" in words
    assert "院校初审中 等" in words
    assert str(people.reviewer) in words
    assert "联盟复审 还没到 发布 还没到" in words
    approve(resource, people.reviewer)
    words = progress(client, resource)
    assert f"院校初审 {today}" in words
    assert f"联盟复审中 等{people.editor}审核" in words


def test_a_returned_submission_shows_where_it_was_returned_and_a_draft_no_progress(client: Client, people: Cast):
    resource = people.submitted()
    send_back(resource, people.reviewer)
    client.force_login(people.author)
    assert "院校初审，退回" in progress(client, resource)
    assert progress(client, people.draft()) == ""


def test_the_page_keeps_submission_and_commitment_apart(client: Client, people: Cast):
    resource = people.submitted(title="洗手的七个步骤")
    client.force_login(people.reviewer)
    page = BeautifulSoup(client.get(reverse("review", args=[resource.pk])).content, "html.parser")
    words = " ".join(page.select_one(".pagehead__sub").get_text().split())
    assert re.search(r"提交，\s?.* 签署承诺书", words), words
