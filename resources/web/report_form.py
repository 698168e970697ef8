"""The report form (举报)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from resources.publishing.abuse_reports import REASONS


class ReportForm(forms.Form):
    reason = forms.ChoiceField(label=_("What is the matter"), choices=list(REASONS.items()))
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
