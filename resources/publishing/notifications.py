"""Notices about a submission. They are stored as text, in the language of the library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.models import TaskState

from members.models import Membership, User
from members.services.notifications import notify
from resources.models import REVISION_FIELDS, FileRemoval, Resource, ReviewDecision, Stage
from resources.models.stages import stage_after, stage_named
from resources.publishing.review_comments import field_label

LANGUAGE = "zh-hans"


def reviewers_of(*, resource: Resource, stage: Stage) -> list[User]:
    """The school's reviewers for a stage of the school, else the first group with a member.

    Never the contributor or the user who submitted it. A user who approved an earlier stage is notified only if no one
    else is left.
    """
    candidates = User.objects.filter(is_active=True).exclude(pk=resource.contributor_id)
    others = candidates
    if state := resource.current_workflow_state:
        others = candidates = candidates.exclude(pk=state.requested_by_id)
        passed = state.task_states.filter(status=TaskState.STATUS_APPROVED, finished_by__isnull=False)
        others = candidates.exclude(pk__in=passed.values("finished_by"))
    if stage.by_school:
        reviewing = Membership.objects.reviewing().filter(school_id=resource.school_id).values("user_id")
        if people := list(others.filter(pk__in=reviewing)):
            return people
    for people_left in (others, candidates):
        for group in stage.groups:
            if people := list(people_left.filter(groups__in=Group.objects.filter(name=group)).distinct()):
                return people
    return []


def notify_reviewers(*, resource: Resource, stage: Stage, task_state_id: int) -> None:
    with translation.override(LANGUAGE):
        subject = str(stage.reviewer_notice) % {"title": title_of(resource)}
        words = {"person": resource.contributor, "school": resource.school.label}
        state = resource.current_workflow_state
        if state and state.requested_by_id != resource.contributor_id:
            body = _("%(who)s has submitted it for %(person)s of %(school)s.") % {**words, "who": state.requested_by}
        else:
            body = _("%(person)s of %(school)s has submitted it.") % words
        path = reverse("review", args=[resource.pk])
        for person in reviewers_of(resource=resource, stage=stage):
            notify(user=person, key=f"review:{task_state_id}:{person.pk}", subject=subject, body=body, path=path)


def notify_decision(*, resource: Resource, decision: ReviewDecision) -> None:
    """Notify the contributor of a decision and its reasons."""
    with translation.override(LANGUAGE):
        words: dict[str, Any] = {"title": title_of(resource)}
        body = ""
        path = reverse("draft", args=[resource.pk])
        if decision.decision == ReviewDecision.Decision.RETURNED:
            subject = _("Returned for changes: %(title)s") % words
            body = "\n\n".join([decision.comment, *_notes(decision)])
        elif entered := stage_after(stage_named(decision.stage)):
            subject = str(entered.entered_notice) % words
            body = decision.comment
        elif resource.live and resource.live_revision_id == decision.revision_id:
            subject = _("Published: %(title)s") % words
            body = decision.comment
            path = resource.get_absolute_url()
        else:
            subject = _("Approved, will be published on its date: %(title)s") % words
            body = decision.comment
        _notify_contributor(resource=resource, key=f"decision:{decision.pk}", subject=subject, body=body, path=path)


def _notes(decision: ReviewDecision) -> Iterable[str]:
    for verdict in decision.verdicts.all():
        if verdict.note:
            yield _("%(aspect)s: %(note)s") % {
                "aspect": verdict.get_aspect_display(),
                "note": verdict.note,
            }


def notify_published(*, resource: Resource, key: str) -> None:
    with translation.override(LANGUAGE):
        subject = _("Published: %(title)s") % {"title": title_of(resource)}
        _notify_contributor(resource=resource, key=key, subject=subject, path=resource.get_absolute_url())


def notify_withdrawn(*, resource: Resource, reason: str) -> None:
    with translation.override(LANGUAGE):
        subject = _("Withdrawn: %(title)s") % {"title": title_of(resource)}
        version = resource.latest_revision_id
        path = reverse("draft", args=[resource.pk])
        _notify_contributor(
            resource=resource,
            key=f"withdrawn:{resource.pk}:{version}:{resource.last_published_at:%Y%m%d%H%M%S}",
            subject=subject,
            body=reason,
            path=path,
        )


def notify_expired(*, resource: Resource) -> None:
    with translation.override(LANGUAGE):
        _notify_contributor(
            resource=resource,
            key=f"expired:{resource.pk}:{resource.last_published_at:%Y%m%d%H%M%S}",
            subject=_("Taken down on its end date: %(title)s") % {"title": title_of(resource)},
            body=_("Readers can no longer see it; nothing is lost. To bring it back, change the date and submit it."),
            path=reverse("draft", args=[resource.pk]),
        )


def notify_file_removed(*, resource: Resource, removal: FileRemoval, name: str) -> None:
    with translation.override(LANGUAGE):
        subject = _("A file was taken down: %(title)s") % {"title": title_of(resource)}
        _notify_contributor(
            resource=resource,
            key=f"file-removed:{removal.pk}",
            subject=subject,
            body=f"{name}\n\n{removal.reason}",
            path=reverse("draft", args=[resource.pk]),
        )


def notify_edited(*, resource: Resource, who: User) -> None:
    """Tell the contributor that another user changes the draft: once a day for each of them."""
    with translation.override(LANGUAGE):
        _notify_contributor(
            resource=resource,
            key=f"edited:{resource.pk}:{who.pk}:{timezone.localdate():%Y%m%d}",
            subject=_("%(who)s has changed your draft: %(title)s") % {"who": who, "title": title_of(resource)},
            body=_("Readers see the changes only after the next review. Look at the draft, change it or submit it."),
            path=reverse("draft", args=[resource.pk]),
        )


def notify_submitted_for(*, resource: Resource, who: User, state_id: int) -> None:
    """Tell the contributor that another user submitted the resource, and which fields that user changed."""
    with translation.override(LANGUAGE):
        words = {"who": who, "title": title_of(resource)}
        changed = "、".join(_changed_since_contributor(resource))
        body = _("Another reviewer decides on it; you will be told of the decision.")
        if changed:
            body = _("Changed: %(fields)s.") % {"fields": changed} + "\n\n" + body
        _notify_contributor(
            resource=resource,
            key=f"submitted-for:{state_id}",
            subject=_("%(who)s has submitted your resource: %(title)s") % words,
            body=body,
            path=reverse("draft", args=[resource.pk]),
        )


def _changed_since_contributor(resource: Resource) -> list[str]:
    """Labels of the fields that differ from what the contributor saved last."""
    last = resource.revisions.filter(user_id=resource.contributor_id).order_by("-pk").first()
    latest = resource.latest_revision
    if last is None or latest is None:
        return []
    return [field_label(name) for name in REVISION_FIELDS if last.content.get(name) != latest.content.get(name)]


def notify_handed_over(*, resource: Resource, old: User, who: User) -> None:
    """Notify the new and the old contributor, except the user who did it."""
    new = resource.contributor
    with translation.override(LANGUAGE):
        words: dict[str, Any] = {"title": title_of(resource), "old": old, "new": new, "who": who}
        # A resource may be handed back and forth, and each time needs a key of its own.
        occasion = f"handed-over:{resource.pk}:{timezone.now():%Y%m%d%H%M%S%f}"
        if new.pk != who.pk:
            notify(
                user=new,
                key=f"{occasion}:{new.pk}",
                subject=_("Handed over to you: %(title)s") % words,
                body=_("%(who)s has made you its contributor, after %(old)s. You can change and submit it.") % words,
                path=reverse("draft", args=[resource.pk]),
            )
        if old.pk != who.pk and _works_at_school(old, resource):
            notify(
                user=old,
                key=f"{occasion}:{old.pk}",
                subject=_("Handed over to a colleague: %(title)s") % words,
                body=_("%(who)s has made %(new)s its contributor.") % words,
            )


def notify_all_handed_over(*, new: User, old: User, who: User, count: int) -> None:
    """Notify the user who took over all work of a colleague."""
    with translation.override(LANGUAGE):
        words = {"old": old, "who": who, "count": count}
        notify(
            user=new,
            key=f"all-handed-over:{new.pk}:{timezone.now():%Y%m%d%H%M%S%f}",
            subject=_("The work of %(old)s was handed over to you: %(count)s resources") % words,
            body=_("%(who)s has made you their contributor. You can change and submit them.") % words,
            path=reverse("workspace"),
        )


def _notify_contributor(*, resource: Resource, **words: Any) -> None:
    if _works_at_school(resource.contributor, resource):
        notify(user=resource.contributor, **words)


def _works_at_school(user: User, resource: Resource) -> bool:
    """Users who left the school must not learn of its drafts, not even a title."""
    return Membership.objects.in_force().filter(user=user, school_id=resource.school_id).exists()


def title_of(resource: Resource) -> str:
    """The title of the newest draft. The row keeps the published one."""
    latest = resource.latest_revision
    return (latest.object_str if latest else resource.title) or _("Untitled")
