"""What happens when a workflow ends well. Loaded while wagtail.models is loading: imports nothing of Wagtail at the top."""

from __future__ import annotations

from typing import Any


def publish_reviewed(workflow_state: Any, user: Any = None) -> None:
    """Publish exactly the revision the last reviewer looked at.

    Wagtail's own finish action publishes the latest revision, which may have been saved after the submission.
    """
    from resources.publishing import live

    live.go_live(revision=workflow_state.current_task_state.revision, who=user)
