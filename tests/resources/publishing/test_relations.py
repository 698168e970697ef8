"""Other resources with the same file: who is told of which, and what the author says they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from resources.models import FileBlob, Resource, ResourceRelation
from resources.publishing import drafts, review
from resources.publishing.files import relations
from tests.factories import BlobFactory, ResourceFactory, person, publish
from tests.factories.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return make_cast()


@pytest.fixture
def known() -> Resource:
    """A public resource of another school."""
    return ResourceFactory(title="托育机构手卫生操作规程", files=[["洗手"]], live=True)


def blob_of(resource: Resource) -> FileBlob:
    return resource.files.get().blob


def copy_of(blob: FileBlob, people: Cast) -> FileBlob:
    """The same bytes, uploaded by the author again."""
    return BlobFactory(
        state="duplicate",
        duplicate_of=blob,
        sha256=None,
        key=None,
        verified_at=None,
        school=people.school,
        uploaded_by=people.author,
        declared_name="手卫生.pptx",
    )


def draft_like(known: Resource, people: Cast, **fields: Any) -> Resource:
    return people.draft(files=[copy_of(blob_of(known), people)], **fields)


def twins(who: Any, resource: Resource) -> list[str]:
    blobs = [row.blob for row in resource.latest_revision.files.select_related("blob__duplicate_of")]
    found = relations.twins_of(who=who, resource=resource, blobs=blobs)
    return [twin.resource.title for one in found.values() for twin in one]


def test_the_author_is_told_of_a_public_resource_with_the_same_file(people: Cast, known: Resource) -> None:
    assert twins(people.author, draft_like(known, people)) == ["托育机构手卫生操作规程"]


@pytest.mark.parametrize("change", [{"visibility": "school"}, {"live": False}])
def test_nobody_is_told_of_what_they_may_not_see(people: Cast, change: dict[str, Any]) -> None:
    known = ResourceFactory(**{"files": [["洗手"]], "live": True, **change})
    blob = known.latest_revision.files.get().blob
    draft = people.draft(files=[copy_of(blob, people)])
    assert twins(people.author, draft) == []
    assert twins(people.editor, draft) == [known.title]  # the alliance's staff see it


def test_ones_own_draft_with_the_file_is_named(people: Cast) -> None:
    first = people.draft(title="第一份")
    blob = first.latest_revision.files.get().blob
    assert twins(people.author, people.draft(files=[copy_of(blob, people)])) == ["第一份"]
    assert twins(people.author, first) != ["第一份"]


def test_the_relation_is_kept_and_can_be_changed(people: Cast, known: Resource) -> None:
    draft = draft_like(known, people)
    for kind in ("same", "newer"):
        relations.state_relation(who=people.author, resource_id=draft.pk, other_id=known.pk, kind=kind)
    relation = ResourceRelation.objects.get()
    assert (relation.resource, relation.other, relation.kind, relation.stated_by) == (
        draft,
        known,
        "newer",
        people.author,
    )


def test_a_relation_needs_the_same_file_and_a_resource_one_may_see(people: Cast, known: Resource) -> None:
    draft = draft_like(known, people)
    other = ResourceFactory(files=[["辅食"]], live=True)
    hidden = ResourceFactory(files=[blob_of(known)], live=True, visibility="school")
    for other_id, kind in ((other.pk, "same"), (hidden.pk, "same"), (draft.pk, "same"), (known.pk, "better")):
        with pytest.raises(relations.NotATwin):
            relations.state_relation(who=people.author, resource_id=draft.pk, other_id=other_id, kind=kind)
    with pytest.raises(Resource.DoesNotExist):
        relations.state_relation(who=people.stranger, resource_id=draft.pk, other_id=known.pk, kind="same")


def test_the_draft_page_asks_and_the_reviewer_reads_the_answer(client: Client, people: Cast, known: Resource) -> None:
    draft = draft_like(known, people)
    client.force_login(people.author)
    page = client.get(reverse("draft", args=[draft.pk])).content.decode()
    assert "已有同一份文件，在《托育机构手卫生操作规程》里" in page
    answer = client.post(reverse("draft_relation", args=[draft.pk]), {"other": known.pk, "kind": "adaptation"})
    assert answer.url == reverse("draft", args=[draft.pk]) + "#files"
    from resources.publishing import review

    review.submit(who=people.author, resource_id=draft.pk, commitment=True)
    client.force_login(people.reviewer)
    page = client.get(reverse("review", args=[draft.pk])).content.decode()
    assert "提交人说明：这一件由它改编。" in page


def test_both_published_pages_name_each_other_to_those_who_may_see_both(
    client: Client, people: Cast, known: Resource
) -> None:
    newer = ResourceFactory(title="新版规程", files=[copy_of(blob_of(known), people)], visibility="alliance")
    ResourceRelation.objects.create(resource=newer, other=known, kind="newer", stated_by=people.author)
    publish(newer)
    assert "新版规程" not in client.get(known.get_absolute_url()).content.decode()
    client.force_login(person("teacher"))
    assert "新版规程" in client.get(known.get_absolute_url()).content.decode()
    assert "托育机构手卫生操作规程" in client.get(newer.get_absolute_url()).content.decode()


def test_a_relation_stated_after_the_review_waits_for_the_next_one(
    client: Client, people: Cast, known: Resource
) -> None:
    newer = ResourceFactory(title="新版规程", files=[copy_of(blob_of(known), people)], live=True)
    ResourceRelation.objects.create(resource=newer, other=known, kind="newer", stated_by=people.author)
    assert "新版规程" not in client.get(known.get_absolute_url()).content.decode()


def test_a_submitted_draft_takes_no_relation_that_its_reviewer_has_not_read(people: Cast, known: Resource) -> None:
    draft = draft_like(known, people)
    review.submit(who=people.author, resource_id=draft.pk, commitment=True)
    with pytest.raises(drafts.UnderReview):
        relations.state_relation(who=people.author, resource_id=draft.pk, other_id=known.pk, kind="newer")


def test_a_relation_ends_where_the_files_differ(client: Client, people: Cast, known: Resource) -> None:
    other = ResourceFactory(title="别的规程", files=[["辅食"]])
    ResourceRelation.objects.create(resource=other, other=known, kind="newer", stated_by=people.author)
    publish(other)
    assert "别的规程" not in client.get(known.get_absolute_url()).content.decode()


def test_the_author_deletes_what_was_said_and_the_log_keeps_it(client: Client, people: Cast, known: Resource) -> None:
    draft = draft_like(known, people)
    relations.state_relation(who=people.author, resource_id=draft.pk, other_id=known.pk, kind="same")
    client.force_login(people.author)
    assert "删除这条说明" in client.get(reverse("draft", args=[draft.pk])).content.decode()
    for _time in range(2):  # a second press finds nothing and harms nothing
        client.post(reverse("draft_relation", args=[draft.pk]), {"other": known.pk, "kind": "none"})
    assert not ResourceRelation.objects.exists()
    assert "删除这条说明" not in client.get(reverse("draft", args=[draft.pk])).content.decode()
    entry = ModelLogEntry.objects.get(action="resources.delete_relation")
    assert (entry.user, entry.data["other"], entry.data["kind"]) == (people.author, known.pk, "same")


def test_a_submitted_draft_keeps_the_relation_its_reviewer_reads(people: Cast, known: Resource) -> None:
    draft = draft_like(known, people)
    relations.state_relation(who=people.author, resource_id=draft.pk, other_id=known.pk, kind="newer")
    review.submit(who=people.author, resource_id=draft.pk, commitment=True)
    with pytest.raises(drafts.UnderReview):
        relations.delete_relation(who=people.author, resource_id=draft.pk, other_id=known.pk)
    assert ResourceRelation.objects.exists()
