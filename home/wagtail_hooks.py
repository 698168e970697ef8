"""What the pages add to the admin, and what of its dashboard does not fit a library whose reviews happen elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import TaskState

from resources.admin.chooser import resource_chooser


@hooks.register("register_admin_viewset")
def register_resource_chooser() -> ViewSet:
    return resource_chooser


class ReviewPanel(Component):
    """How many submissions wait for this person, and the way to them."""

    name = "reviews"
    template_name = "home/admin/review_panel.html"
    order = 220

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        waiting = TaskState.objects.reviewable_by(parent_context["request"].user).count()
        return {**super().get_context_data(parent_context), "waiting": waiting}


@hooks.register("construct_homepage_panels")
def reviews_happen_in_the_workspace(request: HttpRequest, panels: list[Component]) -> None:
    """Wagtail's own panels need every model with a workflow to be a snippet; ours is reviewed in the workspace."""
    foreign = (WorkflowObjectsToModeratePanel, UserObjectsInWorkflowModerationPanel)
    panels[:] = [panel for panel in panels if not isinstance(panel, foreign)]
    panels.append(ReviewPanel())
