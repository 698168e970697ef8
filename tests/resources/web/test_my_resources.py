"""The list of my resources: its states, and what it reads however many drafts there are."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState

from resources.models import FilePage, FileRemoval, Resource
from resources.publishing import live, review
from resources.publishing.status import State, status_of, statuses_of, with_state
from resources.web.workspace.draft_page import allowed_actions
from resources.web.workspace.landing import my_resources
from tests.factories.cast import Cast, approve, make_cast, send_back
from tests.factories.resources import BlobFactory, ResourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return make_cast()


def queries_and_rows(client: Client, monkeypatch: pytest.MonkeyPatch, **query: str) -> tuple[int, int]:
    """How many queries the list sends, and how many resources it reads."""
    read = []
    from_db = Resource.from_db.__func__  # type: ignore[attr-defined]

    def counted(cls: Any, *args: Any) -> Any:
        read.append(1)
        return from_db(cls, *args)

    with (
        monkeypatch.context() as patch,
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        patch.setattr(Resource, "from_db", classmethod(counted))
        assert client.get(reverse("workspace"), query).status_code == 200
    return len(queries), len(read)


@pytest.mark.parametrize("scope", ["", "all"])
def test_the_list_reads_one_page_however_many_drafts_there_are(
    client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch, scope: str
):
    monkeypatch.setattr(my_resources, "PER_PAGE", 3)
    monkeypatch.setattr(my_resources, "MOST_TO_DO", 3)
    who = people.reviewer if scope else people.author
    client.force_login(who)
    for _each in range(3):
        ResourceFactory(school=people.school, contributor=people.author)
    client.get(reverse("workspace"))
    few = queries_and_rows(client, monkeypatch, scope=scope)
    for _each in range(9):
        ResourceFactory(school=people.school, contributor=people.author)
    assert queries_and_rows(client, monkeypatch, scope=scope) == few
    assert few[1] == 3


def one_of_each(people: Cast) -> dict[str, Resource]:
    """A resource in each state."""
    found = {"draft": people.draft(), "school": people.submitted(), "alliance": people.in_alliance_review()}
    found |= {"returned": people.submitted(), "live": people.published()}
    send_back(found["returned"], people.reviewer)
    found["withdrawn"] = people.published()
    live.withdraw(who=people.author, resource_id=found["withdrawn"].pk, reason="有误")
    found["expired"] = people.published()
    found["expired"].unpublish(set_expired=True)
    found["scheduled"] = people.published()
    found["scheduled"].revisions.update(approved_go_live_at="2099-01-01T00:00Z")
    return found


def test_every_state_has_its_place_in_the_list(client: Client, people: Cast):
    resources = one_of_each(people)
    by_pk = {resource.pk: state for state, resource in resources.items()}
    assert {pk: status.state for pk, status in statuses_of(resources.values()).items()} == by_pk
    assert dict(with_state(Resource.objects.all()).values_list("pk", "state")) == by_pk
    client.force_login(people.author)
    context = client.get(reverse("workspace")).context
    assert {chip["value"]: chip["count"] for chip in context["chips"]} == {
        "all": 8,
        "review": 2,
        **dict.fromkeys(["draft", "returned", "live", "withdrawn", "expired", "scheduled"], 1),
    }
    for state in ("draft", "returned", "live", "withdrawn", "expired", "scheduled"):
        lines = client.get(reverse("workspace"), {"state": state}).context["lines"]
        assert [line.resource.pk for line in lines] == [resources[state].pk]
    lines = client.get(reverse("workspace"), {"state": "review"}).context["lines"]
    assert {line.resource.pk for line in lines} == {resources["school"].pk, resources["alliance"].pk}


def test_a_new_version_of_a_published_resource_is_a_draft_beside_it(people: Cast):
    resource = people.published()
    assert not status_of(resource).has_draft
    resource.get_latest_revision_as_object().save_revision(clean=False)
    status = status_of(Resource.objects.get(pk=resource.pk))
    assert (status.state, status.live, status.has_draft, status.task_state_id) == (State.LIVE, True, True, None)
    review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    status = status_of(Resource.objects.get(pk=resource.pk))
    assert (status.state, status.live, status.has_draft) == ("school", True, True)
    assert status.task_state_id == resource.current_workflow_state.current_task_state_id
    approve(resource, people.reviewer)
    assert status_of(resource).state == "alliance"


def test_the_draft_page_offers_what_state_and_role_allow(client: Client, people: Cast):
    """By state: what the author, a reviewer of the school, an editor and another school's teacher may do."""
    resources = one_of_each(people)
    keep = {"change_visibility", "set_embargo", "take_file_down", "withdraw"}
    write = {"edit", "submit"}
    expected = {
        "draft": (write | {"discard"}, write, {"edit"}),
        "school": ({"take_back"}, {"review"}, set()),
        "alliance": ({"take_back"}, set(), {"review"}),
        "returned": (write, write, write),
        "scheduled": (keep | {"cancel_date"}, keep | {"cancel_date"}, keep | {"cancel_date"}),
        "live": (write | keep, write | keep, write | keep),
        "withdrawn": (write, write, {"edit"}),
        "expired": (write | {"withdraw"}, write | {"withdraw"}, write | {"withdraw"}),
    }
    for state, resource in resources.items():
        fresh = Resource.objects.get(pk=resource.pk)
        status = status_of(fresh)
        users = (people.author, people.reviewer, people.editor)
        offered = [set(allowed_actions(user, fresh, status, decided=state != "draft")) for user in users]
        assert offered == list(expected[state]), state
        assert allowed_actions(people.stranger, fresh, status) == []
    offered = allowed_actions(people.manager, resources["draft"], status_of(resources["draft"]))
    assert offered == ["edit", "submit", "hand_over"]


