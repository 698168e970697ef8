"""Submit, decide, take back; each is one transaction.

Permission and revision of a decision are checked by review_guard.py, which every task calls in ``on_action``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, TaskState, WorkflowState

from common import audit
from common.errors import UserError
from common.text import listed
from members.models import User
from resources import policies
from resources.access import reread, resource_for
from resources.models import Aspect, AspectVerdict, Commitment, Resource, ReviewDecision, RevisionFile, Stage, Verdict
from resources.models.review_guard import AlreadyDecided, ReasonMissing
from resources.models.stages import stage_of
from resources.policies import Action
from resources.publishing import drafts, notifications
from resources.publishing.requirements import (
    COMMITMENT_VERSION,
    MissingItem,
    expired_end_date,
    file_problems,
    files_being_checked,
    missing_fields,
    unseen_files,
)
from resources.publishing.workflow import ensure_workflow
from resources.querysets import FILE_ROWS

APPROVE, RETURN = "approve", "return"
WAGTAIL_ACTION = {APPROVE: "approve", RETURN: "reject"}


class NotReady(UserError):
    """The draft can't be submitted yet; ``problems`` lists everything at once."""

    code = "not_ready"
    http_status = 400
    message = _("It can't be submitted yet.")

    def __init__(self, problems: Sequence[MissingItem]) -> None:
        self.problems = list(problems)
        super().__init__()


class NothingNew(UserError):
    code = "nothing_new"
    message = _("Nothing has changed since the published version.")


class NotInReview(UserError):
    code = "not_in_review"
    message = _("It is not being reviewed.")


class AspectsMissing(UserError):
    code = "aspects_missing"
    message = _("Look at all seven aspects before you approve.")


class AspectFails(UserError):
    code = "aspect_fails"
    message = _("An aspect does not meet the requirements. Return it, or reconsider the aspect.")


class NoteMissing(UserError):
    code = "note_missing"
    message = _("Say what is doubtful or missing wherever an aspect is not simply met.")


class FilesNotOpened(UserError):
    """The reviewer has not confirmed to have opened every file of ``unseen_in``. ``names``: the others."""

    code = "files_not_opened"
    message = _("Open each file that can't be seen here, and tick it: %(names)s")

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(self.message % {"names": listed(names)})


@dataclass(frozen=True, slots=True)
class AspectNote:
    """A verdict on one aspect. ``note`` may be about a ``field`` or about a ``page`` of a file."""

    aspect: str
    verdict: str
    note: str = ""
    field: str = ""
    file_uid: UUID | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A review of one revision."""

    revision_id: int
    comment: str = ""
    verdicts: tuple[AspectNote, ...] = ()
    opened: frozenset[UUID] = frozenset()


def all_met() -> tuple[AspectNote, ...]:
    """All seven aspects met, without a note."""
    return tuple(AspectNote(aspect, Verdict.MEETS) for aspect in Aspect.values)


def problems_of(resource: Resource) -> list[MissingItem]:
    """What the author must do before the latest draft can be submitted, in two queries."""
    latest = resource.latest_revision
    if latest is None:
        return [MissingItem("title", _("There is nothing to submit yet."))]
    return [*missing_fields(latest.content), *expired_end_date(latest.content), *file_problems(_files_of(latest))]


def _files_of(revision: Revision) -> list[RevisionFile]:
    return list(RevisionFile.objects.filter(revision=revision).select_related("blob", "blob__duplicate_of"))


@transaction.atomic
def submit(*, who: User, resource_id: int, commitment: bool) -> WorkflowState:
    """Submit the latest draft. A returned review ends; the new one starts at the first stage.

    ``commitment``: the user has ticked COMMITMENT_POINTS of requirements.py; see ``must_sign``.
    Raises NotReady, NothingNew, drafts.UnderReview.
    """
    resource = resource_for(who, Action.SUBMIT, resource_id, lock=True)
    drafts.refuse_locked(resource, who)
    if resource.live and resource.latest_revision_id == resource.live_revision_id and not resource.requested_visibility:
        raise NothingNew
    signs = must_sign(who, resource)
    _refuse_incomplete(resource, commitment or not signs)
    # Wagtail's resume would continue at the stage that returned it, but every submission passes all stages.
    if returned := resource.current_workflow_state:
        returned.cancel(user=who)
    state = ensure_workflow().start(resource, who)
    latest = resource.latest_revision
    if signs:
        Commitment.objects.create(
            resource=resource, revision=latest, text_version=COMMITMENT_VERSION, signed_by=who, school=resource.school
        )
    audit.record(
        resource, "resources.submit", user=who, revision=latest, commitment=COMMITMENT_VERSION if signs else ""
    )
    _notify_next(resource, state)
    if resource.contributor_id != who.pk:
        notifications.notify_submitted_for(resource=resource, who=who, state_id=state.pk)
    return state


def must_sign(who: User, resource: Resource) -> bool:
    """Whether the submission needs the user's commitment, which speaks for the school.

    The alliance's staff submit only corrections of what the school has signed for.
    """
    return resource.school_id in policies.as_viewer(who).schools


def _refuse_incomplete(resource: Resource, commitment: bool) -> None:
    problems = problems_of(resource)
    if latest := resource.latest_revision:
        problems += files_being_checked(_files_of(latest))
    if not commitment:
        problems.append(MissingItem("commitment", _("Read the commitment and tick it.")))
    if problems:
        raise NotReady(problems)
    draft = resource.get_latest_revision_as_object()
    draft.full_clean(exclude=["visibility"], validate_unique=False, validate_constraints=False)


@transaction.atomic
def decide(
    *,
    who: User,
    resource_id: int,
    revision_id: int,
    decision: str,
    comment: str = "",
    verdicts: Sequence[AspectNote] = (),
    opened: Collection[UUID] = (),
    task_state_id: int | None = None,
) -> ReviewDecision:
    """Approve or return a submission. ``decision``: APPROVE or RETURN.

    ``opened``: the files of ``unseen_in`` that the reviewer says to have opened.
    ``revision_id`` and ``task_state_id``: what the reviewer saw; refused if the draft changed or another reviewer
    decided since. Without ``task_state_id`` the open stage is meant.
    Raises ReviewRefused (and its kinds), AspectsMissing, AspectFails, NoteMissing, FilesNotOpened.
    """
    resource = resource_for(who, Action.SEE_DRAFT, resource_id, lock=True)
    task_state = _open_task_state(resource, task_state_id)
    review = Review(revision_id, comment.strip(), tuple(verdicts), frozenset(opened))
    _check_verdicts(review, decision)
    if decision == APPROVE:
        _refuse_unopened(resource, review)
    task = task_state.task.specific
    task.on_action(task_state, who, WAGTAIL_ACTION[decision], review=review)
    made = _record_decision(resource, who, stage_of(task), task_state, decision == APPROVE, review)
    fresh = reread(resource)
    _audit_decision(fresh, made, review)
    notifications.notify_decision(resource=fresh, decision=made)
    if decision == APPROVE and (state := fresh.current_workflow_state):
        _notify_next(fresh, state)
    return made


def _record_decision(
    resource: Resource, who: User, stage: Stage, task_state: TaskState, approved: bool, review: Review
) -> ReviewDecision:
    made = ReviewDecision.objects.create(
        resource=resource,
        revision_id=review.revision_id,
        task_state=task_state.pk,
        stage=stage.name,
        reviewer=who,
        decision=ReviewDecision.Decision.APPROVED if approved else ReviewDecision.Decision.RETURNED,
        comment=review.comment,
        for_school=stage.is_for_school(resource, policies.as_viewer(who)),
    )
    AspectVerdict.objects.bulk_create(
        AspectVerdict(
            decision=made,
            aspect=note.aspect,
            verdict=note.verdict,
            note=note.note.strip(),
            field=note.field,
            file_uid=note.file_uid,
            page=note.page,
        )
        for note in review.verdicts
    )
    return made


def _audit_decision(resource: Resource, made: ReviewDecision, review: Review) -> None:
    """The only entry of the decision: GuardedTask leaves Wagtail's own out."""
    approved = made.decision == ReviewDecision.Decision.APPROVED
    files = RevisionFile.objects.filter(revision_id=review.revision_id)
    opened = [file.name for file in files if file.uid in review.opened]
    audit.record(
        resource,
        "resources.approve" if approved else "resources.return",
        user=made.reviewer,
        revision=made.revision,
        stage=made.stage,
        for_school=made.for_school,
        comment=made.comment,
        names=[file.name for file in files],
        **({"opened": opened} if opened else {}),
    )


