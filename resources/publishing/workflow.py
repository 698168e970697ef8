"""The Wagtail workflow of resources: its stages, and what happens when the last one approves.

Wagtail imports this module while it loads its own models (WAGTAIL_FINISH_WORKFLOW_ACTION), so models are imported
inside the functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wagtail.models import Workflow

NAME = "院校初审与联盟复审"
"""The name of a new workflow in Wagtail's admin. A renamed workflow keeps its name."""


def ensure_workflow() -> Workflow:
    """Create or repair the workflow. Idempotent: runs after every migrate."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Workflow, WorkflowContentType, WorkflowTask

    from resources.models import Resource, stages

    content_type = ContentType.objects.get_for_model(Resource)
    link = WorkflowContentType.objects.filter(content_type=content_type).select_related("workflow").first()
    workflow = link.workflow if link else Workflow.objects.create(name=NAME)
    if link is None:
        WorkflowContentType.objects.create(content_type=content_type, workflow=workflow)
    for order, stage in enumerate(stages.STAGES):
        task = stage.task_model.objects.first() or stage.task_model.objects.create(name=stage.task_name)
        WorkflowTask.objects.update_or_create(workflow=workflow, task=task, defaults={"sort_order": order})
    return workflow


def publish_reviewed(workflow_state: Any, user: Any = None) -> None:
    """Publish the revision that the last reviewer approved.

    Wagtail's default action publishes the latest revision, which may have been saved after the submission.
    """
    from resources.publishing import live

    live.go_live(revision=workflow_state.current_task_state.revision, who=user)
