"""Views of actions that need no draft: withdraw, visibility, embargo, transfer, cancel a date."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.requests import AuthedRequest
from resources.publishing import live, transfer
from resources.web.forms import EmbargoForm, HandOverForm, ReasonForm, VisibilityForm
from resources.web.workspace.answers import call, draft_or_404, draft_url


@login_required
@require_POST
def withdraw(request: AuthedRequest, pk: int) -> HttpResponse:
    draft_or_404(request, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done = _("Withdrawn. Readers now see the reason instead.")
    return call(request, draft_url(pk), live.withdraw, resource_id=pk, reason=reason, done=done)


@login_required
@require_POST
def visibility(request: AuthedRequest, pk: int) -> HttpResponse:
    draft_or_404(request, pk)
    form = VisibilityForm(request.POST)
    wanted = form.cleaned_data["visibility"] if form.is_valid() else ""
    done = _("The audience has been changed. A narrower one takes effect at once, a wider one after the next approval.")
    return call(request, draft_url(pk), live.set_visibility, resource_id=pk, visibility=wanted, done=done)


@login_required
@require_POST
def take_file_down(request: AuthedRequest, pk: int, uid: UUID) -> HttpResponse:
    draft_or_404(request, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done = _("The file is taken down in every version.")
    return call(request, draft_url(pk), live.remove_file, resource_id=pk, file_uid=uid, reason=reason, done=done)


@login_required
@require_POST
def embargo(request: AuthedRequest, pk: int) -> HttpResponse:
    draft_or_404(request, pk)
    form = EmbargoForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter a date and a time, or leave it empty."))
        return redirect("draft", pk)
    until = form.cleaned_data["until"]
    return call(request, draft_url(pk), live.embargo, resource_id=pk, until=until, done=_("The date is saved."))


@login_required
@require_POST
def hand_over(request: AuthedRequest, pk: int) -> HttpResponse:
    resource = draft_or_404(request, pk)
    form = HandOverForm(request.POST, colleagues=transfer.colleagues(resource))
    to = form.cleaned_data["contributor"] if form.is_valid() else 0
    done = _("Transferred. Both people have been notified.")
    return call(request, draft_url(pk), transfer.hand_over, resource_id=pk, to_id=to, done=done)


@login_required
@require_POST
def cancel_schedule(request: AuthedRequest, pk: int) -> HttpResponse:
    draft_or_404(request, pk)
    done = _("The date is cancelled. You can edit the resource and submit it again.")
    return call(request, draft_url(pk), live.cancel_schedule, resource_id=pk, done=done)
