"""Two users act on one resource at once: one act counts, the other is refused with a reason."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, Revision, TaskState, WorkflowState

from members.models import Notice, User
from resources.models import Commitment, PublishedVersion, Resource, ReviewDecision
from resources.publishing import drafts, review, schedule
from resources.publishing import live as publishing
from tests.factories import BlobFactory, person
from tests.factories.cast import Cast, approve, make_cast
from tests.factories.concurrency import hold_transactions_open, run_concurrently
from tests.resources.web.review_form_data import review_form

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("_dawdling")]

TOO_LATE = "这件资源已由其他审核人审核。"
LOST_UPDATE = "在别处保存过这份草稿"


@pytest.fixture
def _dawdling(monkeypatch: pytest.MonkeyPatch) -> None:
    hold_transactions_open(monkeypatch)


@pytest.fixture
def people() -> Cast:
    return make_cast()


def browser(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def log_of(resource: Resource) -> Counter[str]:
    return Counter(ModelLogEntry.objects.for_instance(resource).values_list("action", flat=True))


def post(who: User, name: str, resource: Resource, data: dict[str, Any]) -> Any:
    """A wish ready to be sent: the sign-in is over before the race begins."""
    client = browser(who)
    address = reverse(name, args=[resource.pk])
    return lambda: client.post(address, data)


def open_reviews(resource: Resource) -> int:
    return WorkflowState.objects.filter(object_id=str(resource.pk), status=WorkflowState.STATUS_IN_PROGRESS).count()


@pytest.mark.parametrize("second", ["approve", "return"])
def test_of_two_school_reviewers_one_decides_and_the_other_is_told(people: Cast, second: str):
    resource = people.submitted()
    answers = run_concurrently(
        post(people.reviewer, "review", resource, review_form(resource, "approve", comment="可以")),
        post(people.manager, "review", resource, review_form(resource, second, comment="看过了")),
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert TOO_LATE in late.content.decode()
    assert "看过了" in late.content.decode() or "可以" in late.content.decode(), "what was typed is kept"
    made = ReviewDecision.objects.get()
    log = log_of(resource)
    assert log["resources.approve"] + log["resources.return"] == 1
    assert Notice.objects.filter(user=people.author, key=f"decision:{made.pk}").count() == 1
    assert Notice.objects.filter(user=people.author).count() == 1


def test_of_two_editors_one_publishes_and_there_is_one_version(people: Cast):
    resource = people.in_alliance_review()
    answers = run_concurrently(
        *(
            post(editor, "review", resource, review_form(resource, "approve"))
            for editor in (people.editor, person("editor"), person("administrator"))
        )
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409, 409]
    assert all(TOO_LATE in answer.content.decode() for answer in answers if answer.status_code == 409)
    assert ReviewDecision.objects.filter(stage="alliance").count() == 1
    assert PublishedVersion.objects.get().number == 1
    assert log_of(resource)["wagtail.publish"] == 1
    assert Notice.objects.filter(user=people.author, subject__startswith="已发布").count() == 1


def test_below_the_pages_too_the_second_decision_is_refused(people: Cast):
    resource = people.submitted()
    outcomes = run_concurrently(lambda: approve(resource, people.reviewer), lambda: approve(resource, people.manager))
    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert len(refused) == 1, outcomes
    assert ReviewDecision.objects.count() == 1


def test_an_approval_and_a_taking_back_end_in_one_of_both(people: Cast):
    resource = people.in_alliance_review()
    approval, taking_back = run_concurrently(
        post(people.editor, "review", resource, review_form(resource, "approve")),
        post(people.author, "draft_take_back", resource, {}),
    )
    fresh = Resource.objects.get(pk=resource.pk)
    log = log_of(resource)
    assert open_reviews(resource) == 0
    assert taking_back.status_code == 302
    if fresh.live:
        assert approval.status_code == 302
        assert log["resources.take_back"] == 0
        assert "它不在审核中。" in taking_back.client.get(taking_back.url).content.decode()
    else:
        assert approval.status_code == 409
        assert TOO_LATE in approval.content.decode()
        assert log["resources.take_back"] == 1
        assert ReviewDecision.objects.filter(stage="alliance").count() == 0


def test_a_withdrawal_wins_over_an_approval_in_the_same_instant(people: Cast):
    resource = people.published()
    drafts.save(who=people.author, resource_id=resource.pk, data={"title": "第二版"})
    review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    approve(resource, people.reviewer)
    approval, withdrawal = run_concurrently(
        post(people.editor, "review", resource, review_form(resource, "approve")),
        post(people.author, "withdraw", resource, {"reason": "版权有疑问"}),
    )
    fresh = Resource.objects.get(pk=resource.pk)
    assert withdrawal.status_code == 302
    assert approval.status_code in (302, 409)
    assert (fresh.live, fresh.is_withdrawn) == (False, True)
    assert open_reviews(resource) == 0
    assert ReviewDecision.objects.filter(stage="alliance").count() == (2 if approval.status_code == 302 else 1)


def test_of_two_who_save_one_draft_the_second_is_told_and_overwrites_nothing(people: Cast):
    resource = people.draft()
    based_on = drafts.stamp_of(resource)
    outcomes = run_concurrently(
        *(
            lambda who=who, title=title: drafts.save(
                who=who, resource_id=resource.pk, based_on=based_on, data={"title": title}
            )
            for who, title in ((people.author, "甲的题名"), (people.reviewer, "乙的题名"))
        )
    )
    assert sum(isinstance(one, Revision) for one in outcomes) == 1
    assert sum(isinstance(one, drafts.EditConflict) for one in outcomes) == 1, outcomes
    kept = next(one for one in outcomes if isinstance(one, Revision))
    assert Resource.objects.get(pk=resource.pk).latest_revision == kept
    assert log_of(resource)["resources.save_draft"] == 1


def test_two_saved_pages_answer_one_with_the_draft_and_one_with_a_warning(people: Cast):
    resource = people.draft()
    data = {"do": "save", "based_on": drafts.stamp_of(resource), "visibility": "public"}
    answers = run_concurrently(
        post(people.author, "draft", resource, data | {"title": "甲的题名"}),
        post(people.reviewer, "draft", resource, data | {"title": "乙的题名"}),
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    warned = next(answer for answer in answers if answer.status_code == 409).content.decode()
    assert LOST_UPDATE in warned
    assert "甲的题名" in warned or "乙的题名" in warned


def test_a_file_and_a_record_saved_in_the_same_instant_are_both_kept(people: Cast):
    resource = people.draft()
    blob = BlobFactory(school=people.school, uploaded_by=people.author, declared_name="补充.pptx")
    outcomes = run_concurrently(
        lambda: drafts.save(
            who=people.author,
            resource_id=resource.pk,
            based_on=drafts.stamp_of(resource),
            data={"title": "新题名"},
        ),
        lambda: drafts.attach_files(who=people.author, resource_id=resource.pk, blob_uids=[blob.uid]),
    )
    assert all(isinstance(one, Revision) for one in outcomes), outcomes
    latest = Resource.objects.get(pk=resource.pk).latest_revision
    assert latest.content["title"] == "新题名"
    assert latest.files.count() == 2


def test_a_file_attached_twice_in_the_same_instant_is_there_once(people: Cast):
    resource = people.draft()
    blob = BlobFactory(school=people.school, uploaded_by=people.author, declared_name="补充.pptx")
    send = {"blob": str(blob.uid)}
    answers = run_concurrently(*(post(people.author, "draft_files", resource, send) for _twice in range(2)))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Resource.objects.get(pk=resource.pk).latest_revision.files.count() == 2


def test_a_double_click_on_submit_is_one_submission(people: Cast):
    resource = people.draft()
    outcomes = run_concurrently(
        *(lambda: review.submit(who=people.author, resource_id=resource.pk, commitment=True) for _click in range(2))
    )
    assert sum(isinstance(one, WorkflowState) for one in outcomes) == 1
    assert sum(isinstance(one, drafts.UnderReview) for one in outcomes) == 1, outcomes
    assert open_reviews(resource) == 1
    assert TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).count() == 1
    assert Commitment.objects.count() == 1
    assert log_of(resource)["resources.submit"] == 1
    assert Notice.objects.count() == 2, "one for each reviewer of the school"


def test_a_submission_and_an_edit_in_the_same_instant_never_leave_an_unseen_change(people: Cast):
    resource = people.draft()
    run_concurrently(
        lambda: review.submit(who=people.author, resource_id=resource.pk, commitment=True),
        lambda: drafts.save(who=people.reviewer, resource_id=resource.pk, data={"title": "改过"}),
    )
    fresh = Resource.objects.get(pk=resource.pk)
    assert open_reviews(resource) == 1
    assert fresh.current_workflow_task_state.revision_id == fresh.latest_revision_id


def test_a_draft_thrown_away_and_submitted_in_the_same_instant_is_one_of_both(people: Cast):
    resource = people.draft()
    submitted, discarded = run_concurrently(
        lambda: review.submit(who=people.author, resource_id=resource.pk, commitment=True),
        lambda: drafts.discard(who=people.author, resource_id=resource.pk),
    )
    if Resource.objects.filter(pk=resource.pk).exists():
        assert isinstance(discarded, drafts.AlreadySubmitted), discarded
        assert open_reviews(resource) == 1
    else:
        assert isinstance(submitted, Resource.DoesNotExist), submitted
        assert open_reviews(resource) == 0


def test_two_who_withdraw_are_one_withdrawal(people: Cast):
    resource = people.published()
    outcomes = run_concurrently(
        lambda: publishing.withdraw(who=people.author, resource_id=resource.pk, reason="版权"),
        lambda: publishing.withdraw(who=people.reviewer, resource_id=resource.pk, reason="过时"),
    )
    assert sum(isinstance(one, publishing.AlreadyWithdrawn) for one in outcomes) == 1, outcomes
    assert log_of(resource)["resources.withdraw"] == 1


def scheduled(people: Cast) -> Resource:
    """Approved and waiting for a date that has just come."""
    resource = people.draft()
    soon = timezone.now() + timedelta(hours=1)
    drafts.save(who=people.author, resource_id=resource.pk, data={"go_live_at": soon})
    review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    approve(resource, people.reviewer)
    approve(resource, people.editor)
    return Resource.objects.get(pk=resource.pk)


def two_hours_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_two_clocks_publish_what_is_due_once(people: Cast, monkeypatch: pytest.MonkeyPatch):
    resource = scheduled(people)
    two_hours_pass(monkeypatch)
    first, second = run_concurrently(schedule.publish_due, schedule.publish_due)
    assert sorted([first.published, second.published]) == [[], [resource.pk]], (first, second)
    assert log_of(resource)["resources.publish_scheduled"] == 1
    assert PublishedVersion.objects.count() == 1


def test_a_date_cancelled_in_the_instant_it_comes_publishes_or_not_but_not_both(
    people: Cast, monkeypatch: pytest.MonkeyPatch
):
    resource = scheduled(people)
    two_hours_pass(monkeypatch)
    _clock, cancelled = run_concurrently(
        schedule.publish_due,
        lambda: publishing.cancel_schedule(who=people.author, resource_id=resource.pk),
    )
    live = Resource.objects.get(pk=resource.pk).live
    log = log_of(resource)
    assert live == isinstance(cancelled, publishing.NotScheduled), (live, cancelled)
    assert log["resources.publish_scheduled"] + log["resources.cancel_schedule"] == 1


def test_an_embargo_put_off_in_the_instant_it_ends_holds(people: Cast, monkeypatch: pytest.MonkeyPatch):
    resource = people.published()
    Resource.objects.filter(pk=resource.pk).update(embargo_until=timezone.now() + timedelta(minutes=1))
    until = timezone.now() + timedelta(days=9)
    two_hours_pass(monkeypatch)
    run_concurrently(
        schedule.publish_due,
        lambda: publishing.embargo(who=people.editor, resource_id=resource.pk, until=until),
    )
    assert Resource.objects.get(pk=resource.pk).embargo_until == until
