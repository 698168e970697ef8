"""What takes effect on published resources, and when.

Long because every way in which something takes effect is tried on the same published resource, step by step.
"""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.models import Notice
from resources import signals
from resources.models import Licence, PublishedVersion, PublishingFailure, Resource
from resources.publishing import drafts, live, review, schedule
from resources.publishing.status import State, status_of
from tests.factories import BlobFactory
from tests.factories.cast import Cast, approve, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return make_cast()


@pytest.fixture
def told() -> Any:
    """Ids of the resources for which a change was signalled."""
    heard: list[int] = []

    def listen(sender: Any, resource_id: int, **kwargs: Any) -> None:
        heard.append(resource_id)

    signals.resource_changed.connect(listen)
    yield heard
    signals.resource_changed.disconnect(listen)


def fresh(resource: Resource) -> Resource:
    return Resource.objects.get(pk=resource.pk)


def new_version(people: Cast, resource: Resource, **data: Any) -> Resource:
    drafts.save(who=people.author, resource_id=resource.pk, data=data or {"title": "第二版"})
    review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    approve(resource, people.reviewer)
    return fresh(resource)


# --- versions


def test_a_new_version_shows_only_when_it_is_approved(people: Cast):
    resource = new_version(people, people.published(title="第一版"), title="第二版", version_note="补了第 9 页")
    assert resource.title == "第一版"
    assert resource.live
    approve(resource, people.editor)
    assert fresh(resource).title == "第二版"
    assert [(v.number, v.note) for v in PublishedVersion.objects.filter(resource=resource)] == [
        (2, "补了第 9 页"),
        (1, ""),
    ]


# --- withdrawal


def test_a_withdrawn_resource_is_gone_at_once_and_says_why(people: Cast, told: list[int]):
    resource = people.published()
    told.clear()
    live.withdraw(who=people.author, resource_id=resource.pk, reason="数据有误")
    gone = fresh(resource)
    assert not gone.live
    assert gone.withdrawal_reason == "数据有误"
    assert gone.withdrawn_by == people.author
    assert resource.pk in told


def test_a_withdrawal_ends_the_review_of_a_new_version(people: Cast):
    resource = new_version(people, people.published())
    live.withdraw(who=people.manager, resource_id=resource.pk, reason="版权")
    assert not fresh(resource).workflow_in_progress
    assert Notice.objects.filter(user=people.author, subject__startswith="已撤回").count() == 1


def test_a_withdrawn_resource_comes_back_through_a_new_review(people: Cast):
    resource = people.published()
    live.withdraw(who=people.author, resource_id=resource.pk, reason="数据有误")
    again = new_version(people, resource)
    assert again.is_withdrawn, "the tombstone stays until somebody has approved"
    approve(again, people.editor)
    assert fresh(resource).live
    assert not fresh(resource).is_withdrawn


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_withdrawal_needs_a_reason(people: Cast, reason: str):
    with pytest.raises(live.PublicReasonMissing):
        live.withdraw(who=people.author, resource_id=people.published().pk, reason=reason)


def test_only_what_was_published_is_withdrawn_and_only_once(people: Cast):
    with pytest.raises(live.NotPublished):
        live.withdraw(who=people.author, resource_id=people.draft().pk, reason="x")
    resource = people.published()
    live.withdraw(who=people.author, resource_id=resource.pk, reason="x")
    with pytest.raises(live.AlreadyWithdrawn):
        live.withdraw(who=people.author, resource_id=resource.pk, reason="y")


# --- visibility


def test_narrowing_is_immediate_and_survives_the_next_publication(people: Cast, told: list[int]):
    resource = people.published(visibility="public")
    told.clear()
    live.set_visibility(who=people.author, resource_id=resource.pk, visibility="school")
    assert fresh(resource).visibility == "school"
    assert told == [resource.pk]
    approve(new_version(people, resource), people.editor)
    assert fresh(resource).visibility == "school", "an old revision's JSON must not widen it again"


