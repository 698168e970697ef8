"""How far several submissions are, for the list; one query for all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from wagtail.models import TaskState, WorkflowState

from resources.models import Resource, Stage, stages
from resources.publishing.status import ProgressStep


def progress_of(resources: Iterable[Resource]) -> dict[int, list[ProgressStep]]:
    """The steps of each resource in review, by primary key.

    Whose turn it is, is said by role: the draft page names the people.
    """
    by_pk = {resource.pk: resource for resource in resources}
    task_states = (
        TaskState.objects.filter(
            workflow_state__base_content_type=ContentType.objects.get_for_model(Resource),
            workflow_state__object_id__in=[str(pk) for pk in by_pk],
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        )
        .select_related("task", "finished_by", "workflow_state__requested_by")
        .order_by("started_at", "pk")
    )
    reviews: dict[int, dict[str, Any]] = {}
    for task_state in task_states:
        # After a return the review starts anew: the newest task state of a stage counts.
        stage = stages.stage_of(task_state.task.specific_class)
        reviews.setdefault(int(task_state.workflow_state.object_id), {})[stage.name] = task_state
    return {pk: _steps(by_pk[pk], found) for pk, found in reviews.items()}


def _steps(resource: Resource, reviews: dict[str, Any]) -> list[ProgressStep]:
    submitted = next(iter(reviews.values())).workflow_state
    steps = [
        ProgressStep(_("Submitted"), "done", "s-full", submitted.created_at, (str(submitted.requested_by or ""),)),
    ]
    waiting = False
    for stage in stages.STAGES:
        task_state = reviews.get(stage.name)
        if waiting or task_state is None:
            steps.append(ProgressStep(stage.label, "next", "s-draft"))
        elif task_state.status == TaskState.STATUS_APPROVED:
            who = (str(task_state.finished_by or ""),)
            steps.append(ProgressStep(stage.label, "done", "s-full", task_state.finished_at, who))
        else:
            waiting = True
            steps.append(ProgressStep(stage.label, "now", stage.icon, task_state.started_at, (_role(stage),)))
    return [*steps, _publication(resource)]


def _role(stage: Stage) -> str:
    return _("the school's reviewers") if stage.by_school else _("the alliance's editors")


def _publication(resource: Resource) -> ProgressStep:
    content = resource.latest_revision.content if resource.latest_revision else {}
    date = parse_datetime(content.get("go_live_at") or "")
    return ProgressStep(_("Publication"), "next", "s-draft", date)
