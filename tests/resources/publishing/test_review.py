"""Submissions and decisions below the pages: the guard, records and notices."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry, TaskState

from common.middleware import client_address
from members.models import Membership, Notice
from resources.models import Resource, ReviewDecision
from resources.models.review_guard import AlreadyDecided, ChangedSinceSubmitted, OwnWork, ReviewedFirst, UseReviewPage
from resources.publishing import drafts, review
from tests.factories import MembershipFactory, person, run_jobs
from tests.factories.cast import Cast, approve, make_cast, send_back
from tests.resources.web.review_form_data import review_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return make_cast()


def test_an_edit_meanwhile_asks_the_reviewer_to_look_again(people: Cast):
    resource = people.submitted()
    seen = resource.latest_revision_id
    draft = resource.get_latest_revision_as_object()
    draft.title = "悄悄改过"
    draft.save_revision(user=people.author, clean=False)
    with pytest.raises(ChangedSinceSubmitted):
        review.decide(
            who=people.reviewer,
            resource_id=resource.pk,
            revision_id=seen,
            decision=review.APPROVE,
            verdicts=review.all_met(),
        )
    approve(resource, people.reviewer)
    approve(resource, people.editor)
    assert Resource.objects.get(pk=resource.pk).title == "悄悄改过"


def test_exactly_the_reviewed_revision_is_published(people: Cast):
    resource = people.in_alliance_review(title="看过的")
    reviewed = resource.latest_revision_id
    approve(resource, people.editor)
    assert Resource.objects.get(pk=resource.pk).live_revision_id == reviewed


def test_whoever_saved_the_revision_does_not_decide_on_it(people: Cast):
    resource = people.draft()
    drafts.save(who=people.reviewer, resource_id=resource.pk, data={"title": "审核人改的"})
    review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    with pytest.raises(OwnWork):
        approve(resource, people.reviewer)
    approve(resource, people.manager)


def test_wagtails_own_buttons_decide_nothing(people: Cast):
    """Wagtail's modal calls on_action without a review, as other code outside the service would."""
    resource = people.submitted()
    state = resource.current_workflow_task_state
    for action in ("approve", "reject"):
        with pytest.raises(UseReviewPage):
            state.task.specific.on_action(state, people.reviewer, action, comment="x")
    assert TaskState.objects.get(pk=state.pk).status == TaskState.STATUS_IN_PROGRESS


def test_the_second_of_two_decisions_is_refused(people: Cast):
    resource = people.submitted()
    state = resource.current_workflow_state.current_task_state_id
    send_back(resource, people.reviewer)
    with pytest.raises(AlreadyDecided):
        review.decide(
            who=people.manager,
            resource_id=resource.pk,
            revision_id=resource.latest_revision_id,
            task_state_id=state,
            decision=review.APPROVE,
            verdicts=review.all_met(),
        )
    assert ReviewDecision.objects.count() == 1


def test_nobody_skips_the_school(people: Cast):
    with pytest.raises(PermissionDenied):
        approve(people.submitted(), people.editor)


def test_a_school_without_another_reviewer_is_reviewed_by_the_alliance_and_the_record_says_so():
    lonely = make_cast()
    for member in (lonely.reviewer, lonely.manager):
        member.memberships.update(active=False)
    resource = lonely.submitted()
    assert Notice.objects.filter(user=lonely.editor, subject__startswith="等你院校初审").exists()
    first = approve(resource, lonely.editor)
    second = approve(resource, person("editor"))
    assert (first.for_school, second.for_school) == (True, False)
    assert Resource.objects.get(pk=resource.pk).live


def test_nobody_passes_both_reviews(people: Cast, client: Client):
    both, other = people.editor, person("editor")
    MembershipFactory(user=both, school=people.school, role="reviewer")
    resource = people.submitted()
    client.force_login(both)
    address = reverse("review", args=[resource.pk])
    assert client.post(address, review_form(resource, "approve")).status_code == 302
    assert "你已在院校初审中通过" in client.get(address).content.decode()
    assert client.post(address, review_form(resource, "approve")).status_code == 403
    assert resource.get_absolute_url() not in client.get(reverse("review_queue")).content.decode()
    assert not TaskState.objects.reviewable_by(both).exists()
    with pytest.raises(ReviewedFirst):
        approve(resource, both)
    assert not Resource.objects.get(pk=resource.pk).live
    asked = Notice.objects.filter(subject__startswith="等你联盟复审")
    assert [notice.user for notice in asked] == [other]
    approve(resource, other)
    assert Resource.objects.get(pk=resource.pk).live