def test_widening_a_live_resource_waits_for_the_approval(people: Cast):
    resource = people.published(visibility="school")
    live.set_visibility(who=people.author, resource_id=resource.pk, visibility="public")
    assert fresh(resource).visibility == "school"
    review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    approve(resource, people.reviewer)
    assert fresh(resource).visibility == "school"
    approve(resource, people.editor)
    assert fresh(resource).visibility == "public"
    assert fresh(resource).requested_visibility == ""


def test_a_wider_audience_can_not_slip_into_a_running_review(people: Cast):
    resource = people.in_alliance_review(visibility="school")
    with pytest.raises(live.WideningUnderReview):
        live.set_visibility(who=people.author, resource_id=resource.pk, visibility="public")
    approve(resource, people.editor)
    assert fresh(resource).visibility == "school"


def test_widening_a_withdrawn_resource_tells_nobody_new_of_it(people: Cast, client: Client):
    resource = people.published(visibility="school")
    live.withdraw(who=people.author, resource_id=resource.pk, reason="孩子的脸没有打码")
    signed_in = Client()
    signed_in.force_login(people.author)
    signed_in.post(reverse("visibility", args=[resource.pk]), {"visibility": "public"})
    assert fresh(resource).requested_visibility == "public", "it is noted for the next approval"
    assert client.get(resource.get_absolute_url()).status_code == 404
    approve(new_version(people, resource), people.editor)
    assert client.get(resource.get_absolute_url()).status_code == 200


def test_what_was_withdrawn_before_it_opened_leaves_no_tombstone(people: Cast, client: Client):
    resource = people.published(visibility="public")
    live.embargo(who=people.author, resource_id=resource.pk, until=at(days=3))
    live.withdraw(who=people.author, resource_id=resource.pk, reason="不发布了")
    assert client.get(resource.get_absolute_url()).status_code == 404
    client.force_login(people.editor)
    assert client.get(resource.get_absolute_url()).status_code == 410


def test_nor_does_it_when_the_day_comes_on_which_it_would_have_opened(people: Cast, client: Client):
    resource = people.published(visibility="public")
    live.embargo(who=people.author, resource_id=resource.pk, until=at(days=3))
    live.withdraw(who=people.author, resource_id=resource.pk, reason="写着学生的名字")
    # Three days later:
    Resource.objects.filter(pk=resource.pk).update(embargo_until=at(minutes=-1), withdrawn_at=at(days=-3))
    assert schedule.publish_due().opened == []
    assert client.get(resource.get_absolute_url()).status_code == 404
    client.force_login(people.editor)
    assert client.get(resource.get_absolute_url()).status_code == 410


def test_what_had_opened_before_it_was_withdrawn_leaves_its_tombstone(people: Cast, client: Client):
    resource = people.published(visibility="public")
    live.withdraw(who=people.author, resource_id=resource.pk, reason="换新版")
    Resource.objects.filter(pk=resource.pk).update(embargo_until=at(days=-1))
    assert client.get(resource.get_absolute_url()).status_code == 410


def test_who_left_the_school_is_told_nothing_more(people: Cast):
    resource = people.published()
    people.author.memberships.update(active=False)
    Notice.objects.all().delete()
    live.remove_file(
        who=people.reviewer, resource_id=resource.pk, file_uid=resource.files.get().uid, reason="孩子的脸没有打码"
    )
    live.withdraw(who=people.reviewer, resource_id=resource.pk, reason="不发布了")
    assert not Notice.objects.filter(user=people.author).exists()


def test_narrowing_takes_a_request_back(people: Cast):
    resource = people.published(visibility="alliance")
    live.set_visibility(who=people.author, resource_id=resource.pk, visibility="public")
    live.set_visibility(who=people.author, resource_id=resource.pk, visibility="school")
    approve(new_version(people, resource), people.editor)
    assert fresh(resource).visibility == "school"


