"""Making, filling in and submitting a draft, and what its people may do with it afterwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.templatetags.ui import size as readable
from members.models import School
from members.viewer import viewer_of
from resources import policies
from resources.access import Refused, resource_for
from resources.models import FileBlob, Resource, ResourceFile, RevisionFile
from resources.pipeline import preview
from resources.policies import Action
from resources.publishing import drafts, live, review, transfer
from resources.uploads.errors import UploadRefused
from resources.uploads.validation import FORM_MAX
from resources.web.workspace import draft_page
from resources.web.workspace.forms import DraftForm, EmbargoForm, HandOverForm, NewDraftForm, ReasonForm, VisibilityForm
from resources.web.workspace.my_resources import tabs, waiting_for


def _draft(request: HttpRequest, pk: int) -> Resource:
    try:
        return resource_for(request.user, Action.SEE_DRAFT, pk)
    except (Resource.DoesNotExist, PermissionDenied) as error:
        # Somebody who may read the published version still can't know that a draft exists.
        raise Http404 from error


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Where a resource begins: files first; the record comes after."""
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
        made = drafts.create(
            who=request.user,  # type: ignore[arg-type]
            school_id=form.cleaned_data["school"].pk,
            title=form.cleaned_data["title"],
        )
        return redirect("draft", made.pk)
    if "too_large" in request.GET:
        # Sent here by nginx, which refuses so large a form before it reaches us (docs/operator.md).
        messages.error(request, str(UploadRefused("too_large_for_form", limit=readable(FORM_MAX)).message))
    context = {
        "form": form,
        "schools": schools,
        "school": school,
        "tabs": tabs(viewer, "mine", waiting_for(request.user)),
    }
    return render(request, "resources/workspace/upload.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def create(request: HttpRequest) -> JsonResponse:
    """For the upload page's script: a draft with the file that has just arrived. Answers where it is."""
    form = NewDraftForm(request.POST, schools=School.objects.filter(pk__in=viewer_of(request.user).schools))
    if not form.is_valid():
        return JsonResponse({"message": _("Choose the school that provides it.")}, status=400)
    made = drafts.create(who=request.user, school_id=form.cleaned_data["school"].pk, title=form.cleaned_data["title"])  # type: ignore[arg-type]
    return JsonResponse(
        {"id": made.pk, "url": reverse("draft", args=[made.pk]), "files": reverse("draft_files", args=[made.pk])},
        status=201,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft: its files, its record, what reviewers said, its versions. POST saves, and submits when asked to."""
    resource = _draft(request, pk)
    if request.method != "POST":
        return draft_page.answer(request, resource)
    form = DraftForm(request.POST, resource=resource, draft=resource.get_latest_revision_as_object())
    if not form.is_valid():
        return draft_page.answer(request, resource, form=form, status=400)
    try:
        drafts.save(
            who=request.user,  # type: ignore[arg-type]
            resource_id=pk,
            based_on_revision_id=form.cleaned_data["based_on"],
            data=form.content(),
            visibility=form.cleaned_data["visibility"] or None,
        )
    except ValidationError as error:
        form.add_error(None, error.messages)  # type: ignore[arg-type]
        return draft_page.answer(request, resource, form=form, status=400)
    except Refused as refusal:
        form.add_error(None, str(refusal.message))
        return draft_page.answer(request, resource, form=form, status=409)
    if request.POST.get("do") != "submit":
        messages.success(request, _("Saved as a draft. You can go on another day."))
        return redirect("draft", pk)
    return _submit(request, pk)


def _submit(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        review.submit(who=request.user, resource_id=pk, commitment=request.POST.get("commitment") == "yes")  # type: ignore[arg-type]
    except review.NotReady as refusal:
        resource = _draft(request, pk)
        return draft_page.answer(request, resource, problems=refusal.problems, status=400)
    except Refused as refusal:
        messages.error(request, refusal.message)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Submitted. Its reviewers have been told; you will hear of their decision here."))
    return redirect("draft", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the list of files with their states, a fragment. POST: attach uploads (``blob``, repeated)."""
    resource = _draft(request, pk)
    if request.method != "POST":
        return draft_page.answer_files(request, resource)
    try:
        revision = drafts.attach_files(who=request.user, resource_id=pk, blob_uids=request.POST.getlist("blob"))  # type: ignore[arg-type]
    except (FileBlob.DoesNotExist, ValidationError):
        return _say(request, pk, _("This upload is not there any more. Upload the file again."), 404)
    except Refused as refusal:
        return _say(request, pk, refusal.message, 409)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"revision": revision.pk})
    return redirect(reverse("draft", args=[pk]) + "#files")


