"""The list of member schools and the page of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from common.page_cache import cached_page
from members.models import School
from resources.catalogue import statistics
from resources.catalogue.cards import cards
from resources.models import Resource, UsageKind

MOST_USED = 8
NEWEST = 6
RECENT_DAYS = 30


@require_safe
@cached_page()
def index(request: HttpRequest) -> HttpResponse:
    counts = statistics.count_by_school(request.user)
    context = {
        "founding": [one for one in counts if one.school.founding],
        "others": [one for one in counts if not one.school.founding],
    }
    return render(request, "resources/schools.html", context)


@require_safe
@cached_page()
def school(request: HttpRequest, slug: str) -> HttpResponse:
    """Counts and lists only what the user may see. A suspended school keeps its page, which says so."""
    found = get_object_or_404(School, slug=slug)
    who = request.user
    visible = Resource.objects.visible_to(who).filter(school=found)
    context = {
        "school": found,
        "totals": statistics.totals(who, school=found),
        "views": statistics.recent_use(who, UsageKind.VIEW, days=RECENT_DAYS, school=found),
        "downloads": statistics.recent_use(who, UsageKind.DOWNLOAD, days=RECENT_DAYS, school=found),
        "courses": statistics.count_by_course(who, school=found),
        "most_used": visible.select_related("resource_type", "stats").most_viewed_first()[:MOST_USED],
        "newest": cards(visible.for_cards().newest_first()[:NEWEST]),
    }
    return render(request, "resources/school.html", context)
