"""The one workflow of resources: school review, then alliance review."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Workflow, WorkflowContentType, WorkflowTask

from resources.models import AllianceReviewTask, Resource, SchoolReviewTask

NAME = "院校初审与联盟复审"


def ensure_workflow() -> Workflow:
    """Create or mend the workflow. Idempotent: runs after every migrate."""
    content_type = ContentType.objects.get_for_model(Resource)
    link = WorkflowContentType.objects.filter(content_type=content_type).select_related("workflow").first()
    workflow = link.workflow if link else Workflow.objects.create(name=NAME)
    if link is None:
        WorkflowContentType.objects.create(content_type=content_type, workflow=workflow)
    for order, (model, name) in enumerate(((SchoolReviewTask, "院校初审"), (AllianceReviewTask, "联盟复审"))):
        task = model.objects.first() or model.objects.create(name=name)
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": order})
    return workflow