def test_a_reviewer_lands_on_what_waits_for_their_review(client: Client, people: Cast):
    people.submitted(title="洗手环节的支持")
    client.force_login(people.reviewer)
    page = client.get(reverse("workspace")).content.decode()
    assert page.index('id="waiting-head"') < page.index("洗手环节的支持") < page.index('id="mine-head"')
    assert reverse("review_queue") in page


def test_an_editor_without_a_school_is_not_told_to_join_one(client: Client, people: Cast):
    people.in_alliance_review(title="安全睡眠")
    client.force_login(people.editor)
    page = client.get(reverse("workspace")).content.decode()
    assert "安全睡眠" in page
    assert "还没有院校" not in page
    assert reverse("wagtailadmin_home") in page


def test_an_editor_with_nothing_to_review_is_told_so(client: Client, people: Cast):
    client.force_login(people.editor)
    assert "没有在等你审核的资源。" in client.get(reverse("workspace")).content.decode()


def test_a_teacher_does_not_see_what_waits_for_others(client: Client, people: Cast):
    people.submitted(title="洗手环节的支持")
    client.force_login(people.teacher)
    assert "洗手环节的支持" not in client.get(reverse("workspace")).content.decode()


def test_what_needs_doing_stands_above_the_list_and_not_in_it(client: Client, people: Cast):
    resources = one_of_each(people)
    client.force_login(people.author)
    context = client.get(reverse("workspace")).context
    assert [line.resource.pk for line in context["to_do"]] == [resources["returned"].pk, resources["draft"].pk]
    in_review = {line.resource.pk for line in context["in_review"]}
    assert in_review == {resources["school"].pk, resources["alliance"].pk}
    listed = {line.resource.pk for line in context["lines"]}
    assert listed == {resources[state].pk for state in ("live", "withdrawn", "expired", "scheduled")}
    everything = client.get(reverse("workspace"), {"state": "all"}).context
    assert len(everything["lines"]) == 8
    assert not everything["to_do"]


def test_the_list_of_everything_is_by_need(client: Client, people: Cast):
    resources = one_of_each(people)
    client.force_login(people.author)
    lines = client.get(reverse("workspace"), {"state": "all"}).context["lines"]
    order = [line.resource.pk for line in lines]
    assert order[:2] == [resources["returned"].pk, resources["draft"].pk]
    assert set(order[2:4]) == {resources["school"].pk, resources["alliance"].pk}
    assert order[4] == resources["scheduled"].pk


def test_a_submission_shows_what_is_done_whose_turn_it_is_and_what_comes(client: Client, people: Cast):
    people.in_alliance_review(title="洗手环节")
    client.force_login(people.author)
    (line,) = client.get(reverse("workspace")).context["in_review"]
    assert [step.state for step in line.steps] == ["done", "done", "now", "next"]
    assert line.steps[0].people == (str(people.author),)
    assert line.steps[1].people == (str(people.reviewer),)
    page = client.get(reverse("workspace")).content.decode()
    for words in ("联盟复审中", "等联盟编辑审核"):
        assert words in page


