"""Review: a Wagtail task for each stage of stages.py, decisions, and what the submitter signed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, Task, TaskState

from members.models import School
from resources import policies
from resources.models import review_guard
from resources.models.resource import Resource
from resources.models.stages import STAGES, stage_of


def _leave_out(user: Any, action: str) -> None:
    """In place of TaskState.log_state_change_action."""


class GuardedTask(Task):
    """Base of our tasks.

    Every decision passes ``on_action``, from the review page and from Wagtail's admin alike.

    Wagtail checks neither permission nor revision nor double decisions here; review_guard does.
    """

    class Meta:
        abstract = True

    @property
    def stage(self) -> str:
        """The name of its stage."""
        return stage_of(self).name

    def user_can_access_editor(self, obj: Resource, user: Any) -> bool:
        return policies.may(user, policies.Action.SEE_DRAFT, obj)

    def locked_for_user(self, obj: Resource, user: Any) -> bool:
        """A resource under review is not edited; its author takes it back first."""
        return True

    def get_actions(self, obj: Resource, user: Any) -> list[tuple[str, Any, bool]]:
        """None in Wagtail's screens: the review page records the seven aspects with each decision."""
        return []

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        return review_guard.task_states_for(self, Resource.objects.allowing(user, stage_of(self).action))

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: Any, action_name: str, review: Any = None, **kwargs: Any) -> Any:
        """``review``: publishing.review.Review; without it (Wagtail's buttons) the decision is refused."""
        checked = review_guard.check_decision(stage_of(self), task_state, user, action_name, review)
        # publishing/review.py writes the one audit entry of a decision.
        checked.log_state_change_action = _leave_out
        return super().on_action(checked, user, action_name, comment=review.comment)


class SchoolReviewTask(GuardedTask):
    """Review by the school, or by the alliance's editors where the school has no other reviewer."""

    class Meta:
        verbose_name = _("school review task")
        verbose_name_plural = _("school review tasks")


class AllianceReviewTask(GuardedTask):
    """Review by an editor of the alliance, not the author."""

    class Meta:
        verbose_name = _("alliance review task")
        verbose_name_plural = _("alliance review tasks")


class Aspect(models.TextChoices):
    """The seven aspects every review looks at."""

    POLITICAL = "political", _("Political soundness")
    ORIENTATION = "orientation", _("Orientation")
    SCIENTIFIC = "scientific", _("Scientific soundness")
    SUITABLE = "suitable", _("Suitability")
    STANDARD = "standard", _("Conformity")
    TIMELY = "timely", _("Timeliness")
    PUBLIC_GOOD = "public_good", _("Public benefit")


class Verdict(models.TextChoices):
    MEETS = "meets", _("Meets")
    DOUBTFUL = "doubtful", _("In doubt")
    FAILS = "fails", _("Does not meet")


class ReviewDecision(models.Model):
    class Decision(models.TextChoices):
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="decisions")
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+")
    task_state = models.BigIntegerField(unique=True, help_text="One decision per task state, for ever.")
    stage = models.CharField(max_length=10, choices=[(stage.name, stage.label) for stage in STAGES])
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    comment = models.TextField(blank=True)
    for_school = models.BooleanField(
        default=False, help_text="The school had no other reviewer, so an editor of the alliance did the first review."
    )
    decided = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("review decision")
        verbose_name_plural = _("review decisions")
        ordering = ["-decided"]
        constraints = [
            models.CheckConstraint(
                name="returned_says_why", condition=~models.Q(decision="returned") | ~models.Q(comment="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource_id}: {self.get_decision_display()}"


class AspectVerdict(models.Model):
    """One of the seven aspects of one decision, with an optional note tied to a field or a page of a file."""

    decision = models.ForeignKey(ReviewDecision, models.CASCADE, related_name="verdicts")
    aspect = models.CharField(max_length=12, choices=Aspect.choices)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    note = models.CharField(max_length=1000, blank=True)
    field = models.CharField(max_length=40, blank=True)
    file_uid = models.UUIDField(null=True, blank=True)
    page = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        constraints = [
            models.UniqueConstraint(fields=["decision", "aspect"], name="aspect_once_per_decision"),
            models.CheckConstraint(name="doubt_says_why", condition=models.Q(verdict="meets") | ~models.Q(note="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_aspect_display()}: {self.get_verdict_display()}"


class Commitment(models.Model):
    """What the submitter signed with a submission: which text, who, when, for which revision."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="commitments")
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+")
    text_version = models.CharField(max_length=20)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)
    school = models.ForeignKey(School, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["-signed_at"]

    def __str__(self) -> str:
        return f"{self.resource_id}: {self.signed_by}, {self.text_version}"