def test_a_draft_changes_its_audience_freely(people: Cast):
    resource = people.draft(visibility="school")
    live.set_visibility(who=people.author, resource_id=resource.pk, visibility="public")
    assert fresh(resource).visibility == "public"


# --- older versions


def open_version(resource: Resource, number: int) -> int:
    return Client().get(resource.get_absolute_url(), {"v": number}).status_code


def test_the_approval_of_a_second_version_opens_the_second_version(people: Cast):
    resource = people.published(visibility="school")
    live.set_visibility(who=people.author, resource_id=resource.pk, visibility="public")
    approve(new_version(people, resource), people.editor)
    assert (open_version(resource, 1), open_version(resource, 2)) == (404, 200)


def test_the_approval_of_a_wider_audience_alone_opens_the_same_version(people: Cast):
    resource = people.published(visibility="school")
    live.set_visibility(who=people.author, resource_id=resource.pk, visibility="public")
    review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    approve(resource, people.reviewer)
    approve(resource, people.editor)
    approve(new_version(people, resource), people.editor)
    assert (open_version(resource, 1), open_version(resource, 2)) == (200, 200)


@pytest.mark.parametrize("how", ["narrowed", "withdrawn"])
def test_what_was_taken_from_readers_comes_back_only_as_what_was_approved(people: Cast, how: str):
    resource = people.published(visibility="public")
    if how == "narrowed":
        live.set_visibility(who=people.author, resource_id=resource.pk, visibility="school")
        live.set_visibility(who=people.author, resource_id=resource.pk, visibility="public")
    else:
        live.withdraw(who=people.author, resource_id=resource.pk, reason="孩子的脸没有打码")
    approve(new_version(people, resource), people.editor)
    assert (open_version(resource, 1), open_version(resource, 2)) == (404, 200)


def test_versions_from_before_get_the_narrowest_audience_they_ever_had(people: Cast):
    resource = people.published(visibility="school")
    live.set_visibility(who=people.author, resource_id=resource.pk, visibility="public")
    approve(new_version(people, resource), people.editor)
    never_changed = people.published(visibility="alliance")
    PublishedVersion.objects.update(visibility="public")
    import_module("resources.migrations.0005_version_visibility").fill(apps, None)
    assert [one.visibility for one in resource.versions.order_by("number")] == ["school", "public"]
    assert never_changed.versions.get().visibility == "alliance"


# --- single files


def test_a_file_taken_down_is_gone_from_every_version(people: Cast, told: list[int]):
    from resources.delivery import downloads

    resource = people.published()
    uid = resource.files.get().uid
    told.clear()
    live.remove_file(who=people.reviewer, resource_id=resource.pk, file_uid=uid, reason="孩子的脸没有打码")
    assert told == [resource.pk]
    for who in (people.author, people.editor):
        with pytest.raises(downloads.FileMissing):
            downloads.find_file(who=who, resource_id=resource.pk, file_uid=uid, version_number=1)
    assert Notice.objects.filter(user=people.author, subject__contains="文件已下架").exists()
    with pytest.raises(live.NoSuchFile):
        live.remove_file(who=people.reviewer, resource_id=resource.pk, file_uid=uid, reason="再来")


def test_a_page_without_files_asks_nobody_to_sign_in_for_them(people: Cast, client: Client):
    licence = Licence.objects.filter(download="alliance").first()
    resource = people.published(visibility="public", licence=licence)
    address = resource.get_absolute_url()
    assert "登录联盟院校的账号后可以下载" in client.get(address).content.decode()
    live.remove_file(
        who=people.reviewer, resource_id=resource.pk, file_uid=resource.files.get().uid, reason="孩子的脸没有打码"
    )
    page = client.get(address).content.decode()
    assert "孩子的脸没有打码" in page
    assert "登录联盟院校的账号后可以下载" not in page


