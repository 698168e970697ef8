"""The first page of the workspace: what needs doing, what is in review, and the list of resources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from common.text import enumerated
from members.models import Membership
from members.requests import AuthedRequest
from members.viewer import viewer_of
from resources.models import Resource, ReviewDecision
from resources.policies import Action
from resources.publishing.requirements import missing_fields
from resources.publishing.review_comments import field_label
from resources.publishing.status import (
    ProgressStep,
    ResourceStatus,
    State,
    draft_title,
    draft_types,
    in_review_states,
    needed_first,
    statuses_of,
    with_state,
)
from resources.querysets import ResourceQuerySet
from resources.web.workspace.landing.progress import progress_of
from resources.web.workspace.landing.reviewed import reviewed_by
from resources.web.workspace.landing.staff_panels import staff_panels
from resources.web.workspace.review_queue import waiting_for
from resources.web.workspace.tabs import tabs_for

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PER_PAGE = 30
MOST_WAITING = 5
"""Submissions that are shown above a reviewer's own resources; the queue has them all."""
MOST_TO_DO = 5
"""Resources in each of the sections above the list; the filters show them all."""

ALL = "all"
TO_DO = frozenset({State.RETURNED, State.DRAFT})
SETTLED = frozenset(State.values) - TO_DO


def filters() -> dict[str, tuple[StrOrPromise, frozenset[str]]]:
    """The filters of the list: a label, and the states that pass."""
    return {
        ALL: (_("All"), in_review_states() | frozenset(State.values)),
        "draft": (_("Drafts"), frozenset({State.DRAFT})),
        "review": (_("In review"), in_review_states()),
        "returned": (State.RETURNED.label, frozenset({State.RETURNED})),
        "scheduled": (State.SCHEDULED.label, frozenset({State.SCHEDULED})),
        "live": (State.LIVE.label, frozenset({State.LIVE})),
        "withdrawn": (State.WITHDRAWN.label, frozenset({State.WITHDRAWN})),
        "expired": (State.EXPIRED.label, frozenset({State.EXPIRED})),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One resource in the list. ``note``: why it was returned or withdrawn, or what is missing.

    ``returned``: by whom and when. ``steps``: of one in review.
    """

    resource: Resource
    status: ResourceStatus
    title: str
    kind: str = ""
    note: StrOrPromise = ""
    returned: ReviewDecision | None = None
    steps: Sequence[ProgressStep] = ()

    @property
    def url(self) -> str:
        return reverse("draft", args=[self.resource.pk])


@login_required
@require_safe
def my_resources(request: AuthedRequest) -> HttpResponse:
    """What waits for the user, and their own resources; with ``?scope=all`` every draft they look after."""
    viewer = viewer_of(request.user)
    reviews = bool(viewer.reviews or viewer.is_staff)
    everything = reviews and request.GET.get("scope") == "all"
    resources = with_state(Resource.objects.allowing(viewer, Action.SEE_DRAFT))
    if not everything:
        resources = resources.filter(contributor_id=viewer.user_id)
    counts = dict(resources.order_by().values_list("state").annotate(Count("pk")))
    state = request.GET.get("state", "")
    # Without a filter: what needs doing first, and the list without it.
    overview = not everything and state not in filters()
    shown = SETTLED if overview else filters().get(state, filters()[ALL])[1]
    ordered = needed_first(resources)
    page = Paginator(ordered.filter(state__in=shown).values_list("pk", flat=True), PER_PAGE).get_page(
        request.GET.get("page")
    )
    to_do, in_review = (
        _first(ordered, states) if overview and page.number == 1 else [] for states in (TO_DO, in_review_states())
    )
    lines = _lines([*to_do, *in_review, *page])
    waiting, waiting_count = waiting_for(request.user, most=MOST_WAITING)
    context = {
        "page": page,
        "lines": [lines[pk] for pk in page if pk in lines],
        "to_do": [lines[pk] for pk in to_do if pk in lines],
        "in_review": [lines[pk] for pk in in_review if pk in lines],
        "to_do_count": sum(counts.get(one, 0) for one in TO_DO),
        "in_review_count": sum(counts.get(one, 0) for one in in_review_states()),
        "chips": _chips(counts, "" if overview else state if state in filters() else ALL),
        "total": sum(counts.values()),
        "overview": overview,
        "everything": everything,
        "waiting": [] if everything else waiting,
        "waiting_count": waiting_count,
        "reviewed": reviewed_by(request.user) if overview and page.number == 1 and reviews else None,
        "staff_panels": staff_panels() if viewer.is_staff and overview and page.number == 1 else [],
        "only_reviews": not viewer.schools and viewer.is_staff,
        "can_upload": bool(viewer.schools),
        "worked_here": not viewer.schools and Membership.objects.filter(user_id=viewer.user_id or 0).exists(),
        "tabs": tabs_for(request, "school" if everything else "mine", waiting=waiting_count),
    }
    return render(request, "resources/workspace/mine.html", context)


def _chips(counts: dict[str, int], wanted: str) -> list[dict[str, Any]]:
    """The filters that pass anything, and the current one."""
    chips = [
        {"value": value, "label": label, "count": sum(counts.get(state, 0) for state in states), "on": value == wanted}
        for value, (label, states) in filters().items()
    ]
    return [chip for chip in chips if chip["count"] or chip["on"]]


def _first(resources: ResourceQuerySet, states: frozenset[str]) -> list[int]:
    return list(resources.filter(state__in=states).values_list("pk", flat=True)[:MOST_TO_DO])


def _lines(ids: list[int]) -> dict[int, Line]:
    """By primary key; a deleted resource has none."""
    found = Resource.objects.select_related("school", "contributor", "stats", "latest_revision").in_bulk(ids)
    statuses = statuses_of(found.values())
    types = draft_types(found.values())
    returns = _newest_returns(pk for pk, status in statuses.items() if status.state == State.RETURNED)
    steps = progress_of(row for pk, row in found.items() if statuses[pk].in_review)
    return {
        pk: Line(
            resource=found[pk],
            status=statuses[pk],
            title=draft_title(found[pk]),
            kind=types[pk],
            note=_note(found[pk], statuses[pk], returns.get(pk)),
            returned=returns.get(pk),
            steps=steps.get(pk, ()),
        )
        for pk in ids
        if pk in found
    }


def _newest_returns(ids: Iterable[int]) -> dict[int, ReviewDecision]:
    returned = ReviewDecision.objects.filter(resource_id__in=list(ids), decision=ReviewDecision.Decision.RETURNED)
    return {one.resource_id: one for one in returned.select_related("reviewer").order_by("decided")}


def _note(resource: Resource, status: ResourceStatus, returned: ReviewDecision | None) -> StrOrPromise:
    latest = resource.latest_revision
    if status.state == State.RETURNED:
        return _("Reason: %(reason)s") % {"reason": returned.comment if returned else ""}
    if status.state == State.DRAFT and latest and (lacking := missing_fields(latest.content)):
        return _("%(count)s still missing: %(fields)s") % {
            "count": len(lacking),
            "fields": enumerated(field_label(item.field) for item in lacking),
        }
    return resource.withdrawal_reason if status.state == State.WITHDRAWN else ""
