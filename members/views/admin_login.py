"""The door of the Wagtail admin, and doors of allauth that stay shut."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _


def cms_gate(request: HttpRequest) -> HttpResponse:
    """Where the admin sends whoever may not come in: to our own sign-in, or 403 for people who are signed in already.

    Sending those to the sign-in would send them straight back here, for ever.
    """
    wanted = request.GET.get("next", "")
    inside = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    target = wanted if inside else resolve_url("wagtailadmin_home")
    if not request.user.is_authenticated:
        return redirect_to_login(target, reverse("account_login"))
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied(_("The editing desk is for the alliance's editors and administrators."))
    # Not redirect(): it would look an address without a slash up as a name, and fail.
    return HttpResponseRedirect(target)


def sign_in(request: HttpRequest) -> HttpResponse:
    """To our own sign-in, keeping where to go on (which that checks)."""
    return redirect_to_login(request.GET.get("next", ""), reverse("account_login"))


def not_here(request: HttpRequest) -> HttpResponse:
    raise Http404
