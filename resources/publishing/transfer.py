"""Handing a resource over to a colleague: only its contributor can submit it, and people leave schools."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common import audit
from members.models import Membership, User
from resources.access import Refused, reread, resource_for
from resources.models import Resource
from resources.policies import Action
from resources.publishing import notifications


class NotAColleague(Refused):
    message = _("Choose somebody who works at the school now.")


class BeingReviewed(Refused):
    message = _("It is being reviewed. Hand it over once the reviewers have decided.")


def colleagues(resource: Resource) -> QuerySet[User]:
    """Who could take it over: everybody else who works at its school now."""
    working = Membership.objects.in_force().filter(school_id=resource.school_id).values("user_id")
    people = User.objects.filter(pk__in=working).exclude(pk=resource.contributor_id)
    return people.order_by("last_name", "first_name", "pk")


def contributor_left(resource: Resource) -> bool:
    """Nobody can submit it as it is."""
    working = Membership.objects.in_force().filter(school_id=resource.school_id, user_id=resource.contributor_id)
    return not working.exists()


@transaction.atomic
def hand_over(*, who: User, resource_id: int, to_id: int) -> Resource:
    """Make ``to_id`` its contributor, and tell both. Raises NotAColleague, BeingReviewed.

    Not during a review: one of its reviewers could become the author of what they passed.
    """
    resource = resource_for(who, Action.HAND_OVER, resource_id, lock=True)
    if resource.workflow_in_progress:
        raise BeingReviewed
    new = colleagues(resource).filter(pk=to_id).first()
    if new is None:
        raise NotAColleague
    old = resource.contributor
    Resource.objects.filter(pk=resource.pk).update(contributor=new)
    audit.record(resource, "resources.hand_over", user=who, old=old.pk, new=new.pk)
    fresh = reread(resource)
    notifications.tell_handed_over(resource=fresh, old=old, who=who)
    return fresh