def test_one_editor_is_enough_for_a_school_without_a_reviewer_but_another_is_asked_first(people: Cast):
    Membership.objects.filter(user__in=[people.reviewer, people.manager]).update(active=False)
    alone = people.submitted()
    approve(alone, people.editor)
    assert Notice.objects.filter(subject__startswith="等你联盟复审", user=people.editor).exists()
    approve(alone, people.editor)
    assert Resource.objects.get(pk=alone.pk).live
    other = person("editor")
    Notice.objects.all().delete()
    approve(people.submitted(), people.editor)
    assert [notice.user for notice in Notice.objects.filter(subject__startswith="等你联盟复审")] == [other]


def test_the_second_review_of_the_next_version_is_open_to_who_passed_the_first_one(people: Cast):
    """The rule is per submission: the first reviewer of version 1 may do the second of version 2."""
    MembershipFactory(user=people.editor, school=people.school, role="reviewer")
    resource = people.submitted()
    approve(resource, people.editor)
    approve(resource, person("editor"))
    drafts.save(who=people.author, resource_id=resource.pk, data={"title": "第二版"})
    review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    approve(resource, people.reviewer)
    approve(resource, people.editor)
    assert Resource.objects.get(pk=resource.pk).title == "第二版"


def test_the_schools_own_review_is_not_marked(people: Cast):
    assert not approve(people.submitted(), people.reviewer).for_school


def test_everybody_concerned_is_told_once_and_nobody_else(people: Cast, mailoutbox: list[Any]):
    resource = people.submitted()
    waiting = Notice.objects.filter(subject__startswith="等你院校初审")
    assert {notice.user for notice in waiting} == {people.reviewer, people.manager}
    approve(resource, people.reviewer)
    assert Notice.objects.filter(user=people.editor, subject__startswith="等你联盟复审").count() == 1
    approve(resource, people.editor, "可以用")
    subjects = list(Notice.objects.filter(user=people.author).order_by("pk").values_list("subject", flat=True))
    assert [subject.split("：")[0] for subject in subjects] == ["初审已通过，进入联盟复审", "已发布"]
    assert not Notice.objects.filter(user__in=[people.teacher, people.stranger]).exists()
    assert not mailoutbox, "Wagtail's own mails are switched off, ours wait for the worker"
    run_jobs(only="deliver_notice")
    assert len(mailoutbox) == Notice.objects.count()
    run_jobs(only="deliver_notice")
    assert len(mailoutbox) == Notice.objects.count()


def test_the_log_says_who_what_and_from_where(people: Cast):
    token = client_address.set("192.0.2.7")
    try:
        resource = people.submitted()
        decision = send_back(resource, people.reviewer, "请补依据")
    finally:
        client_address.reset(token)
    entry = ModelLogEntry.objects.for_instance(resource).get(action="resources.return")
    assert entry.user == people.reviewer
    assert entry.data["address"] == "192.0.2.7"
    assert entry.data["comment"] == "请补依据"
    assert entry.revision_id == decision.revision_id
    assert ModelLogEntry.objects.for_instance(resource).filter(action="resources.submit").exists()


def test_a_decision_is_recorded_once_with_the_names_of_its_files(people: Cast):
    approved, returned = people.submitted(), people.submitted()
    name = approved.latest_revision.files.get().name
    before = ModelLogEntry.objects.count()
    approve(approved, people.reviewer)
    send_back(returned, people.reviewer)
    one, two = ModelLogEntry.objects.order_by("pk")[before:]
    assert (one.action, two.action) == ("resources.approve", "resources.return")
    assert one.data["names"] == [name]


def test_every_audit_action_the_code_names_is_registered():
    """An unregistered one would fail the transaction it is written in."""
    root = Path(__file__).resolve().parents[3]
    named: set[str] = set()
    for app in ("resources", "members", "search", "home", "library"):
        for path in (root / app).rglob("*.py"):
            text = path.read_text()
            for call in re.findall(r"audit\.record\((.*?)\)\n", text, flags=re.S):
                named |= set(re.findall(r'"([a-z]+\.[a-z_]+)"', call))
    assert "resources.approve" in named
    assert [action for action in sorted(named) if not registry.action_exists(action)] == []
