"""Load the demo through the services that teachers, reviewers and editors use, so that status and audit log are real.

Idempotent: a resource exists if any revision of its school has its title. Files are stored and verified first; then each
resource is taken to its target in one transaction, so an interrupted load can resume.
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

from demo import accounts, early_text, home_collections, news, schools
from demo.catalogue import ITEMS, DemoFile, Item, Target
from demo.formats.fonts import NoCjkFont
from members.models import Membership, Notice, NoticeDelivery, School, User
from members.roles import ADMINISTRATORS, EDITORS
from resources import models
from resources.models import FileBlob, FilePreview, Resource
from resources.models.stages import STAGES
from resources.pipeline import preview, verification
from resources.publishing import drafts, live, review
from resources.publishing.status import status_of
from resources.uploads.completion import store_file

EDITOR = "editor@demo.example"
ADMINISTRATOR = "admin@demo.example"
GROUPS = {"editor": EDITORS, "administrator": ADMINISTRATORS}


class NotADemo(Exception):
    """``settings.DEMO`` is off."""


def load(*, process: bool = False, report: Callable[[str], None] = lambda _words: None) -> int:
    """Load what is missing and return the number of new resources. Raises NotADemo.

    ``process``: make the previews here, not in the worker.
    """
    if not settings.DEMO:
        raise NotADemo("Demo content is only loaded where DEMO is on; it never is in production.")
    by_slug = schools.ensure()
    people = ensure_people(by_slug)
    missing = [item for item in ITEMS if not _exists(item, by_slug)]
    files = {item.title: _files_of(item, by_slug[item.school], people, report) for item in reversed(missing)}
    new = 0
    for item in missing:
        if (stored := files[item.title]) is not None:
            _load(item, by_slug[item.school], people, *stored)
            new += 1
    home_collections.ensure(editor=people[EDITOR])
    news.ensure(editor=people[EDITOR])
    # The e-mail addresses are invented, so nothing may be sent to them.
    waiting = NoticeDelivery.objects.filter(notice__user__in=people.values(), delivered_at=None)
    waiting.update(delivered_at=timezone.now())
    if process:
        previews = FilePreview.objects.filter(state__in=FilePreview.WORKING, blob__school__demo=True)
        for blob_id in previews.values_list("blob_id", flat=True):
            preview.make_preview(blob_id=blob_id)
    return new


def ensure_people(by_slug: dict[str, School]) -> dict[str, User]:
    """Create missing accounts; return all by e-mail address. Changed passwords stay."""
    people = {}
    for account in accounts.ACCOUNTS:
        user = User.objects.filter(email=account.email).first()
        if user is None:
            user = User.objects.create_user(
                account.email, accounts.PASSWORD, last_name=account.family_name, first_name=account.given_name
            )
        if account.school:
            Membership.objects.get_or_create(user=user, school=by_slug[account.school], role=account.role)
        else:
            user.groups.add(Group.objects.get(name=GROUPS[account.role]))
        people[account.email] = user
    # Read again: a user object caches its viewer, made before the memberships.
    return {email: User.objects.get(pk=user.pk) for email, user in people.items()}


def _exists(item: Item, by_slug: dict[str, School]) -> bool:
    ids = [str(pk) for pk in Resource.objects.filter(school=by_slug[item.school]).values_list("pk", flat=True)]
    resources = ContentType.objects.get_for_model(Resource)
    return Revision.objects.filter(base_content_type=resources, object_id__in=ids, content__title=item.title).exists()


def _files_of(
    item: Item, school: School, people: dict[str, User], report: Callable[[str], None]
) -> tuple[list[FileBlob], list[FileBlob]] | None:
    """The item's files and its newer files, verified. None if their font is not installed."""
    report(item.title)
    author = people[item.author]
    try:
        return (
            [_store(file, author, school) for file in item.files],
            [_store(file, author, school) for file in item.newer],
        )
    except NoCjkFont:
        report("  left out: it needs a Noto CJK font, and none is installed (Debian: fonts-noto-cjk)")
        return None


