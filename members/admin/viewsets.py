"""Schools, users and memberships in the Wagtail admin."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.functions import Concat
from django.db.models.lookups import IContains
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.users.views.users import CreateView, EditView, IndexView, UserViewSet

from members.admin import permission_audit
from members.admin.forms import MembershipForm, NewPersonForm, PersonForm, SchoolForm
from members.admin.permission_audit import RightsAudited
from members.models import Membership, School
from members.services.second_factor import has_second_factor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def worded(name: str, label: StrOrPromise, *, yes: StrOrPromise, no: StrOrPromise = "") -> Column:
    """A column that says a yes or no in words; Wagtail's own column shows a green tick or a red cross."""
    return Column(name, label=label, accessor=lambda row: yes if getattr(row, name) else no)


class EditSchool(RightsAudited, generic.EditView):
    pass


class SchoolViewSet(ModelViewSet):
    model = School
    icon = "home"
    edit_view_class = EditSchool
    menu_label = _("Schools")
    menu_name = "schools"
    menu_order = 580
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = [
        "name",
        "short_name",
        "region",
        "kind",
        "state",
        worded("founding", _("Founding member"), yes=_("Yes")),
    ]
    list_filter = ["state", "kind", "founding"]
    search_fields = ["name", "short_name", "slug", "code"]

    def get_form_class(self, for_update: bool = False) -> Any:
        return SchoolForm


def name_matches(query: str, prefix: str = "") -> Q:
    """Users by e-mail address or name, also by the full name as lists show it, with or without spaces."""
    names = Concat(f"{prefix}last_name", f"{prefix}first_name")
    whole = Q(IContains(names, "".join(query.split())))
    parts = [Q(**{f"{prefix}{name}__icontains": query}) for name in ("email", "last_name", "first_name")]
    return reduce(or_, parts, whole)


class MembershipIndex(generic.IndexView):
    def search_queryset(self, queryset: Any) -> Any:
        if not self.is_searching:
            return queryset
        return queryset.filter(name_matches(self.search_query, "user__") | Q(school__name__icontains=self.search_query))


class EditMembership(RightsAudited, generic.EditView):
    pass


class MembershipViewSet(ModelViewSet):
    model = Membership
    icon = "group"
    index_view_class = MembershipIndex
    edit_view_class = EditMembership
    menu_label = _("Memberships")
    menu_name = "memberships"
    menu_order = 620
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = [
        "user",
        "school",
        "role",
        worded("active", _("State"), yes=_("Active"), no=_("Not active")),
        "since",
    ]
    list_filter = ["school", "role", "active"]
    search_fields = ["user__email", "user__last_name", "user__first_name", "school__name"]

    def get_form_class(self, for_update: bool = False) -> Any:
        return MembershipForm


class AddPerson(CreateView):
    template_name = "wagtailadmin/generic/create.html"

    def save_instance(self) -> Any:
        person = super().save_instance()
        permission_audit.record_changes(person, {"groups": []}, user=self.request.user)
        return person


class EditPerson(RightsAudited, EditView):
    template_name = "members/edit_person.html"

    def get_context_data(self, **kwargs: Any) -> Any:
        return super().get_context_data(**kwargs) | {"has_second_factor": has_second_factor(self.object)}


class PeopleIndex(IndexView):
    @cached_property
    def columns(self) -> Any:
        # Without checkboxes, because bulk actions are disabled (members/wagtail_hooks.py).
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]

    def search_queryset(self, queryset: Any) -> Any:
        return queryset.filter(name_matches(self.search_query)) if self.is_searching else queryset


class PeopleViewSet(UserViewSet):
    index_view_class = PeopleIndex
    menu_label = _("People")
    copy_view_enabled = False
    add_view_class = AddPerson
    edit_view_class = EditPerson
    template_prefix = ""

    def get_form_class(self, for_update: bool = False) -> Any:
        return PersonForm if for_update else NewPersonForm
