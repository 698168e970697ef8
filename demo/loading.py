"""Loads the demo through the services a teacher, a reviewer and an editor use, so that states and audit are real.

Idempotent: a resource whose title any revision of its school bears is there already. Files are stored and checked
first, the most prominent ahead in the worker's queue; then each resource goes its whole way in one transaction, so a
load that was broken off resumes.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import Revision

from demo import accounts, collections, first_text, schools
from demo.catalogue import ITEMS, DemoFile, Item, State
from demo.fonts import NoHanFont
from members.models import Membership, Notice, NoticeDelivery, School, User
from members.roles import ADMINISTRATORS, EDITORS
from resources import models
from resources.models import FileBlob, FilePreview, Resource
from resources.pipeline import preview, verification
from resources.publishing import drafts, live, review
from resources.publishing.status import status_of
from resources.uploads.completion import store_file

EDITOR = "editor@demo.example"
GROUPS = {"editor": EDITORS, "administrator": ADMINISTRATORS}


class NotADemo(Exception):
    """Demo content is never loaded where settings.DEMO is off."""


def load(*, process: bool = False, say: Callable[[str], None] = lambda words: None) -> int:
    """Bring the whole demo in. ``process``: make the previews here instead of leaving them to the worker.

    Returns how many resources were new. Raises NotADemo.
    """
    if not settings.DEMO:
        raise NotADemo("Demo content is only loaded where DEMO is on; it never is in production.")
    places = schools.ensure()
    people = ensure_people(places)
    missing = [item for item in ITEMS if not _is_there(item, places)]
    files = {item.title: _files_of(item, places[item.school], people, say) for item in reversed(missing)}
    new = 0
    for item in missing:
        if (stored := files[item.title]) is not None:
            _load(item, places[item.school], people, *stored)
            new += 1
    collections.ensure(editor=people[EDITOR])
    # The addresses are invented: nothing is ever sent to them.
    waiting = NoticeDelivery.objects.filter(notice__user__in=people.values(), delivered_at=None)
    waiting.update(delivered_at=timezone.now())
    if process:
        previews = FilePreview.objects.filter(state__in=FilePreview.WORKING, blob__school__demo=True)
        for blob_id in previews.values_list("blob_id", flat=True):
            preview.make_preview(blob_id=blob_id)
    return new


def ensure_people(places: dict[str, School]) -> dict[str, User]:
    """The accounts by address. A password somebody changed stays changed."""
    people = {}
    for account in accounts.ACCOUNTS:
        user = User.objects.filter(email=account.email).first()
        if user is None:
            user = User.objects.create_user(
                account.email, accounts.PASSWORD, last_name=account.family_name, first_name=account.given_name
            )
        if account.school:
            Membership.objects.get_or_create(user=user, school=places[account.school], role=account.role)
        else:
            user.groups.add(Group.objects.get(name=GROUPS[account.role]))
        people[account.email] = user
    # Fresh objects: a user remembers the viewer made before the memberships.
    return {email: User.objects.get(pk=user.pk) for email, user in people.items()}


def _is_there(item: Item, places: dict[str, School]) -> bool:
    ids = [str(pk) for pk in Resource.objects.filter(school=places[item.school]).values_list("pk", flat=True)]
    resources = ContentType.objects.get_for_model(Resource)
    return Revision.objects.filter(base_content_type=resources, object_id__in=ids, content__title=item.title).exists()


def _files_of(
    item: Item, school: School, people: dict[str, User], say: Callable[[str], None]
) -> tuple[list[FileBlob], list[FileBlob]] | None:
    """The item's files and its newer ones, stored and checked. None where they can't be drawn on this machine."""
    say(item.title)
    author = people[item.author]
    try:
        return (
            [_store(file, author, school) for file in item.files],
            [_store(file, author, school) for file in item.newer],
        )
    except NoHanFont:
        say("  left out: it is drawn with a Noto CJK font, and none is installed (Debian: fonts-noto-cjk)")
        return None


@transaction.atomic
def _load(item: Item, school: School, people: dict[str, User], files: list[FileBlob], newer: list[FileBlob]) -> None:
    before = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    resource_id = _take_through(item, school, people, files, newer)
    told = Notice.objects.filter(pk__gt=before)
    # Only what somebody still has to act on is news.
    if task_state_id := status_of(Resource.objects.get(pk=resource_id)).task_state_id:
        told = told.exclude(key__startswith=f"review:{task_state_id}:")
    if item.state is State.RETURNED:
        told = told.exclude(user=people[item.author])
    told.update(read_at=timezone.now())


def _store(file: DemoFile, author: User, school: School) -> FileBlob:
    """The file as a checked upload of its author. Bytes the author stored before are found by their hash."""
    data = file.make()
    known = FileBlob.objects.filter(
        sha256=hashlib.sha256(data).hexdigest(), uploaded_by=author, school=school, state=FileBlob.State.VERIFIED
    ).first()
    if known is None:
        session = store_file(who=author, school_id=school.pk, name=file.name, source=io.BytesIO(data), size=len(data))
        known = FileBlob.objects.get(sessions=session)
        verification.verify(blob_id=known.pk)
        known.refresh_from_db()
        if known.canonical.state != FileBlob.State.VERIFIED:
            raise RuntimeError(f"{file.name} was refused: {known.reason}")
    first_text.read(known.canonical)
    return known


def _take_through(
    item: Item, school: School, people: dict[str, User], files: list[FileBlob], newer: list[FileBlob]
) -> int:
    author, editor = people[item.author], people[EDITOR]
    reviewer = _reviewer(school, people) or editor
    made = drafts.create(who=author, school_id=school.pk, title=item.title)
    data = _metadata(item)
    if item.state is State.SCHEDULED:
        data["go_live_at"] = timezone.now() + timedelta(days=14)
    drafts.save(who=author, resource_id=made.pk, data=data, visibility=item.visibility)
    drafts.attach_files(who=author, resource_id=made.pk, blob_uids=[blob.uid for blob in files])
    if item.state is State.EMBARGOED:
        live.embargo(who=author, resource_id=made.pk, until=timezone.now() + timedelta(days=30))
    if item.state is State.DRAFT:
        return made.pk
    review.submit(who=author, resource_id=made.pk, commitment=True)
    if item.state is State.SCHOOL_REVIEW:
        return made.pk
    if item.state is State.RETURNED:
        _return(made.pk, reviewer, item.remark)
        return made.pk
    _approve(made.pk, reviewer)
    if item.state is State.ALLIANCE_REVIEW:
        return made.pk
    _approve(made.pk, editor)
    if item.state is State.WITHDRAWN:
        live.withdraw(who=author, resource_id=made.pk, reason=item.remark)
    if item.state in (State.NEWER_DRAFT, State.SECOND_VERSION):
        _next_version(item, made.pk, author, newer)
    if item.state is State.SECOND_VERSION:
        _approve(made.pk, reviewer)
        _approve(made.pk, editor)
    return made.pk


def _next_version(item: Item, resource_id: int, author: User, newer: list[FileBlob]) -> None:
    """A second version replaces the files; a newer draft adds to them. Both are submitted."""
    drafts.save(who=author, resource_id=resource_id, data={"version_note": item.note})
    if item.state is State.SECOND_VERSION:
        for file in list(Resource.objects.get(pk=resource_id).get_latest_revision_as_object().files.all()):
            drafts.remove_file(who=author, resource_id=resource_id, file_uid=file.uid)
    drafts.attach_files(who=author, resource_id=resource_id, blob_uids=[blob.uid for blob in newer])
    review.submit(who=author, resource_id=resource_id, commitment=True)


def _reviewer(school: School, people: dict[str, User]) -> User | None:
    row = Membership.objects.reviewing().filter(school=school, role="reviewer").first()
    return people.get(row.user.email) if row else None


def _approve(resource_id: int, who: User) -> None:
    review.decide(
        who=who,
        resource_id=resource_id,
        revision_id=_latest(resource_id),
        decision=review.APPROVE,
        verdicts=review.all_met(),
    )


def _return(resource_id: int, who: User, comment: str) -> None:
    review.decide(
        who=who, resource_id=resource_id, revision_id=_latest(resource_id), decision=review.RETURN, comment=comment
    )


def _latest(resource_id: int) -> int:
    return Resource.objects.values_list("latest_revision__pk", flat=True).get(pk=resource_id)


def _metadata(item: Item) -> dict[str, Any]:
    def one(model: Any, code: str) -> Any:
        return model.objects.get(code=code)

    def several(model: Any, codes: tuple[str, ...]) -> list[Any]:
        return [one(model, code) for code in codes]

    return {
        "title": item.title,
        "subtitle": item.subtitle,
        "description": item.description,
        "keywords": list(item.keywords),
        "resource_type": one(models.ResourceType, item.kind),
        "granularity": one(models.Granularity, item.granularity),
        "licence": one(models.Licence, item.licence),
        "levels": several(models.Level, item.levels),
        "programmes": several(models.Programme, item.programmes),
        "audiences": several(models.Audience, item.audiences),
        "age_bands": several(models.AgeBand, item.ages),
        "care_domains": several(models.CareDomain, item.domains),
        "course_units": several(models.CourseUnit, (item.course,)),
        "creators": item.creators,
        "portraits": Resource.Portraits.NONE,
        "generated_content": Resource.GeneratedContent.GENERATED,
    }