def test_readers_are_not_told_of_a_file_they_could_never_have(people: Cast, client: Client):
    resource = people.published(visibility="public")
    shown = resource.files.get().uid
    new = BlobFactory(school=people.school, uploaded_by=people.author, pages=["新的一页"])
    drafts.attach_files(who=people.author, resource_id=resource.pk, blob_uids=[new.uid])
    hidden = fresh(resource).latest_revision.files.exclude(uid=shown).get().uid
    live.remove_file(who=people.author, resource_id=resource.pk, file_uid=hidden, reason="写着学生的名字")
    assert "写着学生的名字" not in client.get(resource.get_absolute_url()).content.decode()
    live.remove_file(who=people.author, resource_id=resource.pk, file_uid=shown, reason="孩子的脸没有打码")
    assert "孩子的脸没有打码" in client.get(resource.get_absolute_url()).content.decode()


# --- the clock


def scheduled(people: Cast, **fields: Any) -> Resource:
    resource = people.draft(**fields)
    later = timezone.now() + timedelta(days=1)
    drafts.save(who=people.author, resource_id=resource.pk, data={"go_live_at": later})
    review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    approve(resource, people.reviewer)
    approve(resource, people.editor)
    return fresh(resource)


def at(**later: Any) -> Any:
    return timezone.now() + timedelta(**later)


def pass_time(resource: Resource, monkeypatch: pytest.MonkeyPatch, **later: Any) -> schedule.Done:
    now = at(**later)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return schedule.publish_due(now=now)


def test_an_approved_resource_waits_for_its_date(people: Cast, monkeypatch: pytest.MonkeyPatch):
    resource = scheduled(people)
    assert not resource.live
    assert schedule.publish_due().published == []
    assert pass_time(resource, monkeypatch, days=2).published == [resource.pk]
    assert fresh(resource).live
    assert Notice.objects.filter(user=people.author, subject__startswith="已发布").exists()


def test_a_dated_second_version_leaves_the_first_one_up(people: Cast, monkeypatch: pytest.MonkeyPatch):
    resource = people.published(title="第一版")
    new_version(people, resource, title="第二版", go_live_at=at(days=1))
    approve(resource, people.editor)
    assert fresh(resource).live
    assert fresh(resource).title == "第一版"
    pass_time(resource, monkeypatch, days=2)
    assert fresh(resource).title == "第二版"


def test_what_waits_for_its_date_is_locked_until_the_date_is_cancelled(people: Cast):
    resource = scheduled(people)
    with pytest.raises(drafts.Scheduled):
        drafts.save(who=people.author, resource_id=resource.pk, data={"title": "x"})
    live.cancel_schedule(who=people.author, resource_id=resource.pk)
    drafts.save(who=people.author, resource_id=resource.pk, data={"title": "x"})
    assert schedule.publish_due(now=at(days=9)).published == []


def test_one_failure_holds_nobody_up_and_is_tried_again(people: Cast, monkeypatch: pytest.MonkeyPatch):
    bad, good = scheduled(people), scheduled(people)
    real = live.go_live

    def sometimes(*, revision: Any, who: Any) -> None:
        if int(revision.object_id) == bad.pk:
            raise RuntimeError("磁盘满了")
        real(revision=revision, who=who)

    monkeypatch.setattr(live, "go_live", sometimes)
    done = pass_time(good, monkeypatch, days=2)
    assert (done.published, done.failed) == ([good.pk], [bad.pk])
    failure = PublishingFailure.objects.get()
    assert "磁盘满了" in failure.error
    now = timezone.now()
    assert schedule.publish_due(now=now).failed == [], "not at once again"
    monkeypatch.setattr(live, "go_live", real)
    assert schedule.publish_due(now=failure.next_try + timedelta(seconds=1)).published == [bad.pk]
    assert not PublishingFailure.objects.exists()


