"""Make a colleague the contributor of a resource, which only its contributor can submit."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common import audit
from common.errors import UserError
from members.models import Membership, User
from members.services import memberships
from resources.access import reread, resource_for
from resources.models import Resource
from resources.policies import Action
from resources.publishing import notifications
from resources.publishing.status import State, in_review_states, with_state


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


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many resources of a school a person is the contributor of."""

    published: int = 0
    in_review: int = 0
    drafts: int = 0

    @property
    def total(self) -> int:
        return self.published + self.in_review + self.drafts

    @property
    def can_be_handed_over(self) -> int:
        return self.published + self.drafts


def holdings(*, school_id: int, user_id: int) -> Holdings:
    mine = with_state(Resource.objects.filter(school_id=school_id, contributor_id=user_id))
    states = list(mine.values_list("state", flat=True))
    in_review = sum(state in in_review_states() for state in states)
    published = sum(state in (State.LIVE, State.SCHEDULED, State.EXPIRED, State.WITHDRAWN) for state in states)
    return Holdings(published, in_review, len(states) - in_review - published)


def heirs(*, school_id: int, user_id: int) -> QuerySet[User]:
    """Users who work at the school now and can take over from ``user_id``."""
    working = Membership.objects.in_force().filter(school_id=school_id).values("user_id")
    return User.objects.filter(pk__in=working).exclude(pk=user_id).order_by("last_name", "first_name", "pk")


@transaction.atomic
def hand_over_all(*, who: User, school_id: int, from_id: int, to_id: int) -> int:
    """Make ``to_id`` the contributor of what ``from_id`` has at the school, except what is being reviewed.

    Returns how many. One notice for all. Raises NotAColleague.
    """
    new = heirs(school_id=school_id, user_id=from_id).filter(pk=to_id).first()
    if new is None:
        raise NotAColleague
    theirs = Resource.objects.allowing(who, Action.HAND_OVER).filter(school_id=school_id, contributor_id=from_id)
    # The second look is under the lock: a submission may have begun in between.
    ids = list(theirs.select_for_update(of=("self",)).values_list("pk", flat=True))
    free = with_state(Resource.objects.filter(pk__in=ids)).exclude(state__in=in_review_states())
    moved = list(free)
    Resource.objects.filter(pk__in=[resource.pk for resource in moved]).update(contributor=new)
    for resource in moved:
        audit.record(resource, "resources.hand_over", user=who, old=from_id, new=new.pk)
    if moved and new.pk != who.pk:
        old = User.objects.get(pk=from_id)
        notifications.notify_all_handed_over(new=new, old=old, who=who, count=len(moved))
    return len(moved)


@transaction.atomic
def end_membership(*, who: User, school_id: int, user_id: int, seen: str, to_id: int | None = None) -> int:
    """Deactivate a person at the school and, with ``to_id``, hand their work over.

    Returns how many resources were handed over. Raises as ``memberships.deactivate`` and ``hand_over_all``.
    """
    memberships.deactivate(who=who, school_id=school_id, user_id=user_id, seen=seen)
    if to_id is None:
        return 0
    return hand_over_all(who=who, school_id=school_id, from_id=user_id, to_id=to_id)