def _say(request: HttpRequest, pk: int, message: Any, status: int) -> HttpResponse:
    """A refusal: as JSON to a script, as a message on the draft to a person."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"message": str(message)}, status=status)
    messages.error(request, message)
    return redirect("draft", pk)


@login_required
@require_POST
def remove_file(request: HttpRequest, pk: int, uid: Any) -> HttpResponse:
    _draft(request, pk)
    try:
        drafts.remove_file(who=request.user, resource_id=pk, file_uid=uid)  # type: ignore[arg-type]
    except ResourceFile.DoesNotExist:
        messages.error(request, _("That file was removed already."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(reverse("draft", args=[pk]) + "#files")


@login_required
@require_POST
def retry_file(request: HttpRequest, pk: int, uid: Any) -> HttpResponse:
    """Make a file's preview once more, after it failed. ``back`` = review: whoever reviews goes on where they were."""
    _draft(request, pk)
    try:
        preview.retry_file(who=request.user, resource_id=pk, file_uid=uid)
    except RevisionFile.DoesNotExist:
        messages.error(request, _("That file was removed already."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    back = "review" if request.POST.get("back") == "review" else "draft"
    return redirect(reverse(back, args=[pk]) + "#files")


@login_required
@require_POST
def move_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the files in the posted order (``file``, repeated)."""
    _draft(request, pk)
    try:
        drafts.reorder(who=request.user, resource_id=pk, file_uids=request.POST.getlist("file"))  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(reverse("draft", args=[pk]) + "#files")


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    _draft(request, pk)
    return _act(request, pk, _("Taken back. It is a draft again."), review.cancel, resource_id=pk)


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    _draft(request, pk)
    done = _("The draft is thrown away.")
    return _act(request, pk, done, drafts.discard, resource_id=pk, then="workspace")


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    _draft(request, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done = _("Withdrawn. Readers now see the reason instead.")
    return _act(request, pk, done, live.withdraw, resource_id=pk, reason=reason)


@login_required
@require_POST
def visibility(request: HttpRequest, pk: int) -> HttpResponse:
    _draft(request, pk)
    form = VisibilityForm(request.POST)
    wanted = form.cleaned_data["visibility"] if form.is_valid() else ""
    done = _("The audience is noted. A narrower one holds at once, a wider one after the next approval.")
    return _act(request, pk, done, live.set_visibility, resource_id=pk, visibility=wanted)


@login_required
@require_POST
def take_file_down(request: HttpRequest, pk: int, uid: Any) -> HttpResponse:
    _draft(request, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done = _("The file is taken down in every version.")
    return _act(request, pk, done, live.remove_file, resource_id=pk, file_uid=uid, reason=reason)


@login_required
@require_POST
def embargo(request: HttpRequest, pk: int) -> HttpResponse:
    _draft(request, pk)
    form = EmbargoForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter a date and a time, or leave it empty."))
        return redirect("draft", pk)
    until = form.cleaned_data["until"]
    return _act(request, pk, _("The date is noted."), live.embargo, resource_id=pk, until=until)


@login_required
@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    resource = _draft(request, pk)
    form = HandOverForm(request.POST, colleagues=transfer.colleagues(resource))
    to = form.cleaned_data["contributor"] if form.is_valid() else 0
    done = _("Handed over. Both have been told.")
    return _act(request, pk, done, transfer.hand_over, resource_id=pk, to_id=to)


@login_required
@require_POST
def cancel_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    _draft(request, pk)
    done = _("The date is cancelled. Change what you like and submit again.")
    return _act(request, pk, done, live.cancel_schedule, resource_id=pk)


def _act(request: HttpRequest, pk: int, done: str, service: Any, then: str = "draft", **arguments: Any) -> HttpResponse:
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
