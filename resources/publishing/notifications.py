"""Who is told what about a submission. Notices are stored, not rendered, hence written in the library's language."""

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
from resources.models import FileRemoval, Resource, ReviewDecision, Stage
from resources.models.stages import stage_after, stage_named

LANGUAGE = "zh-hans"


def reviewers_of(*, resource: Resource, stage: Stage) -> list[User]:
    """The people whose review this is: never the contributor; editors where the school has no other reviewer.

    Who passed it for the school is asked again for the alliance only when nobody else is left.
    """
    anybody = User.objects.filter(is_active=True).exclude(pk=resource.contributor_id)
    others = anybody
    if state := resource.current_workflow_state:
        passed = state.task_states.filter(status=TaskState.STATUS_APPROVED, finished_by__isnull=False)
        others = anybody.exclude(pk__in=passed.values("finished_by"))
    if stage.by_school:
        reviewing = Membership.objects.reviewing().filter(school_id=resource.school_id).values("user_id")
        if people := list(others.filter(pk__in=reviewing)):
            return people
    for candidates in (others, anybody):
        for group in stage.groups:
            if people := list(candidates.filter(groups__in=Group.objects.filter(name=group)).distinct()):
                return people
    return []


def tell_reviewers(*, resource: Resource, stage: Stage, task_state_id: int) -> None:
    with translation.override(LANGUAGE):
        subject = str(stage.reviewer_notice) % {"title": title_of(resource)}
        body = _("%(person)s of %(school)s has submitted it.") % {
            "person": resource.contributor,
            "school": resource.school.label,
        }
        path = reverse("review", args=[resource.pk])
        for person in reviewers_of(resource=resource, stage=stage):
            notify(user=person, key=f"review:{task_state_id}:{person.pk}", subject=subject, body=body, path=path)


def tell_decision(*, resource: Resource, decision: ReviewDecision) -> None:
    """The author learns every decision, and the reason of a return."""
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
        _tell_contributor(resource=resource, key=f"decision:{decision.pk}", subject=subject, body=body, path=path)


def _notes(decision: ReviewDecision) -> Iterable[str]:
    for verdict in decision.verdicts.all():
        if verdict.note:
            yield _("%(aspect)s: %(note)s") % {
                "aspect": verdict.get_aspect_display(),
                "note": verdict.note,
            }


def tell_published(*, resource: Resource, key: str) -> None:
    with translation.override(LANGUAGE):
        subject = _("Published: %(title)s") % {"title": title_of(resource)}
        _tell_contributor(resource=resource, key=key, subject=subject, path=resource.get_absolute_url())


def tell_withdrawn(*, resource: Resource, reason: str) -> None:
    with translation.override(LANGUAGE):
        subject = _("Withdrawn: %(title)s") % {"title": title_of(resource)}
        version = resource.latest_revision_id
        path = reverse("draft", args=[resource.pk])
        _tell_contributor(
            resource=resource,
            key=f"withdrawn:{resource.pk}:{version}:{resource.last_published_at:%Y%m%d%H%M%S}",
            subject=subject,
            body=reason,
            path=path,
        )


def tell_expired(*, resource: Resource) -> None:
    with translation.override(LANGUAGE):
        _tell_contributor(
            resource=resource,
            key=f"expired:{resource.pk}:{resource.last_published_at:%Y%m%d%H%M%S}",
            subject=_("Taken down on its end date: %(title)s") % {"title": title_of(resource)},
            body=_("Readers can no longer see it; nothing is lost. To bring it back, change the date and submit it."),
            path=reverse("draft", args=[resource.pk]),
        )


def tell_file_removed(*, resource: Resource, removal: FileRemoval, name: str) -> None:
    with translation.override(LANGUAGE):
        subject = _("A file was taken down: %(title)s") % {"title": title_of(resource)}
        _tell_contributor(
            resource=resource,
            key=f"file-removed:{removal.pk}",
            subject=subject,
            body=f"{name}\n\n{removal.reason}",
            path=reverse("draft", args=[resource.pk]),
        )


def tell_handed_over(*, resource: Resource, old: User, who: User) -> None:
    """Both the new contributor and the old one, unless it was their own doing."""
    new = resource.contributor
    with translation.override(LANGUAGE):
        words: dict[str, Any] = {"title": title_of(resource), "old": old, "new": new, "who": who}
        # A resource may go back and forth: every time is an occasion of its own.
        occasion = f"handed-over:{resource.pk}:{timezone.now():%Y%m%d%H%M%S%f}"
        if new.pk != who.pk:
            notify(
                user=new,
                key=f"{occasion}:{new.pk}",
                subject=_("Handed over to you: %(title)s") % words,
                body=_("%(who)s has made you its contributor, after %(old)s. You can change and submit it.") % words,
                path=reverse("draft", args=[resource.pk]),
            )
        if old.pk != who.pk and _still_there(old, resource):
            notify(
                user=old,
                key=f"{occasion}:{old.pk}",
                subject=_("Handed over to a colleague: %(title)s") % words,
                body=_("%(who)s has made %(new)s its contributor.") % words,
            )


def _tell_contributor(*, resource: Resource, **words: Any) -> None:
    if _still_there(resource.contributor, resource):
        notify(user=resource.contributor, **words)


def _still_there(user: User, resource: Resource) -> bool:
    """Whoever left the school meanwhile learns nothing more of its drafts, not even a title."""
    return Membership.objects.in_force().filter(user=user, school_id=resource.school_id).exists()


def title_of(resource: Resource) -> str:
    """The title of the newest draft: the row keeps the published one."""
    latest = resource.latest_revision
    return (latest.object_str if latest else resource.title) or _("Untitled")
