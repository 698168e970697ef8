"""Keep a resource, in one tap, from any page that shows it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from common.errors import UserError
from common.text import parse_id
from lessons.services import lists
from members.requests import AuthedRequest
from resources.models import Resource


@login_required
@require_POST
def keep(request: AuthedRequest) -> HttpResponse:
    """``keep``: the id of a resource to keep, or ``drop``: to keep no longer.

    A form is answered with the page it came from, the script with the new state.
    """
    pk, dropped = parse_id(request.POST.get("keep")), parse_id(request.POST.get("drop"))
    if pk is None and dropped is None:
        raise Http404
    try:
        if pk is not None:
            lists.keep(who=request.user, resource_id=pk)
        elif dropped is not None:
            lists.stop_keeping(who=request.user, resource_id=dropped)
    except Resource.DoesNotExist:
        raise Http404 from None
    except UserError as refusal:
        return refused(request, refusal)
    if is_script(request):
        return JsonResponse({"pressed": pk is not None})
    return redirect(way_back(request))


def is_script(request: AuthedRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def way_back(request: AuthedRequest, default: str = "my_lists") -> str:
    """Where the form was: ``next``, if it is a page of this site."""
    wanted = request.POST.get("next", "")
    # Begins with a slash: redirect() would take another word for the name of a view.
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return reverse(default)


def refused(request: AuthedRequest, refusal: UserError) -> HttpResponse:
    if is_script(request):
        return JsonResponse(refusal.as_json(), status=refusal.http_status)
    messages.error(request, str(refusal.message))
    return redirect(way_back(request))
