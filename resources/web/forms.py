"""The small forms of the pages of a resource: one to three fields each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from common.form_fields import OneLine
from members.models import School
from resources.models import Resource
from resources.publishing.abuse_reports import REASONS


class ReportForm(forms.Form):
    """A reader reports a resource (举报)."""

    reason = forms.ChoiceField(label=_("What is wrong"), choices=list(REASONS.items()))
    text = forms.CharField(
        label=_("What you saw"),
        help_text=_("Which page or file, and what is wrong with it."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        min_length=5,
    )
    contact = forms.CharField(
        label=_("How to reach you"),
        help_text=_("E-mail or telephone, only for questions about this report."),
        required=False,
        max_length=200,
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500)


class VisibilityForm(forms.Form):
    visibility = forms.ChoiceField(choices=Resource.Visibility.choices)


class HandOverForm(forms.Form):
    contributor = forms.TypedChoiceField(label=_("New contributor"), coerce=int, widget=forms.Select)

    def __init__(self, *args: Any, colleagues: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(person.pk, f"{person} ({person.email})") for person in colleagues]
        cast(forms.TypedChoiceField, self.fields["contributor"]).choices = [("", _("Choose a person")), *choices]


class EmbargoForm(forms.Form):
    until = forms.DateTimeField(
        label=_("Not before"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_(
            "Until then only the alliance's staff can find it. You can move the date back; only editors can bring it forward."
        ),
    )


class NewDraftForm(forms.Form):
    """The start of a draft: the school that provides it, and a title for those who have one already."""

    school = forms.ModelChoiceField(queryset=School.objects.none(), label=_("School"), empty_label=None)
    title = OneLine(label=_("Title"), max_length=200, required=False)

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[School]", self.fields["school"]).queryset = schools
