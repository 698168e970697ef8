"""The checks before every review decision.

Wagtail's own tasks check no permission, publish the latest revision instead of the reviewed one, and let two reviewers
decide at once. The refusals are PermissionDenied, so that Wagtail's admin shows their message.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState, WorkflowState

from common.errors import UserError
from resources import policies
from resources.models.stages import Stage


class ReviewRefused(UserError, PermissionDenied):
    """A decision that may not be taken."""

    code = "decision_refused"
    message = _("This decision can't be taken.")


class AlreadyDecided(ReviewRefused):
    code = "already_decided"
    message = _("Another reviewer has decided on this submission meanwhile.")


class ChangedSinceSubmitted(ReviewRefused):
    code = "changed_since_submitted"
    message = _("The author has changed the submission meanwhile. Look at it again before you decide.")


class NotYourDecision(ReviewRefused):
    code = "not_your_decision"
    message = _("You may not decide on this submission.")


class OwnWork(ReviewRefused):
    code = "own_work"
    message = _("You can't review a resource that you saved or submitted.")


class ReviewedFirst(ReviewRefused):
    """The reviewer approved an earlier stage. Raised with the text of the stage, ``approved_earlier``."""

    code = "reviewed_first"
    message = _("You approved it in the school review, so another reviewer decides in the alliance review.")


class ReasonMissing(ReviewRefused):
    code = "reason_missing"
    message = _("Say what has to change: the author needs the reason.")


class UseReviewPage(ReviewRefused):
    code = "use_review_page"
    message = _("Decide on the review page, where the seven aspects are recorded.")


def check_decision(stage: Stage, task_state: TaskState, user: Any, action_name: str, review: Any) -> TaskState:
    """Lock the submission, read it again and check.

    Returns the task state to act on; raises ReviewRefused.
    """
    # SQLite has no row locks, but its IMMEDIATE transactions already run one after another.
    workflow_state = WorkflowState.objects.select_for_update().get(pk=task_state.workflow_state_id)
    current = TaskState.objects.get(pk=task_state.pk).specific
    if workflow_state.current_task_state_id != current.pk or current.status != TaskState.STATUS_IN_PROGRESS:
        raise AlreadyDecided
    if review is None:
        raise UseReviewPage
    resource = workflow_state.content_object
    if not policies.may(user, stage.action, resource):
        raise _refusal(stage, workflow_state, user)
    if review.revision_id != resource.latest_revision_id:
        raise ChangedSinceSubmitted
    if resource.latest_revision.user_id == user.pk:
        raise OwnWork
    if action_name == "reject" and not review.comment.strip():
        raise ReasonMissing
    if current.revision_id != resource.latest_revision_id:
        current.revision = resource.latest_revision
        current.save(update_fields=["revision"])
    return current


def _refusal(stage: Stage, workflow_state: WorkflowState, user: Any) -> ReviewRefused:
    if workflow_state.requested_by_id == user.pk:
        return OwnWork()
    if has_approved(workflow_state, user):
        return ReviewedFirst(stage.approved_earlier)
    return NotYourDecision()


def has_approved(workflow_state: WorkflowState, user: Any) -> bool:
    """Whether ``user`` approved an earlier stage of this submission."""
    approved = workflow_state.task_states.filter(finished_by_id=user.pk, status=TaskState.STATUS_APPROVED)
    return bool(approved.exists())


def task_states_for(task: Task, resources: Any) -> Any:
    """Open task states of ``task`` on these resources."""
    # Wagtail stores object ids as text, and PostgreSQL does not cast implicitly.
    ids = resources.annotate(key=Cast("pk", CharField())).values("key")
    return TaskState.objects.filter(
        Q(task=task) & Q(status=TaskState.STATUS_IN_PROGRESS) & Q(workflow_state__object_id__in=ids)
    )
