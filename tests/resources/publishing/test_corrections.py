"""Reviewers and editors correct and submit what others contributed; who submits does not review."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from members.models import Membership, Notice, User
from resources.models import Commitment, Resource, Stage, stages
from resources.models.review_guard import OwnWork
from resources.publishing import drafts, notifications, review
from resources.publishing.status import status_of
from tests.factories import person
from tests.factories.cast import Cast, approve, make_cast, send_back
from tests.resources.web.review_form_data import review_form
from tests.resources.web.test_draft_page import page_of, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return make_cast()


def browser(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def correct(resource: Resource, who: User, **changes: Any) -> Resource:
    """Post the form as the page has it for this user, and submit it."""
    answer = browser(who).post(page_of(resource), record(resource, "submit", **changes))
    assert answer.status_code == 302, answer.content.decode()
    return Resource.objects.get(pk=resource.pk)


def told(resource: Resource, stage: Stage) -> list[User]:
    return notifications.reviewers_of(resource=resource, stage=stage)


def test_an_editor_corrects_a_published_record_and_submits_it_without_signing_for_the_school(people: Cast):
    resource = people.published(title="七步洗手发")
    assert 'name="commitment"' not in browser(people.editor).get(page_of(resource)).content.decode()
    fresh = correct(resource, people.editor, title="七步洗手法", commitment=None)
    assert status_of(fresh).state == "school"
    assert Commitment.objects.filter(resource=resource).count() == 1


def test_the_author_is_told_who_changed_what_and_that_it_was_submitted(people: Cast):
    resource = people.published(title="七步洗手发")
    correct(resource, people.editor, title="七步洗手法", commitment=None)
    notices = Notice.objects.filter(user=people.author, subject__contains="七步洗手法")
    subjects = " ".join(notices.values_list("subject", flat=True))
    assert f"{people.editor} 修改了你的草稿" in subjects
    assert f"{people.editor} 代你提交了" in subjects
    assert "题名" in notices.get(subject__contains="代你提交").body


def test_many_saves_of_one_editor_make_one_notice_a_day(people: Cast):
    resource = people.draft()
    for title in ("一", "二", "三"):
        drafts.save(who=people.editor, resource_id=resource.pk, data={"title": title})
    assert Notice.objects.filter(user=people.author, subject__contains="修改了你的草稿").count() == 1


def test_an_editor_does_not_submit_what_the_school_never_signed_for(people: Cast):
    resource = people.draft()
    with pytest.raises(PermissionDenied):
        review.submit(who=people.editor, resource_id=resource.pk, commitment=True)
    page = browser(people.editor).get(page_of(resource)).content.decode()
    assert 'value="submit"' not in page
    assert "由院校提交" in page


def test_a_reviewer_submits_a_colleagues_draft_and_signs_for_the_school(people: Cast):
    resource = people.draft()
    page = browser(people.reviewer).get(page_of(resource)).content.decode()
    assert 'value="submit"' in page
    assert 'name="commitment"' in page
    correct(resource, people.reviewer)
    assert Commitment.objects.get(resource=resource).signed_by == people.reviewer


def test_who_submitted_decides_in_no_stage(people: Cast):
    resource = correct(people.draft(), people.reviewer)
    with pytest.raises(OwnWork):
        approve(resource, people.reviewer)
    assert resource.title not in browser(people.reviewer).get(reverse("review_queue")).content.decode()
    assert "你提交的" in browser(people.reviewer).get(reverse("review", args=[resource.pk])).content.decode()
    assert people.reviewer not in told(resource, stages.STAGES[0])
    approve(resource, people.manager)
    approve(resource, people.editor)
    assert Resource.objects.get(pk=resource.pk).live


def test_an_editors_correction_is_published_by_another_editor(people: Cast):
    resource = correct(people.published(), people.editor, title="改过的题名", commitment=None)
    second = person("editor")
    approve(resource, people.reviewer)
    with pytest.raises(OwnWork):
        approve(resource, people.editor)
    assert told(Resource.objects.get(pk=resource.pk), stages.STAGES[1]) == [second]
    approve(resource, second)
    assert Resource.objects.get(pk=resource.pk).title == "改过的题名"


def test_where_the_only_reviewer_submitted_the_alliance_reviews_first(people: Cast):
    Membership.objects.filter(user=people.manager).update(role="teacher")
    resource = correct(people.draft(), people.reviewer)
    assert told(resource, stages.STAGES[0]) == [people.editor]
    made = approve(resource, people.editor)
    assert made.for_school


def test_only_the_author_and_who_submitted_take_it_back(people: Cast):
    resource = people.submitted()
    with pytest.raises(PermissionDenied):
        review.cancel(who=people.reviewer, resource_id=resource.pk)
    review.cancel(who=people.author, resource_id=resource.pk)
    correct(resource, people.reviewer)
    with pytest.raises(PermissionDenied):
        review.cancel(who=people.manager, resource_id=resource.pk)
    review.cancel(who=people.reviewer, resource_id=resource.pk)


def test_a_reviewer_does_not_delete_an_authors_draft(people: Cast):
    resource = people.draft()
    with pytest.raises(PermissionDenied):
        drafts.discard(who=people.reviewer, resource_id=resource.pk)
    assert "删除草稿" not in browser(people.reviewer).get(page_of(resource)).content.decode()


def test_a_returned_resource_is_corrected_by_its_reviewer_and_decided_by_another(people: Cast):
    resource = people.submitted()
    send_back(resource, people.reviewer)
    correct(resource, people.reviewer, title="改好的题名")
    with pytest.raises(OwnWork):
        approve(resource, people.reviewer)
    approve(resource, people.manager)


def test_the_reviewer_reads_who_submitted_and_who_signed(people: Cast):
    resource = correct(people.published(), people.editor, title="改过的题名", commitment=None)
    page = browser(people.reviewer).get(reverse("review", args=[resource.pk])).content.decode()
    assert f"{people.editor} 于" in page
    assert f"{people.author} 于" in page
    notice = Notice.objects.get(user=people.reviewer, key__startswith=f"review:{status_of(resource).task_state_id}")
    assert str(people.editor) in notice.body


def test_the_last_approval_says_whether_it_is_published_or_waits(people: Cast):
    now, later = people.in_alliance_review(), people.in_alliance_review()
    draft = later.get_latest_revision_as_object()
    review.cancel(who=people.author, resource_id=later.pk)
    due = "2031-05-01T08:00"
    correct(later, people.author, go_live_at=due, title=draft.title)
    approve(later, people.reviewer)
    desk = browser(people.editor)
    answers = []
    for resource in (now, Resource.objects.get(pk=later.pk)):
        url = reverse("review", args=[resource.pk])
        answers.append(desk.post(url, review_form(resource, "approve"), follow=True).content.decode())
    assert "已通过，已发布" in answers[0]
    assert "2031-05-01 08:00" in answers[1]
    assert "已通过，已发布" not in answers[1]
