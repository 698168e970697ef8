"""The directory of member schools, and a school's own page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.models import School
from resources.catalogue import statistics
from resources.catalogue.cards import cards
from resources.models import Resource, UsageKind

MOST_USED = 8
NEWEST = 6


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    counted = statistics.by_school(request.user)
    context = {
        "founding": [one for one in counted if one.thing.founding],
        "others": [one for one in counted if not one.thing.founding],
    }
    return render(request, "resources/schools.html", context)


@require_safe
def school(request: HttpRequest, slug: str) -> HttpResponse:
    """Only what the reader may see is counted and listed. A suspended school has no page."""
    found = School.objects.active().filter(slug=slug).first()
    if found is None:
        raise Http404
    visible = Resource.objects.visible_to(request.user).filter(school=found).for_cards()
    context = {
        "school": found,
        "totals": statistics.totals(request.user, school=found),
        "views": statistics.recent_use(request.user, UsageKind.VIEW, days=30, school=found),
        "downloads": statistics.recent_use(request.user, UsageKind.DOWNLOAD, days=30, school=found),
        "courses": statistics.by_course(request.user, school=found),
        "most_used": visible.order_by("-stats__views", "-stats__downloads", "-pk")[:MOST_USED],
        "newest": cards(visible.newest_first()[:NEWEST]),
    }
    return render(request, "resources/school.html", context)
