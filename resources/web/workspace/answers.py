"""What the views of a draft share: fetch the draft, call a service, answer a refusal."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from common.errors import UserError
from members.requests import AuthedRequest
from resources.access import resource_for
from resources.models import Resource
from resources.policies import Action


def draft_or_404(request: AuthedRequest, pk: int) -> Resource:
    """404 also for users who may read the published version: they must not learn of the draft."""
    try:
        return resource_for(request.user, Action.SEE_DRAFT, pk)
    except (Resource.DoesNotExist, PermissionDenied) as error:
        raise Http404 from error


def draft_url(pk: int, *, view: str = "draft", part: str = "") -> str:
    return reverse(view, args=[pk]) + (f"#{part}" if part else "")


def call(
    request: AuthedRequest,
    back: str,
    service: Callable[..., Any],
    *,
    done: str = "",
    then: str = "",
    **arguments: Any,
) -> HttpResponse:
    """Call a service for this user and redirect to ``back``, after a success to ``then`` if given."""
    try:
        service(who=request.user, **arguments)
    except UserError as refusal:
        return refuse(request, refusal, back)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(back)
    if wants_json(request):
        return JsonResponse({})
    if done:
        messages.success(request, done)
    return redirect(then or back)


def refuse(request: HttpRequest, refusal: UserError, back: str) -> HttpResponse:
    """Answer a refusal: JSON to a script, the 403 page, or a message on the page ``back``."""
    if wants_json(request):
        return JsonResponse(refusal.as_json(), status=refusal.http_status)
    if refusal.http_status == HTTPStatus.FORBIDDEN:
        raise PermissionDenied(refusal.message)
    messages.error(request, refusal.message)
    return redirect(back)


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
