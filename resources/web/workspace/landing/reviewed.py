"""What a reviewer has decided: submissions that wait for their authors, and the sums of a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from members.models import User
from resources.models import Resource, ReviewDecision
from resources.policies import Action
from resources.publishing.status import State, draft_title, with_state

MONTH = timedelta(days=30)
MOST = 5
"""Returned submissions that are shown."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A submission that the reviewer returned and its author has not submitted again."""

    resource: Resource
    title: str
    decision: ReviewDecision

    @property
    def days(self) -> int:
        return (timezone.now() - self.decision.decided).days


@dataclass(frozen=True, slots=True)
class Reviewed:
    returned: list[Returned]
    returned_count: int
    approved_in_month: int
    returned_in_month: int

    @property
    def in_month(self) -> int:
        return self.approved_in_month + self.returned_in_month


def reviewed_by(user: User) -> Reviewed:
    """In two queries, and two more if anything was returned.

    The newest decision on a submission says whose return it is.
    """
    newest = ReviewDecision.objects.filter(resource=OuterRef("pk")).order_by("-decided", "-pk")
    waiting = (
        with_state(Resource.objects.allowing(user, Action.SEE_DRAFT))
        .filter(state=State.RETURNED)
        .exclude(contributor=user)
        .annotate(decision_id=Subquery(newest.values("pk")[:1]), reviewer_id=Subquery(newest.values("reviewer")[:1]))
        .filter(reviewer_id=user.pk)
    )
    ids = dict(waiting.order_by("decision_id").values_list("pk", "decision_id"))
    shown = list(ids)[:MOST]
    resources = Resource.objects.select_related("school", "contributor", "latest_revision").in_bulk(shown)
    decisions = ReviewDecision.objects.in_bulk([ids[pk] for pk in shown])
    approved, returned = (Q(decision=each) for each in ReviewDecision.Decision)
    sums = ReviewDecision.objects.filter(reviewer=user, decided__gt=timezone.now() - MONTH).aggregate(
        approved=Count("pk", filter=approved), returned=Count("pk", filter=returned)
    )
    lines = [Returned(resources[pk], draft_title(resources[pk]), decisions[ids[pk]]) for pk in shown]
    return Reviewed(lines, len(ids), sums["approved"], sums["returned"])
