"""Who may do what with a resource. No other module decides this.

Each rule grants some actions under one condition, a Q object. The same Q filters querysets and is evaluated on single
resources (``matches``), so views, tasks, API and search agree. An action is allowed when the condition of any rule that
grants it is true. The rules follow the table in docs/permissions.md; tests walk through every rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Now
from wagtail.models import TaskState, WorkflowState

from members.models import Membership
from members.viewer import Viewer, Who, viewer_of
from resources.conditions import matches

if TYPE_CHECKING:
    from resources.models import PublishedVersion, Resource


class Action(StrEnum):
    FIND = "find"  # see it in lists, search, counts and feeds
    VIEW = "view"  # open the published resource
    DOWNLOAD = "download"  # download its published files
    SEE_DRAFT = "see_draft"  # open its drafts, their files and their review
    EDIT = "edit"
    SUBMIT = "submit"
    TAKE_BACK = "take_back"  # end a running review
    DISCARD = "discard"  # delete a draft that was never submitted
    FIRST_REVIEW = "first_review"
    SECOND_REVIEW = "second_review"
    NARROW = "narrow"  # restrict its visibility, remove a single file
    WITHDRAW = "withdraw"
    HAND_OVER = "hand_over"  # make a colleague its contributor
    SEE_TOMBSTONE = "see_tombstone"  # see that it was withdrawn, and why


READING = frozenset({Action.FIND, Action.VIEW, Action.DOWNLOAD})
"""What a viewer may do who ``reads_only``."""

NO_RESOURCE = Q(pk__in=[])
EVERY_RESOURCE = Q(pk__isnull=False)
"""Not an empty Q: ``own | Q()`` is only ``own``, and an editor who also teaches would see less than other editors."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``condition``: the resources on which the rule grants its actions to a viewer.

    None: never to this viewer.
    """

    name: str
    actions: frozenset[Action]
    condition: Callable[[Viewer], Q | None]


def _embargo_over() -> Q:
    return Q(embargo_until=None) | Q(embargo_until__lte=Now())


def _published() -> Q:
    return Q(live=True) & _embargo_over()


def _withdrawn() -> Q:
    return Q(withdrawn_at__isnull=False) & Q(first_published_at__isnull=False)


def _withdrawn_from_readers() -> Q:
    """Without resources that were withdrawn before their embargo ended: no reader ever saw those."""
    return _withdrawn() & (Q(embargo_until=None) | Q(embargo_until__lte=F("withdrawn_at")))


def _own(viewer: Viewer) -> Q | None:
    """Own work, as long as the person works at the school that provides it."""
    return Q(contributor_id=viewer.user_id, school_id__in=viewer.schools) if viewer.schools else None


def _not_own(viewer: Viewer) -> Q:
    return ~Q(contributor_id=viewer.user_id)


def _by_visibility(shown: Callable[[], Q]) -> tuple[Callable[[Viewer], Q | None], ...]:
    """Three conditions: public for everyone, alliance for its members, school for its people."""
    return (
        lambda viewer: shown() & Q(visibility="public"),
        lambda viewer: shown() & Q(visibility="alliance") if viewer.is_member else None,
        lambda viewer: shown() & Q(visibility="school", school_id__in=viewer.schools) if viewer.schools else None,
    )


_public, _alliance, _school = _by_visibility(_published)
_gone_public, _gone_alliance, _gone_school = _by_visibility(_withdrawn_from_readers)


def _granted(viewer: Viewer) -> Q | None:
    """What a class link names, as long as the teacher who made it may see it as a reader."""
    grant = viewer.grant
    return None if grant is None else Q(pk__in=grant.resources) & _visible(grant.teacher)


def _and(first: Callable[[Viewer], Q | None], second: Callable[[Viewer], Q | None]) -> Callable[[Viewer], Q | None]:
    def both(viewer: Viewer) -> Q | None:
        one, two = first(viewer), second(viewer)
        return None if one is None or two is None else one & two

    return both


def _visible(viewer: Viewer) -> Q:
    return _any(condition(viewer) for condition in (_public, _alliance, _school))


def _any(conditions: Any) -> Q:
    total = NO_RESOURCE
    for condition in conditions:
        if condition is not None:
            total = condition if total is NO_RESOURCE else total | condition
    return total


def _running_reviews(pk: OuterRef) -> QuerySet[WorkflowState]:
    running: QuerySet[WorkflowState] = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS,
        base_content_type__app_label="resources",
        base_content_type__model="resource",
        object_id=Cast(pk, CharField()),
    )
    return running


def _submitted_by(viewer: Viewer) -> Q:
    return Q(Exists(_running_reviews(OuterRef("pk")).filter(requested_by_id=viewer.user_id)))


def _neither_own_nor_submitted(viewer: Viewer) -> Q:
    """The submitter reviews in no stage, so two people see every submission."""
    return _not_own(viewer) & ~_submitted_by(viewer)


def _no_other_reviewer() -> Q:
    """The school has no reviewer besides the contributor and the user who submitted it."""
    others = Membership.objects.reviewing().filter(school_id=OuterRef("school_id"))
    submitted = _running_reviews(OuterRef(OuterRef("pk"))).filter(requested_by_id=OuterRef("user_id"))
    return ~Q(Exists(others.exclude(user_id=OuterRef("contributor_id")).filter(~Exists(submitted))))


def _school_committed() -> Q:
    """A person of the school that provides it has signed the commitment with an earlier submission."""
    signed = apps.get_model("resources.Commitment").objects.filter(resource_id=OuterRef("pk"))
    return Q(Exists(signed.filter(school_id=OuterRef("school_id"))))


def _not_reviewed_first(viewer: Viewer) -> Q:
    """The reviewer who approved for the school may not approve for the alliance.

    Exception: where the school has no other reviewer, one editor may do both, or a small alliance could not publish.
    """
    passed = TaskState.objects.filter(
        finished_by_id=viewer.user_id,
        status=TaskState.STATUS_APPROVED,
        workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        workflow_state__base_content_type__app_label="resources",
        workflow_state__base_content_type__model="resource",
        workflow_state__object_id=Cast(OuterRef("pk"), CharField()),
    )
    return ~Q(Exists(passed)) | _no_other_reviewer()


READ = frozenset({Action.FIND, Action.VIEW})
KEEP = frozenset({Action.NARROW, Action.WITHDRAW})

RULES: tuple[Rule, ...] = (
    Rule("public resources are for everyone", READ, _public),
    Rule("alliance resources are for members", READ, _alliance),
    Rule("school resources are for the school's people", READ, _school),
    Rule(
        "the alliance's staff read everything published",
        READ | {Action.DOWNLOAD},
        lambda viewer: Q(live=True) if viewer.is_staff else None,
    ),
    Rule("a class link shows its pages and lets nothing be found or downloaded", frozenset({Action.VIEW}), _granted),
    Rule(
        "anyone downloads what an open licence allows",
        frozenset({Action.DOWNLOAD}),
        lambda viewer: _visible(viewer) & Q(licence__download="anyone"),
    ),
    Rule(
        "members download what is licensed to the alliance",
        frozenset({Action.DOWNLOAD}),
        lambda viewer: _visible(viewer) & Q(licence__download="alliance") if viewer.is_member else None,
    ),
    Rule(
        "the school's people download what is licensed to the school",
        frozenset({Action.DOWNLOAD}),
        lambda viewer: (
            _visible(viewer) & Q(licence__download="school", school_id__in=viewer.schools) if viewer.schools else None
        ),
    ),
    Rule("contributors see their own drafts", frozenset({Action.SEE_DRAFT}), _own),
    Rule("contributors edit their own work", frozenset({Action.EDIT}), _own),
    Rule("contributors submit their own work", frozenset({Action.SUBMIT}), _own),
    Rule("contributors take their own work back", frozenset({Action.TAKE_BACK}), _own),
    Rule("contributors discard their own drafts", frozenset({Action.DISCARD}), _own),
    Rule("contributors narrow and withdraw their own work", KEEP, _own),
    Rule(
        "reviewers look after their school's drafts",
        frozenset({Action.SEE_DRAFT, Action.EDIT}),
        lambda viewer: Q(school_id__in=viewer.reviews) if viewer.reviews else None,
    ),
    Rule(
        "reviewers submit their school's drafts",
        frozenset({Action.SUBMIT}),
        lambda viewer: Q(school_id__in=viewer.reviews) if viewer.reviews else None,
    ),
    Rule(
        "reviewers take back what they submitted",
        frozenset({Action.TAKE_BACK}),
        lambda viewer: Q(school_id__in=viewer.reviews) & _submitted_by(viewer) if viewer.reviews else None,
    ),
    Rule(
        "reviewers narrow and withdraw their school's resources",
        KEEP,
        lambda viewer: Q(school_id__in=viewer.reviews) if viewer.reviews else None,
    ),
    Rule(
        "the alliance's staff look after every draft",
        frozenset({Action.SEE_DRAFT, Action.EDIT}),
        lambda viewer: EVERY_RESOURCE if viewer.is_staff else None,
    ),
    Rule(
        "the alliance's staff submit what its school has committed itself to and not withdrawn",
        frozenset({Action.SUBMIT}),
        lambda viewer: _school_committed() & Q(withdrawn_at=None) if viewer.is_staff else None,
    ),
    Rule(
        "the alliance's staff take back what they submitted",
        frozenset({Action.TAKE_BACK}),
        lambda viewer: _submitted_by(viewer) if viewer.is_staff else None,
    ),
    Rule(
        "the alliance's staff narrow and withdraw anything",
        KEEP,
        lambda viewer: EVERY_RESOURCE if viewer.is_staff else None,
    ),
    Rule(
        "reviewers review their school's work but neither their own nor what they submitted",
        frozenset({Action.FIRST_REVIEW}),
        lambda viewer: Q(school_id__in=viewer.reviews) & _neither_own_nor_submitted(viewer) if viewer.reviews else None,
    ),
    Rule(
        "the alliance's staff review first where the school has no other reviewer",
        frozenset({Action.FIRST_REVIEW}),
        lambda viewer: _no_other_reviewer() & _neither_own_nor_submitted(viewer) if viewer.is_staff else None,
    ),
    Rule(
        "the alliance's staff review second but neither their own work nor what they submitted",
        frozenset({Action.SECOND_REVIEW}),
        lambda viewer: _neither_own_nor_submitted(viewer) & _not_reviewed_first(viewer) if viewer.is_staff else None,
    ),
    Rule(
        "managers hand over their school's work but not their own",
        frozenset({Action.HAND_OVER}),
        # A manager could review own work after handing it to a colleague.
        lambda viewer: Q(school_id__in=viewer.manages) & _not_own(viewer) if viewer.manages else None,
    ),
    Rule(
        "administrators hand over anybody's work",
        frozenset({Action.HAND_OVER}),
        lambda viewer: EVERY_RESOURCE if viewer.is_administrator else None,
    ),
    Rule(
        "a withdrawn public resource leaves a tombstone for everyone", frozenset({Action.SEE_TOMBSTONE}), _gone_public
    ),
    Rule("a withdrawn alliance resource leaves one for members", frozenset({Action.SEE_TOMBSTONE}), _gone_alliance),
    Rule("a withdrawn school resource leaves one for its school", frozenset({Action.SEE_TOMBSTONE}), _gone_school),
    Rule(
        "the alliance's staff see every tombstone",
        frozenset({Action.SEE_TOMBSTONE}),
        lambda viewer: _withdrawn() if viewer.is_staff else None,
    ),
)


def as_viewer(who: Who) -> Viewer:
    return who if isinstance(who, Viewer) else viewer_of(who)


def condition_for(who: Who, action: Action) -> Q:
    """A filter: the resources on which ``who`` may do ``action``."""
    viewer = as_viewer(who)
    if viewer.reads_only and action not in READING:
        return NO_RESOURCE
    return _any(rule.condition(viewer) for rule in RULES if action in rule.actions)


def may(who: Who, action: Action, resource: Resource) -> bool:
    """As ``condition_for``, for one resource. Queries only for rules that look at other tables."""
    return matches(condition_for(who, action), resource)


def may_version(who: Who, action: Action, resource: Resource, version: PublishedVersion | None) -> bool:
    """As ``may``, for one published version.

    An older version also needs the visibility and licence it was approved with.

    Reviewers who approved a later version for more people have not reviewed the older one.
    """
    if not may(who, action, resource):
        return False
    if version is None or version.revision_id == resource.live_revision_id:
        return True
    past = copy(resource)
    past.visibility = version.visibility
    if action == Action.DOWNLOAD:
        past.licence_id = version.revision.content.get("licence")
    return may(who, action, past)


def may_export(who: Who, resource: Resource, version: PublishedVersion | None) -> bool:
    """Whether pages of a version may go into a file that is made for a user, and stay in it.

    As for a download, but a licence for looking only also binds the alliance's staff: the file is made to be passed on.
    """
    licence = resource.licence
    if licence is None or licence.download == "nobody":
        return False
    return may_version(who, Action.DOWNLOAD, resource, version)


def may_fetch_export(who: Who, owner_id: int, sources: Iterable[tuple[Resource, PublishedVersion]]) -> bool:
    """Whether a user may still fetch a file that was made for its owner from these sources."""
    viewer = as_viewer(who)
    return viewer.user_id == owner_id and all(may_export(viewer, *source) for source in sources)


def may_upload(who: Who) -> bool:
    """Only people of a school may upload: every resource belongs to a school."""
    viewer = as_viewer(who)
    return bool(viewer.schools) and not viewer.reads_only
