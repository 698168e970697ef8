"""Rename the files of a draft, and split a draft into one for each file."""

from __future__ import annotations

from pathlib import PurePath
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import Revision

from common import audit
from common.errors import UserError
from common.text import one_line
from members.models import User
from resources.access import reread
from resources.models import REVISION_FIELDS, Resource, ResourceFile, ResourceStats
from resources.pipeline.proposed_titles import propose_title
from resources.publishing import drafts

MAX_NAME = 255


class NameTaken(UserError):
    code = "name_taken"
    message = _("Another file of this resource has that name. Choose a different one.")


class NameBad(UserError):
    code = "name_bad"
    message = _("A file needs a name, without slashes and special characters.")


class NothingToSplit(UserError):
    code = "nothing_to_split"
    message = _("Only a draft with several files that was never submitted can be split.")


@transaction.atomic
def rename_file(*, who: User, resource_id: int, file_uid: UUID | str, name: str) -> Revision:
    """Give a file another name; its extension stays.

    Raises FileGone, NameBad, NameTaken, UnderReview, Scheduled.
    """
    resource = drafts.editable(who, resource_id)
    draft = resource.get_latest_revision_as_object()
    files = list(draft.files.all())
    file = next((file for file in files if str(file.uid) == str(file_uid)), None)
    if file is None:
        raise drafts.FileGone
    new_name = _with_extension(name, PurePath(file.name).suffix)
    if new_name == file.name:
        return resource.revisions.get(pk=resource.latest_revision_id)
    if new_name in {other.name for other in files}:
        raise NameTaken
    was_proposed = draft.title in ("", propose_title([other.name for other in files]))
    before, file.name = file.name, new_name
    if was_proposed:
        draft.title = ""  # save_files proposes it again, from the new name
    return drafts.save_files(draft, files, who, "resources.rename_file", before=before, name=new_name)


@transaction.atomic
def split(*, who: User, resource_id: int) -> list[Resource]:
    """Leave the first file in the draft and make a draft like it for each of the others.

    Raises NothingToSplit (also for a draft that was submitted before), UnderReview, Scheduled.
    """
    resource = drafts.editable(who, resource_id)
    draft = resource.get_latest_revision_as_object()
    first, *others = draft.files.all() or [None]
    is_submitted = resource.first_published_at or resource.commitments.exists() or resource.decisions.exists()
    if not others or is_submitted:
        raise NothingToSplit
    made = [_draft_like(draft, resource, file, who) for file in others]
    draft.title = propose_title([first.name])
    drafts.save_files(draft, [first], who, "resources.split", into=[one.pk for one in made])
    return [reread(resource), *made]


def _draft_like(draft: Resource, resource: Resource, file: ResourceFile, who: User) -> Resource:
    """A draft with the metadata of another and one of its files."""
    new = Resource(
        school_id=resource.school_id,
        contributor_id=resource.contributor_id,
        visibility=resource.visibility,
        requested_visibility=resource.requested_visibility,
        title=propose_title([file.name]),
        live=False,
    )
    new.save()
    ResourceStats.objects.create(resource=new)
    for name in REVISION_FIELDS:
        if name == "title":
            continue
        value = getattr(draft, name)
        is_list = isinstance(Resource._meta.get_field(name), ParentalManyToManyField)
        setattr(new, name, list(value.all()) if is_list else value)
    new.files = [ResourceFile(blob_id=file.blob_id, name=file.name)]
    revision = new.save_revision(user=who, clean=False)
    audit.record(new, "resources.create", user=who, revision=revision, split_from=resource.pk)
    return reread(new)


def _with_extension(name: str, extension: str) -> str:
    """The new name with the file's own extension, once. Raises NameBad."""
    stem = one_line(name)
    if extension and stem.lower().endswith(extension.lower()):
        stem = stem[: -len(extension)].strip()
    if not stem.strip(". ") or "/" in stem or "\\" in stem or not stem.isprintable():
        raise NameBad
    return stem[: MAX_NAME - len(extension)] + extension
