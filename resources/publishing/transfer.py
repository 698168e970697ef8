"""Make a colleague the contributor of a resource, which only its contributor can submit."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common import audit
from common.errors import UserError
from members.models import Membership, User
from resources.access import reread, resource_for
from resources.models import Resource
from resources.policies import Action
from resources.publishing import notifications


class NotAColleague(UserError):
    code = "not_a_colleague"
    message = _("Choose a current member of the school.")


class BeingReviewed(UserError):
    code = "under_review"
    message = _("It is being reviewed. Hand it over once the reviewers have decided.")


def colleagues(resource: Resource) -> QuerySet[User]:
    """Users who work at its school now, except its contributor."""
    working = Membership.objects.in_force().filter(school_id=resource.school_id).values("user_id")
    people = User.objects.filter(pk__in=working).exclude(pk=resource.contributor_id)
    return people.order_by("last_name", "first_name", "pk")


def contributor_left(resource: Resource) -> bool:
    """Whether its contributor has left the school, so that no one can submit it."""
    working = Membership.objects.in_force().filter(school_id=resource.school_id, user_id=resource.contributor_id)
    return not working.exists()


@transaction.atomic
def hand_over(*, who: User, resource_id: int, to_id: int) -> Resource:
    """Make ``to_id`` its contributor and notify both. Raises NotAColleague, BeingReviewed.

    Refused during a review: a reviewer could become the author of what they approved.
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
    notifications.notify_handed_over(resource=fresh, old=old, who=who)
    return fresh