@transaction.atomic
def _load(item: Item, school: School, people: dict[str, User], files: list[FileBlob], newer: list[FileBlob]) -> None:
    before = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    resource_id = _advance(item, school, people, files, newer)
    notices = Notice.objects.filter(pk__gt=before)
    # Only notices that still ask for an action stay unread.
    if task_state_id := status_of(Resource.objects.get(pk=resource_id)).task_state_id:
        notices = notices.exclude(key__startswith=f"review:{task_state_id}:")
    if item.target is Target.RETURNED:
        notices = notices.exclude(user=people[item.author])
    notices.update(read_at=timezone.now())


def _store(file: DemoFile, author: User, school: School) -> FileBlob:
    """Upload and verify the file as its author. A file stored before is found by its hash."""
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
    early_text.store_text(known.canonical)
    return known


def _advance(item: Item, school: School, people: dict[str, User], files: list[FileBlob], newer: list[FileBlob]) -> int:
    author = people[item.author]
    reviewers = _reviewers(school, people)
    made = drafts.create(who=author, school_id=school.pk, title=item.title)
    data = _metadata(item)
    if item.target is Target.SCHEDULED:
        data["go_live_at"] = timezone.now() + timedelta(days=14)
    drafts.save(who=author, resource_id=made.pk, data=data, visibility=item.visibility)
    drafts.attach_files(who=author, resource_id=made.pk, blob_uids=[blob.uid for blob in files])
    if item.target is Target.EMBARGOED:
        live.embargo(who=author, resource_id=made.pk, until=timezone.now() + timedelta(days=30))
    if item.target is Target.DRAFT:
        return made.pk
    review.submit(who=author, resource_id=made.pk, commitment=True)
    if item.target is Target.SCHOOL_REVIEW:
        return made.pk
    if item.target is Target.RETURNED:
        _return(made.pk, reviewers[0], item.remark)
        return made.pk
    if item.target is Target.ALLIANCE_REVIEW:
        _approve(made.pk, reviewers[0])
        return made.pk
    _approve_in_every_stage(made.pk, reviewers)
    if item.target is Target.WITHDRAWN:
        live.withdraw(who=author, resource_id=made.pk, reason=item.remark)
    if item.target in (Target.NEWER_DRAFT, Target.SECOND_VERSION):
        _next_version(item, made.pk, author, newer)
    if item.target is Target.SECOND_VERSION:
        _approve_in_every_stage(made.pk, reviewers)
    return made.pk


def _next_version(item: Item, resource_id: int, author: User, newer: list[FileBlob]) -> None:
    """A second version replaces the files; a newer draft adds to them. Both are submitted."""
    drafts.save(who=author, resource_id=resource_id, data={"version_note": item.note})
    if item.target is Target.SECOND_VERSION:
        for file in list(Resource.objects.get(pk=resource_id).get_latest_revision_as_object().files.all()):
            drafts.remove_file(who=author, resource_id=resource_id, file_uid=file.uid)
    drafts.attach_files(who=author, resource_id=resource_id, blob_uids=[blob.uid for blob in newer])
    review.submit(who=author, resource_id=resource_id, commitment=True)


def _reviewers(school: School, people: dict[str, User]) -> list[User]:
    """A reviewer for each stage. The alliance's staff review first where the school has no reviewer."""
    rows = Membership.objects.reviewing().filter(school=school, role="reviewer").select_related("user")[:1]
    return [people[row.user.email] for row in rows] + [people[EDITOR], people[ADMINISTRATOR]]


def _approve_in_every_stage(resource_id: int, reviewers: list[User]) -> None:
    for _, reviewer in zip(STAGES, reviewers, strict=False):
        _approve(resource_id, reviewer)


def _approve(resource_id: int, who: User) -> None:
    resource = Resource.objects.get(pk=resource_id)
    review.decide(
        who=who,
        resource_id=resource_id,
        revision_id=resource.latest_revision_id or 0,
        decision=review.APPROVE,
        verdicts=review.all_met(),
        # Their previews are made after loading.
        opened=[file.uid for file in review.unseen_in(resource, resource.latest_revision_id)],
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
