"""The review form: a verdict on each aspect, and the decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from resources.models import Aspect, Verdict
from resources.publishing.review import AspectNote
from resources.web.workspace.file_lines import FileLine

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class AspectForm(forms.Form):
    """The verdict on one aspect. ``place``: what the note is about, as ``field:title`` or ``file:<uid>``."""

    verdict = forms.ChoiceField(choices=Verdict.choices, required=False, widget=forms.RadioSelect)
    note = forms.CharField(required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    place = forms.ChoiceField(required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    def __init__(self, *args: Any, aspect: Aspect, places: list[tuple[str, Any]], **kwargs: Any) -> None:
        kwargs["prefix"] = aspect.value
        super().__init__(*args, **kwargs)
        self.aspect = aspect
        self.question = QUESTIONS[aspect]
        self.fields["verdict"].label = aspect.label
        place = cast(forms.ChoiceField, self.fields["place"])
        place.choices = [("", _("The whole resource")), *places]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        doubtful = cleaned.get("verdict") in (Verdict.DOUBTFUL, Verdict.FAILS)
        if doubtful and not (cleaned.get("note") or "").strip():
            self.add_error("note", _("Say what is doubtful or missing."))
        return cleaned

    def as_note(self) -> AspectNote | None:
        """None if no verdict was chosen."""
        if not self.cleaned_data["verdict"]:
            return None
        kind, _colon, name = self.cleaned_data["place"].partition(":")
        return AspectNote(
            aspect=self.aspect.value,
            verdict=self.cleaned_data["verdict"],
            note=self.cleaned_data["note"],
            field=name if kind == "field" else "",
            file_uid=UUID(name) if kind == "file" else None,
            page=self.cleaned_data["page"] if kind == "file" else None,
        )


QUESTIONS: dict[Aspect, StrOrPromise] = {
    Aspect.POLITICAL: _("Its stand is right; quotations, maps and emblems are used as the rules say."),
    Aspect.ORIENTATION: _("It stands for evidence-based childcare that puts the child first."),
    Aspect.SCIENTIFIC: _("Terms, figures and steps are right and say what they rest on."),
    Aspect.SUITABLE: _("It fits the chosen level, course and age band."),
    Aspect.STANDARD: _("The record is complete; copyright and portrait rights are clear."),
    Aspect.TIMELY: _("Standards and guidelines it cites are the ones in force."),
    Aspect.PUBLIC_GOOD: _("No advertising and no selling."),
}
"""What the reviewer checks for each aspect."""


class DecisionForm(forms.Form):
    """The decision.

    ``opened``: the files that the reviewer has opened because the page does not show them.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    task_state = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    decision = forms.ChoiceField(choices=[("approve", ""), ("return", "")])
    comment = forms.CharField(
        label=_("To the submitter"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    opened = forms.TypedMultipleChoiceField(required=False, coerce=UUID)

    def __init__(self, *args: Any, files: Iterable[FileLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        opened = cast(forms.ChoiceField, self.fields["opened"])
        opened.choices = [(str(line.uid), line.name) for line in files]