def test_after_a_return_the_way_starts_anew(client: Client, people: Cast):
    resource = people.in_alliance_review()
    send_back(resource, people.editor)
    review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    client.force_login(people.author)
    (line,) = client.get(reverse("workspace")).context["in_review"]
    assert [step.state for step in line.steps] == ["done", "now", "next", "next"]


def test_the_list_says_what_is_missing_and_who_returned_it(client: Client, people: Cast):
    people.draft(creators="")
    send_back(people.submitted(), people.reviewer, "第 9 页请注明依据。")
    client.force_login(people.author)
    page = client.get(reverse("workspace")).content.decode()
    assert "还差 1 项：作者" in page
    assert str(people.reviewer) in page
    assert "第 9 页请注明依据。" in page


def test_use_is_written_out_and_no_use_is_not_two_zeros(client: Client, people: Cast):
    used, unused = people.published(title="看过的"), people.published(title="没看过的")
    used.stats.views, used.stats.downloads = 12, 3
    used.stats.save()
    client.force_login(people.author)
    page = client.get(reverse("workspace")).content.decode()
    assert "浏览 12，下载 3" in " ".join(page.split())
    assert "还没有人看过" in page
    assert unused.stats.views == 0


def test_the_queue_shows_the_first_page_of_each_submission_unless_it_was_taken_down(client: Client, people: Cast):
    deck = BlobFactory(school=people.school, uploaded_by=people.author, pages=["第一页"])
    FilePage.objects.filter(blob=deck).update(width=960, height=540, widths=[320, 960])
    resource = people.submitted(files=[deck])
    client.force_login(people.reviewer)
    line = client.get(reverse("review_queue")).context["lines"][0]
    assert line.image_url
    assert line.image_url in html.unescape(client.get(reverse("workspace")).content.decode())
    uid = resource.latest_revision.content["files"][0]["uid"]
    FileRemoval.objects.create(resource=resource, uid=uid, reason="肖像", removed_by=people.editor)
    assert client.get(reverse("review_queue")).context["lines"][0].image_url == ""


def test_a_submission_that_waits_long_is_marked(client: Client, people: Cast):
    people.submitted()
    client.force_login(people.reviewer)
    assert "今天送来" in client.get(reverse("review_queue")).content.decode()
    TaskState.objects.update(started_at=timezone.now() - timedelta(days=4))
    assert re.search(r"badge--warn.*?等了 4 天", client.get(reverse("review_queue")).content.decode(), re.S)


def test_what_was_returned_comes_first_then_drafts_then_the_rest(client: Client, people: Cast):
    returned = people.submitted(title="退回的")
    send_back(returned, people.reviewer)
    people.draft(title="草稿的")
    people.submitted(title="送审的")
    client.force_login(people.author)
    page = client.get(reverse("workspace")).content.decode()
    assert page.index("退回的") < page.index("草稿的") < page.index("送审的")


def test_a_reviewer_sees_what_they_returned_until_it_is_submitted_again_and_the_sums(client: Client, people: Cast):
    returned, approved = people.submitted(title="安抚案例三则"), people.submitted(title="洗手的七个步骤")
    send_back(returned, people.reviewer)
    approve(approved, people.reviewer)
    client.force_login(people.reviewer)
    page = client.get(reverse("workspace")).content.decode()
    section = page[page.index("退回后等老师改") : page.index("你审过的")]
    assert "安抚案例三则" in section
    assert "洗手的七个步骤" not in section
    assert re.findall(r'<dd class="num">(\d+)</dd>', page) == ["1", "1"]
    review.submit(who=people.author, resource_id=returned.pk, commitment=True)
    assert "退回后等老师改" not in client.get(reverse("workspace")).content.decode()


def test_an_author_and_another_reviewer_are_not_shown_that_return(client: Client, people: Cast):
    send_back(people.submitted(), people.reviewer)
    for other in (people.author, people.editor):
        client.force_login(other)
        assert "退回后等老师改" not in client.get(reverse("workspace")).content.decode()
