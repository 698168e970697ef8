"""The user's notices, by day and by what they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from members.models import Notice
from members.requests import AuthedRequest
from members.services import notifications
from members.viewer import Viewer, viewer_of
from resources.delivery.draft_covers import draft_covers
from resources.models import Resource
from resources.policies import Action
from resources.web.workspace.tabs import tabs_for

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PER_PAGE = 30
BETWEEN = "："
"""Stands between event and title in the subjects of notices, which are stored in Chinese."""

ACTS = {"draft": _("To the draft"), "review": _("To the review"), "resource": _("To the published page")}
"""What the link of a notice is called, by the name of the URL it leads to."""


@dataclass(frozen=True, slots=True)
class Event:
    notice: Notice
    text: str
    act: StrOrPromise


@dataclass(frozen=True, slots=True)
class Target:
    """Where a notice leads: the name of the URL, and the resource it is about, if any."""

    name: str = ""
    resource: int | None = None


@dataclass
class Subject:
    """What notices of one day are about, with its first page. ``title`` and ``image_url`` may be empty."""

    title: str
    image_url: str = ""
    events: list[Event] = field(default_factory=list)

    @property
    def unread(self) -> int:
        return sum(event.notice.read_at is None for event in self.events)


@dataclass
class Day:
    date: date
    name: StrOrPromise
    subjects: list[Subject] = field(default_factory=list)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: AuthedRequest) -> HttpResponse:
    """The user's notices, newest first, with ``?unread=1`` only the unread ones. POST marks all as read."""
    if request.method == "POST":
        notifications.mark_read(user=request.user)
        return redirect("notices")
    mine = Notice.objects.filter(user=request.user)
    only_unread = request.GET.get("unread") == "1"
    page = Paginator(mine.unread() if only_unread else mine, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "days": days_of(page, viewer_of(request.user)),
        "total": mine.count(),
        "unread": mine.unread().count(),
        "only_unread": only_unread,
        "tabs": tabs_for(request, "notices"),
    }
    return render(request, "resources/workspace/notices.html", context)


@login_required
@require_safe
def open_notice(request: AuthedRequest, pk: int) -> HttpResponse:
    """Mark the notice as read and go where it leads."""
    notice = get_object_or_404(Notice, pk=pk, user=request.user)
    notifications.mark_read(user=request.user, notice_id=notice.pk)
    return redirect(notice.path or "notices")


def days_of(found: Iterable[Notice], viewer: Viewer) -> list[Day]:
    """``found``, newest first, by day and subject; a subject stands where its newest notice is."""
    targets = {notice: _target(notice.path) for notice in found}
    covers = _covers({target.resource for target in targets.values() if target.resource}, viewer)
    today = timezone.localdate()
    names = {today: _("Today"), today - timedelta(days=1): _("Yesterday")}
    days: list[Day] = []
    for notice, target in targets.items():
        day = timezone.localdate(notice.created)
        if not days or days[-1].date != day:
            days.append(Day(day, names.get(day, "")))
        text, _between, title = notice.subject.partition(BETWEEN)
        subject = next((one for one in days[-1].subjects if one.title == title and title), None)
        if subject is None:
            days[-1].subjects.append(subject := Subject(title))
        subject.image_url = subject.image_url or covers.get(target.resource or 0, "")
        subject.events.append(Event(notice, text, ACTS.get(target.name, _("Open")) if notice.path else ""))
    return days


def _target(path: str) -> Target:
    if not path:
        return Target()
    try:
        match = resolve(path.partition("?")[0])
    except Resolver404:
        return Target()
    name = match.url_name or ""
    return Target(name, match.kwargs.get("pk") if name in ACTS else None)


def _covers(ids: Collection[int], viewer: Viewer) -> dict[int, str]:
    """Images of the resources whose drafts the user may still see."""
    seen = Resource.objects.allowing(viewer, Action.SEE_DRAFT).filter(pk__in=ids)
    return draft_covers(seen.select_related("latest_revision")) if ids else {}
