"""Drafts: what is stored, what is refused, and that published content stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import ModelLogEntry

from resources.models import FileBlob, Level, Resource, ResourceFile, ResourceType, RevisionFile
from resources.publishing import drafts, review
from tests.factories import BlobFactory, SchoolFactory, term
from tests.factories.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return make_cast()


def upload(people: Cast, name: str = "课件.pptx", **fields: Any) -> FileBlob:
    return BlobFactory(school=people.school, uploaded_by=people.author, declared_name=name, **fields)


def test_a_new_draft_is_nobodys_but_its_authors(people: Cast):
    resource = drafts.create(who=people.author, school_id=people.school.pk, title=" 洗手 ")
    assert not resource.live
    assert resource.title == "洗手"
    assert resource.latest_revision.user == people.author
    assert ModelLogEntry.objects.for_instance(resource).filter(action="resources.create").count() == 1


def test_a_draft_needs_a_school_one_works_at(people: Cast):
    with pytest.raises(PermissionDenied):
        drafts.create(who=people.author, school_id=SchoolFactory().pk, title="x")
    with pytest.raises(PermissionDenied):
        drafts.create(who=people.editor, school_id=people.school.pk, title="x")


def test_an_incomplete_draft_is_saved_as_it_is(people: Cast):
    resource = drafts.create(who=people.author, school_id=people.school.pk)
    drafts.save(who=people.author, resource_id=resource.pk, data={"title": "", "levels": [term(Level, "college")]})
    draft = Resource.objects.get(pk=resource.pk).get_latest_revision_as_object()
    assert [level.code for level in draft.levels.all()] == ["college"]


def test_saving_leaves_a_live_resource_untouched(people: Cast):
    resource = people.published(title="第一版")
    before = resource.files.get().blob_id
    drafts.save(
        who=people.author,
        resource_id=resource.pk,
        data={"title": "第二版", "resource_type": term(ResourceType, "case"), "levels": []},
    )
    drafts.attach_files(who=people.author, resource_id=resource.pk, blob_uids=[upload(people).uid])
    live = Resource.objects.get(pk=resource.pk)
    assert live.title == "第一版"
    assert live.resource_type.code == "courseware"
    assert live.levels.count() == 1
    assert live.files.get().blob_id == before


def test_what_is_too_long_is_refused_even_in_a_draft(people: Cast):
    resource = people.draft()
    with pytest.raises(ValidationError):
        drafts.save(who=people.author, resource_id=resource.pk, data={"title": "长" * 201})
    with pytest.raises(ValidationError):
        drafts.save(who=people.author, resource_id=resource.pk, data={"keywords": "洗手"})
    with pytest.raises(ValueError, match="visibility"):
        drafts.save(who=people.author, resource_id=resource.pk, data={"visibility": "public"})


def test_the_second_of_two_people_does_not_overwrite_the_first(people: Cast):
    resource = people.draft()
    seen = drafts.stamp_of(resource)
    drafts.save(who=people.reviewer, resource_id=resource.pk, based_on=seen, data={"title": "改过"})
    with pytest.raises(drafts.EditConflict):
        drafts.save(who=people.author, resource_id=resource.pk, based_on=seen, data={"title": "也改"})
    assert Resource.objects.get(pk=resource.pk).latest_revision.content["title"] == "改过"


def test_a_file_that_arrives_meanwhile_is_no_conflict(people: Cast):
    resource = people.draft()
    seen = drafts.stamp_of(resource)
    drafts.attach_files(who=people.author, resource_id=resource.pk, blob_uids=[upload(people).uid])
    drafts.save(who=people.author, resource_id=resource.pk, based_on=seen, data={"title": "新题名"})
    latest = Resource.objects.get(pk=resource.pk).latest_revision
    assert latest.content["title"] == "新题名"
    assert latest.files.count() == 2


@pytest.mark.parametrize(("typed", "stored"), [("", "洗手课件"), ("我写的题名", "我写的题名")])
def test_a_title_that_files_give_meanwhile_is_no_conflict(people: Cast, typed: str, stored: str):
    resource = drafts.create(who=people.author, school_id=people.school.pk)
    seen = drafts.stamp_of(resource)
    for name in ("IMG_2031.jpg", "说明.docx", "洗手课件.pptx"):
        blob = BlobFactory(school=people.school, uploaded_by=people.author, declared_name=name)
        drafts.attach_files(who=people.author, resource_id=resource.pk, blob_uids=[blob.uid])
    data = {"title": typed, "description": "填写时文件还在传"}
    drafts.save(who=people.author, resource_id=resource.pk, based_on=seen, data=data)
    content = Resource.objects.get(pk=resource.pk).latest_revision.content
    assert (content["title"], content["description"]) == (stored, "填写时文件还在传")


def test_what_a_colleague_wrote_beside_a_proposed_title_is_a_conflict(people: Cast):
    resource = drafts.create(who=people.author, school_id=people.school.pk)
    seen = drafts.stamp_of(resource)
    drafts.attach_files(who=people.author, resource_id=resource.pk, blob_uids=[upload(people).uid])
    drafts.save(who=people.reviewer, resource_id=resource.pk, data={"description": "同事写的"})
    with pytest.raises(drafts.EditConflict):
        drafts.save(who=people.author, resource_id=resource.pk, based_on=seen, data={"description": "我写的"})


def test_a_revision_of_another_resource_is_no_basis(people: Cast):
    resource, other = people.draft(), people.draft()
    with pytest.raises(drafts.EditConflict):
        drafts.save(
            who=people.author,
            resource_id=resource.pk,
            based_on=drafts.stamp_of(other),
            data={"title": "x"},
        )


def test_files_are_added_once_named_apart_and_put_in_order(people: Cast):
    resource = drafts.create(who=people.author, school_id=people.school.pk)
    first, second = upload(people, "洗手.pptx"), upload(people, "洗手.pptx")
    drafts.attach_files(who=people.author, resource_id=resource.pk, blob_uids=[first.uid])
    drafts.attach_files(who=people.author, resource_id=resource.pk, blob_uids=[first.uid, second.uid])
    latest = Resource.objects.get(pk=resource.pk).latest_revision
    assert [row.name for row in latest.files.all()] == ["洗手.pptx", "洗手 (2).pptx"]
    assert latest.content["title"] == "洗手"
    uids = [row.uid for row in latest.files.all()]
    drafts.reorder(who=people.author, resource_id=resource.pk, file_uids=reversed(uids))
    latest = Resource.objects.get(pk=resource.pk).latest_revision
    assert [row.uid for row in latest.files.all()] == uids[::-1]


def test_a_file_keeps_its_uid_from_draft_to_publication(people: Cast):
    resource = people.draft()
    uid = resource.latest_revision.files.get().uid
    drafts.save(who=people.author, resource_id=resource.pk, data={"title": "再存一次"})
    assert Resource.objects.get(pk=resource.pk).latest_revision.files.get().uid == uid


def test_somebody_elses_upload_is_not_there(people: Cast):
    resource = people.draft()
    theirs = BlobFactory(school=people.school, uploaded_by=people.teacher)
    elsewhere = BlobFactory(uploaded_by=people.author)
    for blob in (theirs, elsewhere):
        with pytest.raises(FileBlob.DoesNotExist):
            drafts.attach_files(who=people.author, resource_id=resource.pk, blob_uids=[blob.uid])
    assert RevisionFile.objects.filter(blob__in=[theirs, elsewhere]).count() == 0


def test_a_removed_file_stays_in_the_published_version(people: Cast):
    resource = people.published()
    uid = resource.files.get().uid
    drafts.remove_file(who=people.author, resource_id=resource.pk, file_uid=uid)
    fresh = Resource.objects.get(pk=resource.pk)
    assert fresh.files.get().uid == uid
    assert fresh.latest_revision.files.count() == 0
    with pytest.raises(ResourceFile.DoesNotExist):
        drafts.remove_file(who=people.author, resource_id=resource.pk, file_uid=uid)


def test_there_is_a_limit_to_the_files_of_one_resource(people: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(drafts, "MAX_FILES", 1)
    with pytest.raises(drafts.TooManyFiles):
        drafts.attach_files(who=people.author, resource_id=people.draft().pk, blob_uids=[upload(people).uid])


def test_nothing_changes_while_it_is_being_reviewed(people: Cast):
    resource = people.submitted()
    uid = resource.latest_revision.files.get().uid
    for wish in (
        lambda: drafts.save(who=people.author, resource_id=resource.pk, data={"title": "x"}),
        lambda: drafts.attach_files(who=people.author, resource_id=resource.pk, blob_uids=[upload(people).uid]),
        lambda: drafts.remove_file(who=people.author, resource_id=resource.pk, file_uid=uid),
        lambda: drafts.reorder(who=people.editor, resource_id=resource.pk, file_uids=[uid]),
    ):
        with pytest.raises(drafts.UnderReview):
            wish()
    assert Resource.objects.get(pk=resource.pk).latest_revision_id == resource.latest_revision_id


def test_a_draft_that_was_never_submitted_can_be_thrown_away(people: Cast):
    resource = people.draft()
    drafts.discard(who=people.author, resource_id=resource.pk)
    assert not Resource.objects.filter(pk=resource.pk).exists()


def test_what_was_submitted_once_stays_on_record(people: Cast):
    resource = people.submitted()
    review.cancel(who=people.author, resource_id=resource.pk)
    with pytest.raises(drafts.AlreadySubmitted):
        drafts.discard(who=people.author, resource_id=resource.pk)


@pytest.mark.parametrize("who", ["teacher", "stranger"])
def test_other_people_do_not_know_of_it(people: Cast, who: str):
    resource = people.draft()
    with pytest.raises(Resource.DoesNotExist):
        drafts.save(who=getattr(people, who), resource_id=resource.pk, data={"title": "x"})


def test_who_sees_it_but_may_not_submit_it_is_told_so(people: Cast):
    with pytest.raises(PermissionDenied):
        review.submit(who=people.editor, resource_id=people.draft().pk, commitment=True)
