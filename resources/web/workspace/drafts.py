"""Views that create, edit, submit, take back and discard a draft."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import UserError
from common.templatetags.ui import size as readable
from members.models import School
from members.requests import AuthedRequest
from members.viewer import viewer_of
from resources import policies
from resources.models import Resource, stages
from resources.publishing import drafts, review
from resources.publishing.proposals import sources as proposals
from resources.uploads.errors import UploadRefused
from resources.uploads.validation import FORM_MAX
from resources.web.forms import NewDraftForm
from resources.web.workspace.answers import call, draft_or_404, draft_url, refuse, wants_json
from resources.web.workspace.draft_form import DraftForm
from resources.web.workspace.draft_page import answer_saved, answer_unsaved, render_draft
from resources.web.workspace.tabs import tabs_for


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: AuthedRequest) -> HttpResponse:
    """The upload page: files first, metadata later."""
    viewer = viewer_of(request.user)
    if not policies.may_upload(viewer):
        raise PermissionDenied(_("You can add resources once a school has taken you on."))
    schools = list(School.objects.filter(pk__in=viewer.schools))
    chosen = request.GET.get("school", "")
    school = next((one for one in schools if str(one.pk) == chosen), schools[0])
    form = NewDraftForm(
        request.POST if request.method == "POST" else None, schools=School.objects.filter(pk__in=viewer.schools)
    )
    if request.method == "POST" and form.is_valid():
        return redirect("draft", _create(request, form).pk)
    if "too_large" in request.GET:
        # nginx redirects here when it refuses a form that is too large (docs/operator.md).
        messages.error(request, str(UploadRefused("too_large_for_form", limit=readable(FORM_MAX)).message))
    context = {
        "form": form,
        "schools": schools,
        "school": school,
        "tabs": tabs_for(request, "mine"),
    }
    return render(request, "resources/workspace/upload.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def create(request: AuthedRequest) -> JsonResponse:
    """For the upload page's script: create a draft for the first uploaded file and return its URLs."""
    form = NewDraftForm(request.POST, schools=School.objects.filter(pk__in=viewer_of(request.user).schools))
    if not form.is_valid():
        message = _("Choose the school that provides it.")
        return JsonResponse({"code": "school_missing", "message": message}, status=400)
    created = _create(request, form)
    return JsonResponse(
        {
            "id": created.pk,
            "url": reverse("draft", args=[created.pk]),
            "files": reverse("draft_files", args=[created.pk]),
        },
        status=201,
    )


def _create(request: AuthedRequest, form: NewDraftForm) -> Resource:
    school, title = form.cleaned_data["school"], form.cleaned_data["title"]
    return drafts.create(who=request.user, school_id=school.pk, title=title)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: AuthedRequest, pk: int) -> HttpResponse:
    """The draft page. POST saves the metadata.

    ``do``: submit, or autosave, which is answered with JSON. ``accept``: proposals to add, by their keys, or "all".
    """
    resource = draft_or_404(request, pk)
    if request.method != "POST":
        return render_draft(request, resource)
    form = DraftForm(request.POST, resource=resource, draft=resource.get_latest_revision_as_object())
    status = _autosave(request, resource, form) if _is_autosave(request) else _save(request, resource, form)
    if status != HTTPStatus.OK:
        answer = answer_unsaved if wants_json(request) else render_draft
        return answer(request, resource, form=form, http_status=status)
    if wants_json(request):
        return answer_saved(request, draft_or_404(request, pk), form)
    if request.POST.get("do") == "submit":
        return _submit(request, pk)
    if request.POST.get("accept"):
        return redirect(draft_url(pk, part="step-record"))
    messages.success(request, _("Saved as a draft. You can go on another day."))
    return redirect("draft", pk)


def _is_autosave(request: AuthedRequest) -> bool:
    return request.POST.get("do") == "autosave"


def _autosave(request: AuthedRequest, resource: Resource, form: DraftForm) -> int:
    """Save the valid fields; the errors of the others stay in the form. The HTTP status as of ``_save``."""
    status = _save(request, resource, form)
    some_fields = status == HTTPStatus.BAD_REQUEST and not form.non_field_errors()
    return _store(request, resource, form) if some_fields else status


def _save(request: AuthedRequest, resource: Resource, form: DraftForm) -> int:
    """Save the posted form; the HTTP status that says whether it was, with the errors added to the form."""
    return _store(request, resource, form) if form.is_valid() else HTTPStatus.BAD_REQUEST


def _store(request: AuthedRequest, resource: Resource, form: DraftForm) -> int:
    try:
        data = form.content()
        if wanted := request.POST.getlist("accept"):
            data = proposals.accept(data, wanted, proposals.proposals_for(resource))
        drafts.save(
            who=request.user,
            resource_id=resource.pk,
            based_on=form.cleaned_data.get("based_on", ""),
            data=data,
            visibility=form.cleaned_data.get("visibility") or None,
            automatic=_is_autosave(request),
        )
    except drafts.EditConflict as refusal:
        form.compare_with(resource)
        return refusal.http_status
    except ValidationError as error:
        form.add_refusal(error)
        return HTTPStatus.BAD_REQUEST
    except UserError as refusal:
        form.add_error(None, str(refusal.message))
        return refusal.http_status
    return HTTPStatus.OK


def _submit(request: AuthedRequest, pk: int) -> HttpResponse:
    signed = request.POST.get("commitment") == "yes"
    try:
        review.submit(who=request.user, resource_id=pk, commitment=signed)
    except review.NotReady as refusal:
        resource = draft_or_404(request, pk)
        return render_draft(request, resource, problems=refusal.problems, http_status=refusal.http_status)
    except UserError as refusal:
        return refuse(request, refusal, draft_url(pk))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, stages.STAGES[0].entered)
    return redirect("draft", pk)


@login_required
@require_POST
def take_back(request: AuthedRequest, pk: int) -> HttpResponse:
    draft_or_404(request, pk)
    return call(request, draft_url(pk), review.cancel, done=_("Taken back. It is a draft again."), resource_id=pk)


@login_required
@require_POST
def discard(request: AuthedRequest, pk: int) -> HttpResponse:
    draft_or_404(request, pk)
    done, then = _("The draft is deleted."), reverse("workspace")
    return call(request, draft_url(pk), drafts.discard, done=done, then=then, resource_id=pk)
