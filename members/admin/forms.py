"""Forms for users and memberships in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from common.form_fields import Choices, Gigabytes
from members.models import Membership, School, User
from members.roles import ADMINISTRATORS, EDITORS, GROUP_LABELS
from members.services import people


class SchoolForm(WagtailAdminModelForm):
    quota_bytes = Gigabytes(
        label=_("Storage quota in GB"),
        required=False,
        min_value=0,
        help_text=_("Empty: the usual quota."),
    )

    class Meta:
        model = School
        fields = (
            "name",
            "short_name",
            "slug",
            "code",
            "region",
            "kind",
            "introduction",
            "joined",
            "founding",
            "state",
            "quota_bytes",
        )


class GroupChoices(Choices):
    """Groups by their names in the user's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(GROUP_LABELS.get(obj.name, obj.name))


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """A user without a password: users set their own by a link they are sent."""

    required_css_class = "required"
    last_name = forms.CharField(label=_("Family name"), max_length=150)
    first_name = forms.CharField(label=_("Given name"), max_length=150)
    groups = GroupChoices(
        Group.objects.filter(name__in=[EDITORS, ADMINISTRATORS]),
        label=_("Role in the alliance"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Roles in a school are given under memberships."),
    )

    class Meta:
        model = User
        fields = ("email", "last_name", "first_name", "groups", "is_active")

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if editing_self:
            # Administrators can't lock themselves out.
            del self.fields["is_active"]
            del self.fields["groups"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another account has this e-mail address."))
        return email


class NewPersonForm(PersonForm):
    class Meta(PersonForm.Meta):
        fields = ("email", "last_name", "first_name", "groups")  # type: ignore[assignment]

    def save(self, commit: bool = True) -> User:
        data = self.cleaned_data
        self.instance = people.invite(
            email=data["email"], last_name=data["last_name"], first_name=data["first_name"], groups=data["groups"]
        )
        return self.instance


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    """The user is entered by e-mail address, because a list of all users would be too long."""

    email = forms.EmailField(label=_("E-mail address of the person"))

    class Meta:
        model = Membership
        fields = ("school", "role", "active", "since")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["email"].initial = self.instance.user.email
            self.fields["email"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        email = (cleaned.get("email") or "").lower()
        user = self.instance.user if self.instance.pk else User.objects.filter(email=email).first()
        if email and user is None:
            self.add_error("email", _("No account has this e-mail address. Add the person first."))
            return cleaned
        if user is not None:
            self.instance.user = user
            same = Membership.objects.filter(user=user, school=cleaned.get("school"), role=cleaned.get("role"))
            if same.exclude(pk=self.instance.pk).exists():
                self.add_error(None, _("This person has this role at this school already."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # ``user`` is not a form field; clean() checks uniqueness with a message of its own.
        return super()._get_validation_exclusions() | {"user"}  # type: ignore[no-any-return,misc]
