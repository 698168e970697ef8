"""The page of a school's people: the list, the line that is open, and the ways to invite."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.text import parse_id
from members import policies
from members.models import Invitation, School
from members.requests import AuthedRequest
from members.services.joining.tokens import url_of
from members.viewer import viewer_of
from resources.publishing import transfer
from resources.web.people.forms import HeirForm, InviteForm, LinkForm, RoleForm
from resources.web.people.lines import ALL, PersonLine, chips, matching, with_resources
from resources.web.people.lines import people_of as lines_of
from resources.web.workspace.tabs import tabs_for

PER_PAGE = 50
ACTS = ("role", "leave", "work")
"""What can be opened below a line."""


@login_required
@require_safe
def people(request: AuthedRequest) -> HttpResponse:
    """Lead to the school that the user manages, the first of several."""
    school = policies.managed_schools(request.user).first()
    if school is None:
        raise PermissionDenied(_("The people of a school are looked after by its managers."))
    return redirect("people_of", school.slug)


@login_required
@require_safe
def people_of(request: AuthedRequest, slug: str) -> HttpResponse:
    return people_page(request, managed_school(request, slug))


def managed_school(request: AuthedRequest, slug: str) -> School:
    """404 for users who don't manage it, as for a school that does not exist."""
    school = policies.managed_schools(request.user).filter(slug=slug).first()
    if school is None:
        raise Http404
    return school


def people_page(
    request: AuthedRequest,
    school: School,
    *,
    invite_form: InviteForm | None = None,
    link_form: LinkForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with a form that was refused in its place."""
    everyone = lines_of(school)
    state = request.GET.get("state", ALL)
    query = request.GET.get("q", "")[:100].strip()
    found = [line for line in matching(everyone, query) if line.passes(state)]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    lines = with_resources(list(page), viewer=viewer_of(request.user), school=school)
    roles = policies.grantable_roles(request.user, school.pk)
    waiting = list(Invitation.objects.personal().unfinished().filter(school=school).select_related("invited_by"))
    link = Invitation.objects.links().unfinished().filter(school=school).first()
    context = {
        "school": school,
        "schools": list(policies.managed_schools(request.user)[:30]),
        "page": page,
        "lines": lines,
        "chips": chips(everyone, state),
        "query": query,
        "active_count": sum(line.is_active for line in everyone),
        "ended_count": sum(not line.is_active for line in everyone),
        "open": _opened(request, school, lines),
        "waiting": waiting,
        "link": link if link and not link.is_expired else None,
        "link_url": url_of(link) if link and not link.is_expired else "",
        "link_form": link_form or LinkForm(roles=roles),
        "invite_form": invite_form or InviteForm(roles=roles),
        "tabs": tabs_for(request, "people"),
    }
    return render(request, "resources/people/people.html", context, status=status)


def _opened(request: AuthedRequest, school: School, lines: list[PersonLine]) -> dict[str, Any] | None:
    """The line whose act is open, with its form."""
    act, user_id = request.GET.get("do", ""), parse_id(request.GET.get("person"))
    line = next((one for one in lines if one.user.pk == user_id), None)
    if line is None or act not in ACTS or not policies.may_change_person(request.user, school.pk, line.user.pk):
        return None
    opened: dict[str, Any] = {"act": act, "line": line}
    if act == "role":
        roles = policies.grantable_roles(request.user, school.pk)
        return {**opened, "form": RoleForm(roles=roles, initial={"role": line.membership.role})}
    heirs = transfer.heirs(school_id=school.pk, user_id=line.user.pk)
    return {
        **opened,
        "form": HeirForm(heirs=heirs),
        "holdings": transfer.holdings(school_id=school.pk, user_id=line.user.pk),
    }
