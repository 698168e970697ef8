"""The user's own account page: sign-in, roles, notices."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.models import Membership
from members.requests import AuthedRequest
from members.roles import REVIEWING
from members.viewer import viewer_of


@login_required
@require_safe
def account(request: AuthedRequest) -> HttpResponse:
    memberships = Membership.objects.in_force().filter(user=request.user).select_related("school")
    context = {"memberships": memberships, "viewer": viewer_of(request.user), "reviewing": REVIEWING}
    return render(request, "account/account.html", context)
