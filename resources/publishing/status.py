"""Where a resource stands in the flow, as its people see it: for lists, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, WorkflowState

from resources.models import AllianceReviewTask, Resource, SchoolReviewTask, Stage


class State(models.TextChoices):
    """The values are what components/badge.html draws."""

    DRAFT = "draft", _("Draft")
    SCHOOL = "school", _("In school review")
    ALLIANCE = "alliance", _("In alliance review")
    RETURNED = "returned", _("Returned")
    SCHEDULED = "scheduled", _("Scheduled")
    LIVE = "live", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Past its end date")


IN_REVIEW = frozenset({State.SCHOOL, State.ALLIANCE})
UNFINISHED = frozenset({State.DRAFT, State.RETURNED})
STAGE_STATE = {Stage.SCHOOL: State.SCHOOL, Stage.ALLIANCE: State.ALLIANCE}


@dataclass(frozen=True, slots=True)
class Standing:
    """``state``: of the newest draft. ``live``: readers see a published version. ``task_state_id``: its open review."""

    state: State
    live: bool = False
    has_draft: bool = False
    task_state_id: int | None = None

    @property
    def in_review(self) -> bool:
        return self.state in IN_REVIEW

    @property
    def editable(self) -> bool:
        return not self.in_review and self.state != State.SCHEDULED


def standings(resources: Iterable[Resource]) -> dict[int, Standing]:
    """By primary key. Four queries, however many resources."""
    rows = list(resources)
    ids = [str(row.pk) for row in rows]
    content_type = ContentType.objects.get_for_model(Resource)
    task_types = ContentType.objects.get_for_models(SchoolReviewTask, AllianceReviewTask)
    stage_by_type = {found.pk: getattr(model, "stage") for model, found in task_types.items()}  # noqa: B009 - stubs
    reviews = {
        int(state.object_id): state
        for state in WorkflowState.objects.active()
        .filter(base_content_type=content_type, object_id__in=ids)
        .select_related("current_task_state__task")
    }
    scheduled = {
        int(pk)
        for pk in Revision.objects.filter(
            base_content_type=content_type, object_id__in=ids, approved_go_live_at__isnull=False
        ).values_list("object_id", flat=True)
    }

    def standing(row: Resource) -> Standing:
        live, review = row.live, reviews.get(row.pk)
        has_draft = row.latest_revision_id != row.live_revision_id
        if review and review.status == WorkflowState.STATUS_IN_PROGRESS and review.current_task_state:
            stage = stage_by_type[review.current_task_state.task.content_type_id]
            return Standing(STAGE_STATE[stage], live, True, review.current_task_state_id)
        if row.pk in scheduled:
            return Standing(State.SCHEDULED, live, True)
        if review:
            return Standing(State.RETURNED, live, True)
        if live:
            return Standing(State.LIVE, True, has_draft)
        if row.withdrawn_at:
            return Standing(State.WITHDRAWN, False, has_draft)
        if row.expired:
            return Standing(State.EXPIRED, False, has_draft)
        return Standing(State.DRAFT, False, True)

    return {row.pk: standing(row) for row in rows}


def standing_of(resource: Resource) -> Standing:
    return standings([resource])[resource.pk]
