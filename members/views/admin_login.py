"""Sign-in for the Wagtail admin by allauth, and 404 for pages of allauth that the site does not offer."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _


def cms_gate(request: HttpRequest) -> HttpResponse:
    """Where the admin redirects users without access: visitors to our sign-in, signed-in users get 403.

    Redirecting signed-in users to the sign-in would loop: it would send them back here.
    """
    wanted = request.GET.get("next", "")
    inside = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    target = wanted if inside else resolve_url("wagtailadmin_home")
    if not request.user.is_authenticated:
        return redirect_to_login(target, reverse("account_login"))
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied(_("The editing desk is for the alliance's editors and administrators."))
    # Not redirect(), which takes a path without a slash for the name of a URL.
    return HttpResponseRedirect(target)


def sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to our sign-in, which checks ``next``."""
    return redirect_to_login(request.GET.get("next", ""), reverse("account_login"))


def not_found(request: HttpRequest) -> HttpResponse:
    raise Http404
