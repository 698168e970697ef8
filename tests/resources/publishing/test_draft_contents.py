"""Titles proposed from files, renaming a file, and splitting a draft into one for each file."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from resources.models import Level, Resource
from resources.publishing import drafts, review
from resources.publishing.files import contents
from tests.factories import BlobFactory, term
from tests.factories.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return make_cast()


def draft_with(people: Cast, *names: str, title: str = "") -> Resource:
    resource = drafts.create(who=people.author, school_id=people.school.pk, title=title)
    for name in names:
        blob = BlobFactory(school=people.school, uploaded_by=people.author, declared_name=name)
        drafts.attach_files(who=people.author, resource_id=resource.pk, blob_uids=[blob.uid])
    return Resource.objects.get(pk=resource.pk)


def names_of(resource: Resource) -> list[str]:
    resource.refresh_from_db()
    return [file.name for file in resource.latest_revision.files.all()]


def uid_of(resource: Resource, name: str) -> str:
    return str(resource.latest_revision.files.get(name=name).uid)


def test_a_deck_that_comes_after_the_pictures_gives_the_title(people: Cast) -> None:
    assert draft_with(people, "IMG_2031.jpg", "洗手课件 终稿.pptx", "流程.pdf").title == "洗手课件"


def test_a_title_that_was_typed_stays(people: Cast) -> None:
    assert draft_with(people, "IMG_2031.jpg", "洗手课件.pptx", title="晨间照护").title == "晨间照护"


def test_a_file_gets_another_name_and_keeps_its_extension(people: Cast) -> None:
    resource = draft_with(people, "IMG_2031.jpg", "a.pptx")
    for typed in ("洗手池", "洗手池.jpg"):
        contents.rename_file(
            who=people.author, resource_id=resource.pk, file_uid=uid_of(resource, names_of(resource)[0]), name=typed
        )
        assert names_of(resource) == ["洗手池.jpg", "a.pptx"]


def test_renaming_the_deck_renames_the_proposed_title_only(people: Cast) -> None:
    for title, expected in (("", "洗手课件"), ("晨间照护", "晨间照护")):
        resource = draft_with(people, "a.pptx", title=title)
        uid = uid_of(resource, "a.pptx")
        contents.rename_file(who=people.author, resource_id=resource.pk, file_uid=uid, name="洗手课件")
        assert Resource.objects.get(pk=resource.pk).title == expected


@pytest.mark.parametrize("bad", ["", "  ", "..", "a/b", "a\\b", "a\u202eb"])
def test_a_name_that_no_disk_takes_is_refused(people: Cast, bad: str) -> None:
    resource = draft_with(people, "a.pptx")
    with pytest.raises(contents.NameBad):
        contents.rename_file(who=people.author, resource_id=resource.pk, file_uid=uid_of(resource, "a.pptx"), name=bad)


def test_two_files_of_a_resource_have_different_names(people: Cast) -> None:
    resource = draft_with(people, "a.pptx", "b.pptx")
    with pytest.raises(contents.NameTaken):
        contents.rename_file(who=people.author, resource_id=resource.pk, file_uid=uid_of(resource, "a.pptx"), name="b")


def test_only_those_who_edit_a_draft_rename_and_split(people: Cast) -> None:
    resource = draft_with(people, "a.pptx", "b.pptx")
    uid = uid_of(resource, "a.pptx")
    with pytest.raises(Resource.DoesNotExist):
        contents.rename_file(who=people.stranger, resource_id=resource.pk, file_uid=uid, name="c")
    with pytest.raises(Resource.DoesNotExist):
        contents.split(who=people.stranger, resource_id=resource.pk)
    live = people.published()
    with pytest.raises(PermissionDenied):
        contents.split(who=people.stranger, resource_id=live.pk)


def test_a_draft_of_three_files_becomes_three_with_the_same_metadata(people: Cast) -> None:
    resource = draft_with(people, "洗手课件.pptx", "评分表.xlsx", "流程图.png")
    drafts.save(
        who=people.author,
        resource_id=resource.pk,
        data={"levels": [term(Level, "college")], "creators": "林老师", "keywords": ["洗手"]},
    )
    made = contents.split(who=people.author, resource_id=resource.pk)
    assert made[0] == resource
    assert [one.title for one in made] == ["洗手课件", "评分表", "流程图"]
    assert [names_of(one) for one in made] == [["洗手课件.pptx"], ["评分表.xlsx"], ["流程图.png"]]
    for one in made:
        content = one.get_latest_revision_as_object()
        assert [level.code for level in content.levels.all()] == ["college"]
        assert (content.creators, content.keywords) == ("林老师", ["洗手"])
        assert (one.contributor, one.school, one.visibility) == (people.author, people.school, resource.visibility)


def test_what_was_submitted_once_or_has_one_file_stays_whole(people: Cast) -> None:
    with pytest.raises(contents.NothingToSplit):
        contents.split(who=people.author, resource_id=draft_with(people, "a.pptx").pk)
    blobs = [BlobFactory(school=people.school, uploaded_by=people.author, pages=["洗手"]) for _ in range(2)]
    submitted = people.submitted(files=blobs)
    with pytest.raises(drafts.UnderReview):
        contents.split(who=people.author, resource_id=submitted.pk)
    review.cancel(who=people.author, resource_id=submitted.pk)
    with pytest.raises(contents.NothingToSplit):
        contents.split(who=people.author, resource_id=submitted.pk)


def test_a_file_that_is_being_checked_is_nothing_that_is_missing(people: Cast) -> None:
    """It still holds the submission up."""
    blob = BlobFactory(received=True, school=people.school, uploaded_by=people.author)
    resource = people.draft(files=[blob])
    assert review.problems_of(resource) == []
    with pytest.raises(review.NotReady) as refusal:
        review.submit(who=people.author, resource_id=resource.pk, commitment=True)
    assert ["还在核对" in str(problem.message) for problem in refusal.value.problems] == [True]
