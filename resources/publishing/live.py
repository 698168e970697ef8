"""What takes effect on published resources: going live, visibility, withdrawal, taking a file down, dates.

Narrowing is immediate and needs no approval; whatever opens a live resource to more people waits for the next approval.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.actions.unpublish import UnpublishAction
from wagtail.models import Revision

from common import audit
from members.models import User
from resources import policies, signals
from resources.access import Refused, reread, resource_for
from resources.delivery import revocation
from resources.models import FileRemoval, Resource, RevisionFile
from resources.policies import Action
from resources.publishing import notifications

WIDTH = {Resource.Visibility.SCHOOL: 0, Resource.Visibility.ALLIANCE: 1, Resource.Visibility.PUBLIC: 2}
"""How many people a visibility reaches, for comparing two of them."""


class ReasonMissing(Refused):
    message = _("Say why: readers are shown the reason.")


class NotPublished(Refused):
    message = _("It is not published, so there is nothing to withdraw.")


class AlreadyWithdrawn(Refused):
    message = _("It is withdrawn already.")


class NotNarrower(Refused):
    message = _("That would show it to more people, which needs a review.")


class UnderReviewNow(Refused):
    message = _("It is being reviewed. Take the submission back to ask for a wider audience.")


class DateUnderReview(Refused):
    message = _("It is being reviewed or waits for its date. Until it is out, the date can only be put off.")


class NotScheduled(Refused):
    message = _("It does not wait for a date.")


class NoSuchFile(Refused):
    message = _("This resource has no such file, or it was taken down already.")


@transaction.atomic
def go_live(*, revision: Revision, who: User | None) -> None:
    """Publish an approved revision, or put it on the clock when it names a later date.

    Callers have checked the approval. What was asked for with the submission (a wider audience, the return of a
    withdrawn resource) takes effect with the publication, not before.
    """
    resource = Resource.objects.select_for_update().get(pk=int(revision.object_id))
    due = revision.as_object().go_live_at
    if due is None or due <= timezone.now():
        _apply_requests(resource, who)
    # Read again: the revision holds on to the row as it was.
    Revision.objects.get(pk=revision.pk).publish(user=who, skip_permission_checks=True)


def _apply_requests(resource: Resource, who: User | None) -> None:
    changed: dict[str, Any] = {}
    if resource.withdrawn_at:
        changed |= {"withdrawn_at": None, "withdrawn_by": None, "withdrawal_reason": ""}
        audit.record(resource, "resources.return_from_withdrawal", user=who)
    if resource.requested_visibility:
        changed |= {"visibility": resource.requested_visibility, "requested_visibility": ""}
        audit.record(resource, "resources.widen", user=who, old=resource.visibility, new=resource.requested_visibility)
    if changed:
        Resource.objects.filter(pk=resource.pk).update(**changed)


@transaction.atomic
def withdraw(*, who: User, resource_id: int, reason: str) -> Resource:
    """Take a published resource down at once. A tombstone with the reason stays; a running review ends."""
    resource = resource_for(who, Action.WITHDRAW, resource_id, lock=True)
    reason = reason.strip()[:500]
    if not reason:
        raise ReasonMissing
    if resource.is_withdrawn:
        raise AlreadyWithdrawn
    if not resource.live and resource.first_published_at is None:
        raise NotPublished
    if state := resource.current_workflow_state:
        state.cancel(user=who)
    resource.revisions.update(approved_go_live_at=None)
    UnpublishAction(resource, user=who).execute(skip_permission_checks=True)
    _narrow_versions(resource, Resource.Visibility.SCHOOL)
    Resource.objects.filter(pk=resource.pk).update(
        withdrawn_at=timezone.now(), withdrawn_by=who, withdrawal_reason=reason, requested_visibility=""
    )
    revocation.revoke_page_image_urls(resource)
    audit.record(resource, "resources.withdraw", user=who, reason=reason)
    signals.resource_changed.send(Resource, resource_id=resource.pk)
    if resource.contributor_id != who.pk:
        notifications.tell_withdrawn(resource=resource, reason=reason)
    return reread(resource)


@transaction.atomic
def set_visibility(*, who: User, resource_id: int, visibility: str) -> Resource:
    """Choose who may see it. At once for a draft and whenever it narrows; otherwise it waits for the next approval.

    What was published once has readers even after its withdrawal: they may learn its title and the reason.
    """
    if visibility not in Resource.Visibility.values:
        raise ValidationError({"visibility": _("Choose who may see it.")})
    resource = resource_for(who, Action.NARROW, resource_id, lock=True)
    old = resource.visibility
    wider = WIDTH[Resource.Visibility(visibility)] > WIDTH[Resource.Visibility(old)]
    if wider and (resource.workflow_in_progress or resource.scheduled_revision):
        raise UnderReviewNow
    if wider and resource.first_published_at:
        _update(resource, requested_visibility=visibility)
        audit.record(resource, "resources.request_visibility", user=who, old=old, new=visibility)
    elif visibility != old or resource.requested_visibility:
        _narrow_versions(resource, Resource.Visibility(visibility))
        _update(resource, visibility=visibility, requested_visibility="")
        if resource.live and not wider:
            revocation.revoke_page_image_urls(resource)
        audit.record(resource, "resources.set_visibility", user=who, old=old, new=visibility)
    return reread(resource)


@transaction.atomic
def narrow(*, who: User, resource_id: int, visibility: str) -> Resource:
    """As ``set_visibility``, but refuses to reach more people. Raises NotNarrower."""
    resource = resource_for(who, Action.NARROW, resource_id, lock=True)
    known = visibility in Resource.Visibility.values
    if known and WIDTH[Resource.Visibility(visibility)] >= WIDTH[Resource.Visibility(resource.visibility)]:
        raise NotNarrower
    return set_visibility(who=who, resource_id=resource_id, visibility=visibility)


@transaction.atomic
def remove_file(*, who: User, resource_id: int, file_uid: UUID | str, reason: str) -> FileRemoval:
    """Take one file down at once, in every version: privacy, copyright. Raises NoSuchFile, ReasonMissing."""
    resource = resource_for(who, Action.NARROW, resource_id, lock=True)
    reason = reason.strip()[:500]
    if not reason:
        raise ReasonMissing
    known = RevisionFile.objects.filter(revision__in=resource.revisions, uid=file_uid)
    if not known.exists() or resource.removals.filter(uid=file_uid).exists():
        raise NoSuchFile
    removal = FileRemoval.objects.create(resource=resource, uid=file_uid, reason=reason, removed_by=who)
    revocation.revoke_page_image_urls(resource, file_uid=file_uid)
    audit.record(resource, "resources.remove_file", user=who, file=str(file_uid), reason=reason)
    signals.resource_changed.send(Resource, resource_id=resource.pk)
    if resource.contributor_id != who.pk:
        name = known.first().name  # type: ignore[union-attr]
        notifications.tell_file_removed(resource=resource, removal=removal, name=name)
    return removal


@transaction.atomic
def embargo(*, who: User, resource_id: int, until: datetime | None) -> Resource:
    """Show it to nobody but its own people before ``until``. None ends the wait.

    Later is narrowing. Earlier, once it is submitted, is a decision of the alliance's reviewers.
    """
    resource = resource_for(who, Action.NARROW, resource_id, lock=True)
    old = resource.embargo_until if resource.is_embargoed else None
    earlier = old is not None and (until is None or until < old)
    if earlier and not policies.may(who, Action.SECOND_REVIEW, resource):
        if resource.first_published_at:
            raise PermissionDenied(_("Only the alliance's editors may open it earlier."))
        if resource.workflow_in_progress or resource.scheduled_revision:
            raise DateUnderReview
    _update(resource, embargo_until=until)
    if resource.live and until is not None:
        revocation.revoke_page_image_urls(resource)
    audit.record(
        resource,
        "resources.embargo",
        user=who,
        old=old.isoformat() if old else "",
        new=until.isoformat() if until else "",
    )
    return reread(resource)


@transaction.atomic
def cancel_schedule(*, who: User, resource_id: int) -> None:
    """Take an approved version off the clock; it becomes a draft again and needs a new review."""
    resource = resource_for(who, Action.WITHDRAW, resource_id, lock=True)
    if not resource.scheduled_revision:
        raise NotScheduled
    resource.revisions.update(approved_go_live_at=None)
    audit.record(resource, "resources.cancel_schedule", user=who)
    signals.resource_changed.send(Resource, resource_id=resource.pk)


def _narrow_versions(resource: Resource, visibility: Resource.Visibility) -> None:
    """No later approval, which is of another version, opens these again."""
    wider = [each for each, width in WIDTH.items() if width > WIDTH[visibility]]
    resource.versions.filter(visibility__in=wider).update(visibility=visibility)


def _update(resource: Resource, **columns: Any) -> None:
    Resource.objects.filter(pk=resource.pk).update(**columns)
    signals.resource_changed.send(Resource, resource_id=resource.pk)
