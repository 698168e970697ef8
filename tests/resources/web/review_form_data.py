"""What the reviewer's desk posts."""

from __future__ import annotations

from typing import Any

from resources.models import Aspect, Resource


def review_form(resource: Resource, decision: str, /, **changes: Any) -> dict[str, Any]:
    """What the desk posts with all seven aspects met. ``changes``: fields by name; None leaves one out."""
    fresh = Resource.objects.get(pk=resource.pk)
    state = fresh.current_workflow_state
    data = {
        "revision": fresh.latest_revision_id,
        "task_state": state.current_task_state_id if state else 1,
        "decision": decision,
        "comment": "",
    }
    data |= {f"{aspect}-verdict": "meets" for aspect in Aspect.values}
    data |= changes
    return {name: value for name, value in data.items() if value is not None}
