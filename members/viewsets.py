"""The administrators' screens: schools, people, memberships."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.users.views.users import CreateView, EditView, UserViewSet

from members.forms import MembershipForm, NewPersonForm, PersonForm
from members.models import Membership, School


class SchoolViewSet(ModelViewSet):
    model = School
    icon = "home"
    menu_label = _("Schools")
    menu_name = "schools"
    menu_order = 580
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = ["name", "short_name", "region", "kind", "state", BooleanColumn("founding", label=_("Founding"))]
    list_filter = ["state", "kind", "founding"]
    search_fields = ["name", "short_name", "slug", "code"]
    form_fields = [
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
    ]


class MembershipViewSet(ModelViewSet):
    model = Membership
    icon = "group"
    menu_label = _("Memberships")
    menu_name = "memberships"
    menu_order = 620
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = ["user", "school", "role", BooleanColumn("active", label=_("Active")), "since"]
    list_filter = ["school", "role", "active"]
    search_fields = ["user__email", "user__last_name", "user__first_name", "school__name"]

    def get_form_class(self, for_update: bool = False) -> Any:
        return MembershipForm


class AddPerson(CreateView):
    template_name = "wagtailadmin/generic/create.html"


class EditPerson(EditView):
    template_name = "wagtailadmin/generic/edit.html"


class PeopleViewSet(UserViewSet):
    menu_label = _("People")
    copy_view_enabled = False
    add_view_class = AddPerson
    edit_view_class = EditPerson
    template_prefix = ""

    def get_form_class(self, for_update: bool = False) -> Any:
        return PersonForm if for_update else NewPersonForm
