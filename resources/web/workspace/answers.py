"""What the draft's views share: fetching the draft, calling a service, and answering a refusal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from resources.access import Refused, resource_for
from resources.models import Resource
from resources.policies import Action


def draft_or_404(request: HttpRequest, pk: int) -> Resource:
    try:
        return resource_for(request.user, Action.SEE_DRAFT, pk)
    except (Resource.DoesNotExist, PermissionDenied) as error:
        # Somebody who may read the published version still can't know that a draft exists.
        raise Http404 from error


def call(request: HttpRequest, pk: int, done: str, service: Any, then: str = "draft", **arguments: Any) -> HttpResponse:
    """Call a service and say how it went, on the draft's page."""
    try:
        service(who=request.user, **arguments)
    except Refused as refusal:
        messages.error(request, refusal.message)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
        if then != "draft":
            return redirect(then)
    return redirect("draft", pk)


def refuse(request: HttpRequest, pk: int, message: Any, status: int) -> HttpResponse:
    """A refusal: as JSON to a script, as a message on the draft to a person."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"message": str(message)}, status=status)
    messages.error(request, message)
    return redirect("draft", pk)
