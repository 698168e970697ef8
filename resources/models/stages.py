"""The stages of review, each declared once, in the order a submission passes them.

A new stage needs an entry in ``STAGES``, its task in review.py, a migration, and an action with a rule in policies.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from members.roles import ADMINISTRATORS, EDITORS
from resources.policies import Action

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from members.viewer import Viewer
    from resources.models.resource import Resource
    from resources.models.review import GuardedTask


@dataclass(frozen=True, slots=True)
class Stage:
    """One review that a submission passes.

    ``name``: at most 10 characters, stored with each decision, and the status of a resource in this stage. ``task``:
    the label of its task model. ``action``: what a reviewer must be allowed to do. ``by_school``: the school's
    reviewers are notified, and ``groups`` only where it has none; of ``groups`` the first with a suitable member.
    ``icon``: in sprite.html. ``enter_button``, ``entered``, ``entered_notice``: the button that sends a submission into
    this stage, and what its sender and its author are told. ``approved_earlier``: why a reviewer of an earlier stage
    may not decide.
    """

    name: str
    task: str
    task_name: str
    action: Action
    icon: str
    label: StrOrPromise
    in_review: StrOrPromise
    status_line: StrOrPromise
    reviewer_notice: StrOrPromise
    enter_button: StrOrPromise
    entered: StrOrPromise
    entered_notice: StrOrPromise = ""
    approved_earlier: StrOrPromise = ""
    by_school: bool = False
    groups: tuple[str, ...] = (EDITORS, ADMINISTRATORS)

    @property
    def task_model(self) -> type[GuardedTask]:
        model: type[GuardedTask] = apps.get_model(self.task)
        return model

    def is_for_school(self, resource: Resource, viewer: Viewer) -> bool:
        """Whether ``viewer`` decides in place of a reviewer whom the school does not have."""
        return self.by_school and resource.school_id not in viewer.reviews


STAGES: tuple[Stage, ...] = (
    Stage(
        name="school",
        task="resources.SchoolReviewTask",
        task_name="院校初审",
        action=Action.FIRST_REVIEW,
        by_school=True,
        icon="s-third",
        label=_("School review"),
        in_review=_("In school review"),
        status_line=_("In school review. You will be told of the decision."),
        reviewer_notice=_("Waiting for your school review: %(title)s"),
        enter_button=_("Submit to school review"),
        entered=_("Submitted. The reviewers have been notified; their decision will appear here."),
    ),
    Stage(
        name="alliance",
        task="resources.AllianceReviewTask",
        task_name="联盟复审",
        action=Action.SECOND_REVIEW,
        icon="s-two",
        label=_("Alliance review"),
        in_review=_("In alliance review"),
        status_line=_("Passed school review, now in alliance review. You will be told of the decision."),
        reviewer_notice=_("Waiting for your alliance review: %(title)s"),
        enter_button=_("Approve, on to alliance review"),
        entered=_("Approved. It now goes to alliance review."),
        entered_notice=_("Passed school review, now in alliance review: %(title)s"),
        approved_earlier=_("You approved it in the school review, so another reviewer decides in the alliance review."),
    ),
)


def find_stage(name: str) -> Stage | None:
    return next((stage for stage in STAGES if stage.name == name), None)


def stage_named(name: str) -> Stage:
    """Raises LookupError for a name that is no stage's."""
    if (stage := find_stage(name)) is None:
        raise LookupError(f"No stage of review: {name}")
    return stage


def stage_of(task: Model | type[Model]) -> Stage:
    """The stage of a task or a task model. Raises LookupError for a task of another workflow."""
    for stage in STAGES:
        if stage.task == task._meta.label:
            return stage
    raise LookupError(f"No stage of review: {task._meta.label}")


def stage_after(stage: Stage) -> Stage | None:
    """None after the last one, whose approval publishes."""
    return next(iter(STAGES[STAGES.index(stage) + 1 :]), None)