def test_an_expired_resource_is_taken_down(people: Cast, monkeypatch: pytest.MonkeyPatch, told: list[int]):
    resource = people.draft()
    drafts.save(who=people.author, resource_id=resource.pk, data={"expire_at": at(days=1)})
    review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    approve(resource, people.reviewer)
    approve(resource, people.editor)
    assert fresh(resource).live
    told.clear()
    assert pass_time(resource, monkeypatch, days=2).expired == [resource.pk]
    assert not fresh(resource).live
    assert resource.pk in told
    assert Notice.objects.filter(user=people.author, subject__startswith="到期下架").count() == 1


def test_the_author_sees_what_expired_and_brings_it_back_with_another_date(people: Cast, client: Client):
    resource = people.published(title="流感季提示")
    Resource.objects.filter(pk=resource.pk).update(expire_at=at(days=-1))
    assert schedule.publish_due().expired == [resource.pk]
    client.force_login(people.author)
    listed = client.get(reverse("workspace"), {"state": "expired"}).content.decode()
    assert "流感季提示" in listed
    assert "到期下架" in listed
    assert "流感季提示" not in client.get(reverse("workspace"), {"state": "draft"}).content.decode()
    assert "到期下架" in client.get(reverse("draft", args=[resource.pk])).content.decode()
    drafts.save(who=people.author, resource_id=resource.pk, data={"expire_at": at(days=-1)})
    with pytest.raises(review.NotReady) as refusal:
        review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    assert [problem.field for problem in refusal.value.problems] == ["expire_at"]
    approve(new_version(people, resource, expire_at=at(days=30)), people.editor)
    assert status_of(fresh(resource)).state == State.LIVE
    assert schedule.publish_due().expired == []


def test_an_embargo_that_ends_is_told_to_the_index(people: Cast, told: list[int]):
    resource = people.published()
    live.embargo(who=people.author, resource_id=resource.pk, until=at(days=1))
    assert not Resource.objects.visible_to(people.teacher).exists()
    told.clear()
    assert schedule.publish_due(now=at(days=2)).opened == [resource.pk]
    assert told == [resource.pk]
    assert Resource.objects.visible_to(people.teacher).exists()


def test_an_embargo_is_shortened_only_by_the_alliance(people: Cast):
    resource = people.published()
    live.embargo(who=people.author, resource_id=resource.pk, until=at(days=9))
    with pytest.raises(PermissionDenied):
        live.embargo(who=people.author, resource_id=resource.pk, until=None)
    live.embargo(who=people.editor, resource_id=resource.pk, until=None)
    assert not fresh(resource).is_embargoed


@pytest.mark.parametrize("until", [None, {"days": 2}])
@pytest.mark.parametrize("stage", ["school", "alliance", "scheduled"])
def test_an_embargo_is_not_shortened_under_the_reviewers_eyes(people: Cast, stage: str, until: Any):
    """They approve what opens on a day; until it is out, its own people can only put the day off."""
    resource = people.draft()
    live.embargo(who=people.author, resource_id=resource.pk, until=at(days=30))
    if stage == "scheduled":
        drafts.save(who=people.author, resource_id=resource.pk, data={"go_live_at": at(days=1)})
    review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    for reviewer in {"school": [], "alliance": [people.reviewer], "scheduled": [people.reviewer, people.editor]}[stage]:
        approve(resource, reviewer)
    for who in (people.author, people.manager):
        with pytest.raises(live.DateUnderReview):
            live.embargo(who=who, resource_id=resource.pk, until=at(**until) if until else None)
    live.embargo(who=people.author, resource_id=resource.pk, until=at(days=60))
    live.embargo(who=people.editor, resource_id=resource.pk, until=None)
    assert not fresh(resource).is_embargoed


def test_before_it_is_submitted_an_embargo_moves_freely(people: Cast):
    resource = people.draft()
    live.embargo(who=people.author, resource_id=resource.pk, until=at(days=30))
    live.embargo(who=people.author, resource_id=resource.pk, until=None)
    assert not fresh(resource).is_embargoed
