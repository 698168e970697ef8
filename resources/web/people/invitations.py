"""Views of invitations: check a list, send it, the joining link, renew and withdraw."""

from __future__ import annotations

import io

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from common.errors import UserError
from common.workbooks.reading import read_table
from members import policies
from members.models import Invitation, School
from members.requests import AuthedRequest
from members.roles import Role
from members.services.joining import invitations
from members.services.joining.rows import (
    COLUMNS,
    MOST_ROWS,
    ROLE_WORDS,
    RowReport,
    report_on,
    rows_of_table,
    rows_of_text,
)
from members.services.joining.tokens import url_of
from resources.web.people.forms import InviteForm, LinkForm
from resources.web.people.page import managed_school, people_page
from resources.web.workspace.tabs import tabs_for

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_POST
def invite(request: AuthedRequest, slug: str) -> HttpResponse:
    """Report on every row; with ``confirmed`` invite those that are in order."""
    school = managed_school(request, slug)
    form = InviteForm(request.POST, request.FILES, roles=policies.grantable_roles(request.user, school.pk))
    if not form.is_valid():
        return people_page(request, school, invite_form=form, status=400)
    try:
        report = _report(request, school, form)
        if "confirmed" in request.POST:
            return _invite(request, school, report)
    except UserError as refusal:
        form.add_error(None, str(refusal.message))
        return people_page(request, school, invite_form=form, status=400)
    ready = [row for row in report if row.can_be_invited]
    context = {
        "school": school,
        "report": sorted(report, key=lambda row: (row.can_be_invited, row.number)),
        "ready": ready,
        "refused_count": len(report) - len(ready),
        "rows": "\n".join(row.line for row in ready),
        "role": form.cleaned_data["role"],
        "tabs": tabs_for(request, "people"),
    }
    return render(request, "resources/people/check.html", context)


@login_required
@require_safe
def template(request: AuthedRequest, slug: str) -> HttpResponse:
    """An empty spreadsheet with the headings, an example and a list of the roles to choose from."""
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation

    managed_school(request, slug)
    book = Workbook()
    sheet = book.active
    sheet.title = "人员"
    sheet.append([words[0] for words in COLUMNS.values()])
    words = {role: word for word, role in reversed(ROLE_WORDS.items())}
    choices = ",".join(words[role] for role in Role)
    roles = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
    roles.add(f"C2:C{MOST_ROWS + 1}")
    sheet.add_data_validation(roles)
    for column, width in zip("ABC", (16, 32, 14), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    buffer = io.BytesIO()
    book.save(buffer)
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = "attachment; filename=\"people.xlsx\"; filename*=UTF-8''%E4%BA%BA%E5%91%98.xlsx"
    return response


@login_required
@require_POST
def make_link(request: AuthedRequest, slug: str) -> HttpResponse:
    school = managed_school(request, slug)
    form = LinkForm(request.POST, roles=policies.grantable_roles(request.user, school.pk))
    if form.is_valid():
        try:
            invitations.make_link(who=request.user, school_id=school.pk, **form.cleaned_data)
            messages.success(request, _("The link works now. An earlier one has ended."))
            return _to_invitations(slug)
        except UserError as refusal:
            form.add_error(None, str(refusal.message))
    return people_page(request, school, link_form=form, status=400)


@login_required
@require_POST
def end_link(request: AuthedRequest, slug: str) -> HttpResponse:
    school = managed_school(request, slug)
    invitations.end_link(who=request.user, school_id=school.pk)
    messages.success(request, _("The link no longer works."))
    return _to_invitations(slug)


@login_required
@require_safe
def qr(request: AuthedRequest, slug: str) -> HttpResponse:
    """The joining link as a QR code."""
    school = managed_school(request, slug)
    link = Invitation.objects.links().unfinished().filter(school=school).first()
    if link is None:
        raise Http404
    code = segno.make(url_of(link), error="m").svg_inline(scale=4, border=4, light="#fff", dark="#000")
    return HttpResponse(
        code.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), content_type="image/svg+xml"
    )


@login_required
@require_POST
def again(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    return _with_invitation(request, slug, pk, invitations.send_again, _("Sent again. The earlier link has ended."))


@login_required
@require_POST
def withdraw(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    return _with_invitation(request, slug, pk, invitations.withdraw, _("The invitation is withdrawn."))


def _report(request: AuthedRequest, school: School, form: InviteForm) -> list[RowReport]:
    file = form.cleaned_data["table"]
    if file:
        rows = rows_of_table(read_table(file.read(), most_rows=MOST_ROWS))
    else:
        rows = rows_of_text(form.cleaned_data["rows"])
    return report_on(rows, who=request.user, school=school, usual_role=form.cleaned_data["role"])


def _invite(request: AuthedRequest, school: School, report: list[RowReport]) -> HttpResponse:
    count = invitations.invite_rows(who=request.user, school_id=school.pk, rows=report)
    done = ngettext("%(count)s person is invited.", "%(count)s people are invited.", count) % {"count": count}
    messages.success(request, done)
    if left := len(report) - count:
        text = ngettext("%(count)s row was left out.", "%(count)s rows were left out.", left) % {"count": left}
        messages.warning(request, text)
    return _to_invitations(school.slug)


def _with_invitation(request: AuthedRequest, slug: str, pk: int, service: object, done: str) -> HttpResponse:
    school = managed_school(request, slug)
    try:
        service(who=request.user, school_id=school.pk, invitation_id=pk)  # type: ignore[operator]
    except Invitation.DoesNotExist:
        messages.error(request, _("This invitation was accepted or withdrawn meanwhile."))
    else:
        messages.success(request, done)
    return _to_invitations(slug)


def _to_invitations(slug: str) -> HttpResponse:
    response = redirect("people_of", slug)
    response["Location"] += "#invite"
    return response
