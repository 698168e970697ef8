"""The list of my resources: its states, and what it reads however many drafts there are."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from resources.models import Resource
from resources.publishing import live, review
from resources.publishing.status import State, status_of, statuses_of, with_state
from resources.web.workspace import my_resources
from resources.web.workspace.draft_page import allowed_actions
from tests.factories.cast import Cast, approve, make_cast, send_back
from tests.factories.resources import ResourceFactory

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
        "": 8,
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


def test_what_was_returned_comes_first_then_drafts_then_the_rest(client: Client, people: Cast):
    returned = people.submitted(title="退回的")
    send_back(returned, people.reviewer)
    people.draft(title="草稿的")
    people.submitted(title="送审的")
    client.force_login(people.author)
    page = client.get(reverse("workspace")).content.decode()
    assert page.index("退回的") < page.index("草稿的") < page.index("送审的")
