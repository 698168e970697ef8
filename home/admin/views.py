"""Pages of the admin: searches without a result, and adding a resource to a collection."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.text import parse_id
from home.models import CollectionEntry, CollectionPage
from members.models import User
from members.requests import AuthedRequest
from resources.admin.chooser import choosable
from resources.models import Resource
from search.admin.missed import missed_queries

MOST_MISSED = 200


@require_safe
def missed(request: HttpRequest) -> HttpResponse:
    """Everything users searched for in vain in the last week."""
    context = {
        "rows": missed_queries(most=MOST_MISSED),
        "page_title": _("Searched for in vain"),
        "header_icon": "search",
    }
    return render(request, "home/admin/missed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def collect(request: AuthedRequest, pk: int) -> HttpResponse:
    """Choose a collection for a resource. The entry goes to the end of the collection's draft."""
    resource = get_object_or_404(choosable(), pk=pk)
    pages = CollectionPage.objects.order_by("-latest_revision_created_at", "-pk")
    if request.method == "POST":
        page = get_object_or_404(pages, pk=parse_id(request.POST.get("collection")))
        if not page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        if not _append(page, resource, request.user):
            messages.error(request, _("“%(title)s” is locked. Nothing was added.") % {"title": page.title})
            return redirect("collect_resource", resource.pk)
        messages.success(request, _("“%(title)s” is now the last entry of the draft.") % {"title": resource.title})
        return redirect("wagtailadmin_pages:edit", page.pk)
    context = {
        "resource": resource,
        "collections": pages,
        "page_title": _("Add to a collection"),
        "header_icon": "folder-inverse",
    }
    return render(request, "home/admin/collect.html", context)


@transaction.atomic
def _append(page: CollectionPage, resource: Resource, user: User) -> bool:
    """Add the entry to the newest draft. False if the page is locked for ``user``."""
    # Another editor may add an entry in the same instant: the second reads the draft of the first.
    locked = CollectionPage.objects.select_for_update().get(pk=page.pk)
    lock = locked.get_lock()
    if lock is not None and lock.for_user(user):
        return False
    draft: Any = locked.get_latest_revision_as_object()
    entries = list(draft.entries.all())
    last = max((entry.sort_order or 0 for entry in entries), default=-1)
    draft.entries.set([*entries, CollectionEntry(resource=resource, sort_order=last + 1)])
    draft.save_revision(user=user, log_action=True)
    return True
