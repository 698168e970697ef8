"""The status of a resource in the workflow, as its authors and reviewers see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, CharField, Exists, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, TaskState, WorkflowState

from common.text import listed
from resources.models import Resource, ResourceType, ReviewDecision, Stage, stages
from resources.publishing.notifications import reviewers_of
from resources.querysets import ResourceQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


MOST_NAMES = 3
"""People that a step of the progress names."""


class State(models.TextChoices):
    """The states outside a review; in a review the state is the name of its stage."""

    DRAFT = "draft", _("Draft")
    RETURNED = "returned", _("Returned")
    SCHEDULED = "scheduled", _("Scheduled")
    LIVE = "live", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Past its end date")


@dataclass(frozen=True, slots=True)
class ResourceStatus:
    """``state``: of the newest draft. ``live``: readers see a version. ``task_state_id``: its open review."""

    state: str
    live: bool
    has_draft: bool
    task_state_id: int | None

    @property
    def stage(self) -> Stage | None:
        """The stage of review it is in."""
        return stages.find_stage(self.state)

    @property
    def in_review(self) -> bool:
        return self.stage is not None

    @property
    def editable(self) -> bool:
        return not self.in_review and self.state != State.SCHEDULED


def in_review_states() -> frozenset[str]:
    """The names of all stages; read each time, as a stage may be added after this module is loaded."""
    return frozenset(stage.name for stage in stages.STAGES)


def with_state(resources: ResourceQuerySet) -> ResourceQuerySet:
    """Annotate ``state``, so that the database filters and counts by it."""
    started = _active_reviews().filter(status=WorkflowState.STATUS_IN_PROGRESS)
    in_stage = [
        When(
            Exists(started.filter(current_task_state__task__content_type=_content_type(stage))), then=Value(stage.name)
        )
        for stage in stages.STAGES
    ]
    scheduled = Revision.objects.filter(**_of_the_row(), approved_go_live_at__isnull=False)
    annotated: ResourceQuerySet = resources.annotate(
        state=Case(
            *in_stage,
            When(Exists(scheduled), then=Value(State.SCHEDULED)),
            When(Exists(_active_reviews()), then=Value(State.RETURNED)),
            When(live=True, then=Value(State.LIVE)),
            When(withdrawn_at__isnull=False, then=Value(State.WITHDRAWN)),
            When(expired=True, then=Value(State.EXPIRED)),
            default=Value(State.DRAFT),
            output_field=CharField(),
        )
    )
    return annotated


def statuses_of(resources: Iterable[Resource]) -> dict[int, ResourceStatus]:
    """By primary key, in one query."""
    rows = with_state(Resource.objects.filter(pk__in=[row.pk for row in resources])).annotate(
        task_state=Subquery(_active_reviews().values("current_task_state")[:1])
    )
    columns = ("pk", "state", "live", "latest_revision_id", "live_revision_id", "task_state")
    found = {}
    for pk, state, live, latest, published, task_state in rows.values_list(*columns):
        settled = state in (State.LIVE, State.WITHDRAWN, State.EXPIRED)
        in_review = stages.find_stage(state) is not None
        found[pk] = ResourceStatus(state, live, not settled or latest != published, task_state if in_review else None)
    return found


def status_of(resource: Resource) -> ResourceStatus:
    return statuses_of([resource])[resource.pk]


def _active_reviews() -> Any:
    """The review of the row that is running or was returned: at most one, by Wagtail's constraint."""
    return WorkflowState.objects.active().filter(**_of_the_row())


def _of_the_row() -> dict[str, Any]:
    # Wagtail stores ids as text; its indices begin with the content type.
    content_type = ContentType.objects.get_for_model(Resource)
    return {"base_content_type": content_type, "object_id": Cast(OuterRef("pk"), CharField())}


def _content_type(stage: Stage) -> ContentType:
    return ContentType.objects.get_for_model(stage.task_model, for_concrete_model=False)


def needed_first(resources: ResourceQuerySet) -> ResourceQuerySet:
    """Order resources with ``state`` by need: returned, drafts, in review, scheduled, the others.

    Within each, the newest change comes first.
    """
    order = ([State.RETURNED], [State.DRAFT], [stage.name for stage in stages.STAGES], [State.SCHEDULED])
    urgency = Case(
        *(When(state__in=states, then=Value(rank)) for rank, states in enumerate(order)), default=Value(len(order))
    )
    ordered: ResourceQuerySet = resources.order_by(urgency, "-latest_revision__created_at", "-pk")
    return ordered


def draft_title(resource: Resource) -> str:
    """The title of the newest draft, empty if it has none: the row keeps the published one."""
    return (resource.latest_revision.object_str if resource.latest_revision else "") or resource.title


def draft_types(resources: Iterable[Resource]) -> dict[int, str]:
    """The resource type of each newest draft, in one query. The row keeps the published one."""
    chosen = {
        resource.pk: resource.latest_revision.content.get("resource_type") if resource.latest_revision else None
        for resource in resources
    }
    terms = ResourceType.objects.in_bulk({pk for pk in chosen.values() if pk})
    return {pk: str(terms.get(type_pk, "")) for pk, type_pk in chosen.items()}


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One step of a submission. ``state``: ``done``, ``now``, ``returned`` or ``next``.

    ``when``: its end, or its beginning while it runs. ``people``: who did it, or whose turn it is.
    """

    label: StrOrPromise
    state: str
    icon: str
    when: datetime | None = None
    people: tuple[str, ...] = ()

    @property
    def names(self) -> str:
        """The first of ``people`` as a list."""
        return listed(self.people[:MOST_NAMES])

    @property
    def has_more_people(self) -> bool:
        return len(self.people) > MOST_NAMES

    @property
    def days(self) -> int:
        """Whole days since ``when``."""
        return (timezone.now() - self.when).days if self.when else 0


def progress_of(resource: Resource, status: ResourceStatus) -> list[ProgressStep]:
    """The steps of the newest submission, from submitting to publishing; empty without one under way."""
    signed = resource.commitments.select_related("signed_by").first()
    if signed is None or not (status.in_review or status.state in (State.RETURNED, State.SCHEDULED)):
        return []
    decisions = resource.decisions.filter(decided__gte=signed.signed_at).select_related("reviewer")
    made = {decision.stage: decision for decision in decisions}
    return [
        ProgressStep(_("Submitted"), "done", "s-full", signed.signed_at, (str(signed.signed_by),)),
        *(_step(resource, status, stage, made.get(stage.name)) for stage in stages.STAGES),
        _publication(resource, status),
    ]


def _step(resource: Resource, status: ResourceStatus, stage: Stage, made: ReviewDecision | None) -> ProgressStep:
    if made is not None:
        returned = made.decision == ReviewDecision.Decision.RETURNED
        state, icon = ("returned", "s-back") if returned else ("done", "s-full")
        return ProgressStep(stage.label, state, icon, made.decided, (str(made.reviewer),))
    if stage != status.stage:
        return ProgressStep(stage.label, "next", "s-draft")
    begun = TaskState.objects.filter(pk=status.task_state_id).values_list("started_at", flat=True).first()
    people = tuple(str(user) for user in reviewers_of(resource=resource, stage=stage))
    return ProgressStep(stage.label, "now", stage.icon, begun, people)


def _publication(resource: Resource, status: ResourceStatus) -> ProgressStep:
    if status.state != State.SCHEDULED or not (scheduled := resource.scheduled_revision):
        return ProgressStep(_("Publication"), "next", "s-draft")
    return ProgressStep(_("Publication"), "now", "s-time", scheduled.approved_go_live_at)
