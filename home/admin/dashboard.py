"""The panels of the admin's dashboard: reviews, searches in vain, new resources, the last backup."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component

from common.models import BackupReport
from home.models import CollectionPage
from members.models import School
from members.viewer import viewer_of
from resources.catalogue.cards import cards
from resources.models import Resource
from resources.web.workspace.review_queue import waiting_for
from search.admin.health import read_health
from search.admin.health_lights import lights_of
from search.admin.missed import WEEK, missed_queries

SHOWN = 4
"""Lines of a panel; its link leads to the rest."""

SLOW, TOO_SLOW = timedelta(days=3), timedelta(days=5)
"""Waiting times from which a submission is marked, in amber and in red."""


class Sums(SummaryItem):
    """One sentence with the sums, and for administrators the state of the system."""

    template_name = "home/admin/sums.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        is_administrator = viewer_of(self.request.user).is_administrator
        return {
            "resources": Resource.objects.published().count(),
            "collections": CollectionPage.objects.live().count(),
            "schools": School.objects.active().count(),
            "health": lights_of(read_health()) if is_administrator else None,
        }


class WaitingPanel(Component):
    """Submissions that the user may review, the longest waiting first."""

    name = "waiting"
    template_name = "home/admin/waiting_panel.html"
    order = 100

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        lines, count = waiting_for(parent_context["request"].user, most=SHOWN)
        now = timezone.now()
        rows = [(line, (now - line.since).days, _mark(now - line.since)) for line in lines]
        return {**super().get_context_data(parent_context), "rows": rows, "count": count}


def _mark(waited: timedelta) -> str:
    return "bad" if waited >= TOO_SLOW else "warn" if waited >= SLOW else ""


class MissedPanel(Component):
    """What users searched for in the last week without a result, the most frequent first."""

    name = "missed"
    template_name = "home/admin/missed_panel.html"
    order = 110

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {**super().get_context_data(parent_context), "rows": missed_queries(most=SHOWN)}


class NewPanel(Component):
    """The newest resources, with the number of the last week."""

    name = "new"
    template_name = "home/admin/new_panel.html"
    order = 120

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        published = Resource.objects.published()
        return {
            **super().get_context_data(parent_context),
            "cards": cards(published.for_cards().newest_first()[:SHOWN]),
            "count": published.filter(first_published_at__gte=timezone.now() - WEEK).count(),
        }


class BackupPanel(Component):
    """For administrators: the last backup and the last trial of restoring one."""

    name = "backup"
    template_name = "home/admin/backup_panel.html"
    order = 130

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(parent_context),
            "backup": BackupReport.last(),
            "restored": BackupReport.last(BackupReport.Kind.RESTORE),
        }


def panels_for(request: HttpRequest) -> list[Component]:
    panels: list[Component] = [WaitingPanel(), MissedPanel(), NewPanel()]
    if viewer_of(request.user).is_administrator:
        panels.append(BackupPanel())
    return panels
