"""Members in the Wagtail admin: viewsets, the link to a new password, the audit log."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import policy_registry
from wagtail.users.views.bulk_actions import AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction

from common import audit
from members.admin.audit_report import AuditLog
from members.admin.permission_audit import ACTION, RightsChanged
from members.admin.viewsets import MembershipViewSet, SchoolViewSet
from members.models import User
from members.requests import AuthedRequest
from members.services import passwords, second_factor
from members.viewer import viewer_of


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ViewSet]:
    return [SchoolViewSet("schools"), MembershipViewSet("memberships")]


class Disabled:
    """Disables Wagtail's bulk actions on users, which write no audit entries."""

    def check_perm(self, obj: Any) -> bool:
        return False


for _action in (AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction):
    # Under the same name, so that it replaces Wagtail's.
    hooks.register("register_bulk_action", type(_action.__name__, (Disabled, _action), {}))


@require_POST
def send_password_link(request: HttpRequest, pk: int) -> HttpResponse:
    if not policy_registry.get_by_type(User).user_has_permission(request.user, "change"):
        raise PermissionDenied
    user = get_object_or_404(User, pk=pk, is_active=True)
    passwords.send_link(user=user)
    audit.record(user, "members.send_password_link", user=request.user)
    messages.success(request, _("The link to a new password is on its way to %(email)s.") % {"email": user.email})
    return redirect(reverse("wagtailusers_users:edit", args=[pk]))


@require_POST
def remove_second_factor(request: AuthedRequest, pk: int) -> HttpResponse:
    if not policy_registry.get_by_type(User).user_has_permission(request.user, "change"):
        raise PermissionDenied
    user = get_object_or_404(User, pk=pk)
    second_factor.remove_for(user, who=request.user)
    messages.success(request, _("The second factor is removed. The person has been told."))
    return redirect(reverse("wagtailusers_users:edit", args=[pk]))


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    return [
        path("people/<int:pk>/password-link/", send_password_link, name="members_password_link"),
        path("people/<int:pk>/second-factor/remove/", remove_second_factor, name="members_remove_second_factor"),
        path("reports/audit-log/", AuditLog.as_view(), name="audit_log"),
        path("reports/audit-log/results/", AuditLog.as_view(results_only=True), name="audit_log_results"),
    ]


class AuditLogMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return viewer_of(request.user).is_administrator


@hooks.register("register_reports_menu_item")
def register_audit_log_menu_item() -> MenuItem:
    return AuditLogMenuItem(gettext_lazy("Audit log"), reverse("audit_log"), icon_name="history", order=20)


@hooks.register("register_log_actions")
def register_audit_actions(actions: Any) -> None:
    actions.register_action(
        "members.send_password_link",
        gettext_lazy("Send a password link"),
        gettext_lazy("Link to a new password sent"),
    )
    for name, label, message in (
        ("members.invite", gettext_lazy("Invite"), gettext_lazy("Invited by e-mail")),
        ("members.make_link", gettext_lazy("Make a joining link"), gettext_lazy("Joining link made")),
        ("members.withdraw_invitation", gettext_lazy("Withdraw an invitation"), gettext_lazy("Invitation withdrawn")),
        ("members.join", gettext_lazy("Join a school"), gettext_lazy("Joined by invitation")),
        ("members.second_factor", gettext_lazy("Change the second factor"), gettext_lazy("Second factor changed")),
        ("members.join_as_new", gettext_lazy("Make an account"), gettext_lazy("Account made by invitation")),
    ):
        actions.register_action(name, label, message)
    actions.register_action(ACTION)(RightsChanged)
