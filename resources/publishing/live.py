"""Actions on published resources: publish, withdraw, change visibility, remove a file, set dates.

An action that shows a resource to fewer people takes effect at once. One that shows it to more waits for the next
approval.
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
from common.errors import UserError
from members.models import User
from resources import policies, signals
from resources.access import reread, resource_for
from resources.delivery import revocation
from resources.models import FileRemoval, Resource, RevisionFile
from resources.policies import Action
from resources.publishing import notifications

WIDTH = {Resource.Visibility.SCHOOL: 0, Resource.Visibility.ALLIANCE: 1, Resource.Visibility.PUBLIC: 2}
"""For comparing two visibilities: a larger number reaches more people."""


class PublicReasonMissing(UserError):
    code = "reason_missing"
    message = _("Say why: readers are shown the reason.")


class NotPublished(UserError):
    code = "not_published"
    message = _("It is not published, so there is nothing to withdraw.")


class AlreadyWithdrawn(UserError):
    code = "already_withdrawn"
    message = _("It is withdrawn already.")


class WideningUnderReview(UserError):
    code = "under_review"
    message = _("It is being reviewed. Take the submission back to ask for a wider audience.")


class DateUnderReview(UserError):
    code = "under_review"
    message = _("It is being reviewed or waits for its date. Until it is out, the date can only be put off.")


class NotScheduled(UserError):
    code = "not_scheduled"
    message = _("It does not wait for a date.")


class NoSuchFile(UserError):
    code = "no_such_file"
    http_status = 404
    message = _("This resource has no such file, or it was taken down already.")


@transaction.atomic
def go_live(*, revision: Revision, who: User | None) -> None:
    """Publish an approved revision, or schedule it if it names a later date.

    Callers have checked the approval. A wider visibility or the return from a withdrawal, requested with the
    submission, takes effect with the publication.
    """
    resource = Resource.objects.select_for_update().get(pk=int(revision.object_id))
    due = revision.as_object().go_live_at
    if due is None or due <= timezone.now():
        _apply_requests(resource, who)
    # Read again: the revision caches the row as it was.
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
    """Withdraw a published resource at once. A page with the reason stays; a running review ends."""
    resource = resource_for(who, Action.WITHDRAW, resource_id, lock=True)
    reason = reason.strip()[:500]
    if not reason:
        raise PublicReasonMissing
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
        notifications.notify_withdrawn(resource=resource, reason=reason)
    return reread(resource)


@transaction.atomic
def set_visibility(*, who: User, resource_id: int, visibility: str) -> Resource:
    """Set who may see it: a wider audience of what was published waits for the next approval.

    A withdrawn resource counts as published: readers may still see its title and the reason.
    """
    if visibility not in Resource.Visibility.values:
        raise ValidationError({"visibility": _("Choose who may see it.")})
    resource = resource_for(who, Action.NARROW, resource_id, lock=True)
    old = resource.visibility
    wider = WIDTH[Resource.Visibility(visibility)] > WIDTH[Resource.Visibility(old)]
    if wider and (resource.workflow_in_progress or resource.scheduled_revision):
        raise WideningUnderReview
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
def remove_file(*, who: User, resource_id: int, file_uid: UUID | str, reason: str) -> FileRemoval:
    """Remove one file at once from every version. Raises NoSuchFile, PublicReasonMissing."""
    resource = resource_for(who, Action.NARROW, resource_id, lock=True)
    reason = reason.strip()[:500]
    if not reason:
        raise PublicReasonMissing
    known = RevisionFile.objects.filter(revision__in=resource.revisions, uid=file_uid)
    if not known.exists() or resource.removals.filter(uid=file_uid).exists():
        raise NoSuchFile
    removal = FileRemoval.objects.create(resource=resource, uid=file_uid, reason=reason, removed_by=who)
    revocation.revoke_page_image_urls(resource, file_uid=file_uid)
    name = known.first().name  # type: ignore[union-attr]
    audit.record(resource, "resources.remove_file", user=who, file=str(file_uid), names=[name], reason=reason)
    signals.resource_changed.send(Resource, resource_id=resource.pk)
    if resource.contributor_id != who.pk:
        notifications.notify_file_removed(resource=resource, removal=removal, name=name)
    return removal


@transaction.atomic
def embargo(*, who: User, resource_id: int, until: datetime | None) -> Resource:
    """Hide it from readers until ``until``; None ends the embargo.

    Its authors may set a later date. An earlier one, after the submission, is for reviewers of the alliance.
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
    """Cancel the date of an approved version, which becomes a draft again and needs a new review."""
    resource = resource_for(who, Action.WITHDRAW, resource_id, lock=True)
    if not resource.scheduled_revision:
        raise NotScheduled
    resource.revisions.update(approved_go_live_at=None)
    audit.record(resource, "resources.cancel_schedule", user=who)
    signals.resource_changed.send(Resource, resource_id=resource.pk)


def _narrow_versions(resource: Resource, visibility: Resource.Visibility) -> None:
    """Narrow published versions too. A later approval, which is of another version, does not widen them."""
    wider = [each for each, width in WIDTH.items() if width > WIDTH[visibility]]
    resource.versions.filter(visibility__in=wider).update(visibility=visibility)


def _update(resource: Resource, **columns: Any) -> None:
    Resource.objects.filter(pk=resource.pk).update(**columns)
    signals.resource_changed.send(Resource, resource_id=resource.pk)