@transaction.atomic
def cancel(*, who: User, resource_id: int) -> None:
    """Take a submission back; it becomes a draft again. Raises NotInReview."""
    resource = resource_for(who, Action.TAKE_BACK, resource_id, lock=True)
    state = resource.current_workflow_state
    if state is None or state.status != WorkflowState.STATUS_IN_PROGRESS:
        raise NotInReview
    state.cancel(user=who)
    audit.record(resource, "resources.take_back", user=who, revision=resource.latest_revision)


def _open_task_state(resource: Resource, task_state_id: int | None) -> TaskState:
    state = resource.current_workflow_state
    current = state.current_task_state if state and state.status == WorkflowState.STATUS_IN_PROGRESS else None
    if current is None:
        if task_state_id is None:
            raise NotInReview
        raise AlreadyDecided
    if task_state_id is not None and task_state_id != current.pk:
        raise AlreadyDecided
    task_state: TaskState = TaskState.objects.get(pk=current.pk)
    return task_state


def _check_verdicts(review: Review, decision: str) -> None:
    if decision not in WAGTAIL_ACTION:
        raise ValueError(f"Not a decision: {decision}")
    aspects = [note.aspect for note in review.verdicts]
    known = set(aspects) <= set(Aspect.values) and {note.verdict for note in review.verdicts} <= set(Verdict.values)
    if not known or len(set(aspects)) != len(aspects):
        raise ValueError("Verdicts name each of the seven aspects at most once.")
    if any(note.verdict != Verdict.MEETS and not note.note.strip() for note in review.verdicts):
        raise NoteMissing
    if decision == RETURN and not review.comment:
        raise ReasonMissing
    if decision == APPROVE:
        if set(aspects) != set(Aspect.values):
            raise AspectsMissing
        if any(note.verdict == Verdict.FAILS for note in review.verdicts):
            raise AspectFails


def unseen_in(resource: Resource, revision_id: int | None) -> list[RevisionFile]:
    """The files of a revision that a reviewer must open before approving, in one query.

    Files taken down are none of them.
    """
    removed = resource.removals.values("uid")
    files = RevisionFile.objects.filter(revision_id=revision_id or 0).exclude(uid__in=removed)
    return unseen_files(files.select_related(*FILE_ROWS))


def _refuse_unopened(resource: Resource, review: Review) -> None:
    unseen = unseen_in(resource, review.revision_id)
    if names := [file.name for file in unseen if file.uid not in review.opened]:
        raise FilesNotOpened(names)


def _notify_next(resource: Resource, state: WorkflowState) -> None:
    task_state = state.current_task_state
    if state.status == WorkflowState.STATUS_IN_PROGRESS and task_state is not None:
        stage = stage_of(task_state.task.specific)
        notifications.notify_reviewers(resource=resource, stage=stage, task_state_id=task_state.pk)
