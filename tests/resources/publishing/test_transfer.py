"""Transfer of a resource to another contributor: who may, to whom, and its effect."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from members.models import Notice, User
from resources.models import Resource
from resources.publishing import drafts, review, transfer
from tests.factories import person
from tests.factories.cast import Cast, approve, make_cast, send_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return make_cast()


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def leave(who: User) -> None:
    who.memberships.update(active=False)


def offered(client: Client, resource: Resource) -> list[int]:
    page = client.get(reverse("draft", args=[resource.pk])).content.decode()
    box = re.search(r'<select name="contributor".*?</select>', page, flags=re.S)
    return [int(pk) for pk in re.findall(r'value="(\d+)"', box[0])] if box else []


def give(client: Client, resource: Resource, to: object) -> int:
    return client.post(reverse("hand_over", args=[resource.pk]), {"contributor": str(to)}).status_code


def test_the_work_of_somebody_who_left_is_submitted_by_a_colleague(people: Cast):
    resource = people.submitted(title="七步洗手")
    send_back(resource, people.reviewer)
    leave(people.author)
    manager = signed_in(people.manager)
    assert "提交人已不在该院校任职" in manager.get(reverse("draft", args=[resource.pk])).content.decode()
    assert people.teacher.pk in offered(manager, resource)
    assert give(manager, resource, people.teacher.pk) == 302
    assert "提交人已不在" not in manager.get(reverse("draft", args=[resource.pk])).content.decode()
    review.submit(who=people.teacher, resource_id=resource.pk, commitment=True)
    approve(resource, people.reviewer)
    approve(resource, people.editor)
    assert Resource.objects.get(pk=resource.pk).live
    assert signed_in(people.author).get(reverse("draft", args=[resource.pk])).status_code == 404


def test_both_are_told_and_the_log_keeps_it(people: Cast):
    resource = people.draft(title="七步洗手")
    give(signed_in(people.manager), resource, people.teacher.pk)
    told = {notice.user: notice.subject for notice in Notice.objects.all()}
    assert told == {people.teacher: "已移交给你：七步洗手", people.author: "已移交给同事：七步洗手"}
    entry = ModelLogEntry.objects.for_instance(resource).get(action="resources.hand_over")
    assert (entry.user, entry.data["old"], entry.data["new"]) == (people.manager, people.author.pk, people.teacher.pk)


def test_an_administrator_hands_over_too_and_back_again(people: Cast):
    resource = people.draft()
    administrator = signed_in(person("administrator"))
    for to in (people.teacher, people.author, people.teacher):
        assert give(administrator, resource, to.pk) == 302
        assert Resource.objects.get(pk=resource.pk).contributor == to
    assert Notice.objects.filter(user=people.teacher, subject__startswith="已移交给你").count() == 2


@pytest.mark.parametrize("to", ["the contributor", "a stranger", "one who left", "nobody", "", "9" * 30, "-1", "x\x00"])
def test_only_a_colleague_who_works_there_now_can_take_it_over(people: Cast, to: str):
    leave(people.reviewer)
    known = {"the contributor": people.author, "a stranger": people.stranger, "one who left": people.reviewer}
    resource = people.draft()
    chosen = known[to].pk if to in known else to
    manager = signed_in(people.manager)
    assert set(offered(manager, resource)) == {people.teacher.pk, people.manager.pk}
    assert give(manager, resource, chosen) == 302
    assert "目前在该院校任职" in manager.get(reverse("draft", args=[resource.pk])).content.decode()
    assert Resource.objects.get(pk=resource.pk).contributor == people.author


def test_nothing_changes_hands_while_it_is_reviewed(people: Cast):
    """Its reviewer could otherwise become the author of what they have just passed."""
    resource = people.in_alliance_review()
    assert offered(signed_in(people.manager), resource) == []
    with pytest.raises(transfer.BeingReviewed):
        transfer.hand_over(who=people.manager, resource_id=resource.pk, to_id=people.reviewer.pk)


def test_a_manager_does_not_pass_own_work_through_a_colleague(people: Cast):
    resource = people.draft(contributor=people.manager)
    for who in (people.manager, people.reviewer, people.author):
        with pytest.raises(PermissionDenied if who != people.author else Resource.DoesNotExist):
            transfer.hand_over(who=who, resource_id=resource.pk, to_id=people.teacher.pk)


def test_the_new_contributor_does_not_review_it(people: Cast):
    resource = people.draft()
    transfer.hand_over(who=people.manager, resource_id=resource.pk, to_id=people.reviewer.pk)
    drafts.save(who=people.reviewer, resource_id=resource.pk, data={"title": "接手以后"})
    review.submit(who=people.reviewer, resource_id=resource.pk, commitment=True)
    with pytest.raises(PermissionDenied):
        approve(resource, people.reviewer)
    approve(resource, people.manager)
