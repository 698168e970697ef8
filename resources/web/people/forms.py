"""Forms of the people page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.text import parse_id
from members.models import User
from members.roles import Role
from members.services.joining.invitations import LONGEST, MOST_USES

LINK_DAYS = 14
LINK_USES = 30


def _role_field(roles: Sequence[Role]) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Role"), choices=[(role.value, role.label) for role in roles])


class RoleForm(forms.Form):
    seen = forms.CharField(max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "change-%s", **kwargs})
        self.fields["role"] = _role_field(roles)


class HeirForm(forms.Form):
    """``heir``: empty, or the colleague who takes the work over."""

    seen = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, heirs: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "change-%s", **kwargs})
        choices = [("", _("Not now")), *((str(user.pk), str(user)) for user in heirs)]
        self.fields["heir"] = forms.TypedChoiceField(
            label=_("Hand over to"), choices=choices, required=False, coerce=parse_id, empty_value=None
        )


class LinkForm(forms.Form):
    max_uses = forms.IntegerField(label=_("For how many people"), min_value=1, max_value=MOST_USES, initial=LINK_USES)
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        today = timezone.localdate()
        kwargs.setdefault("initial", {"until": today + timedelta(days=LINK_DAYS), "role": Role.TEACHER})
        super().__init__(*args, **{"prefix": "link", **kwargs})
        self.fields["role"] = _role_field(roles)
        self.fields["until"].widget.attrs |= {
            "min": today.isoformat(),
            "max": (today + LONGEST).isoformat(),
        }


class InviteForm(forms.Form):
    """``rows``: pasted lines; ``table``: or a spreadsheet. ``role``: of rows that name none."""

    rows = forms.CharField(
        label=_("Addresses"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("One a line; the name may follow after a space."),
    )
    table = forms.FileField(
        label=_("Spreadsheet"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = _role_field(roles)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("rows", "").strip() and not cleaned.get("table"):
            raise forms.ValidationError(_("Enter at least one address, or choose a spreadsheet."))
        return cleaned
