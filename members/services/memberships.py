"""Roles of people at a school: change, end and give back.

Each writes an audit entry and notifies the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import audit
from common.errors import UserError
from members import policies
from members.models import Invitation, Membership, School, User
from members.roles import Role
from members.services.notifications import notify
from members.viewer import viewer_now

CHANGE_RIGHTS = "members.change_rights"
RANKS = [Role.MANAGER, Role.REVIEWER, Role.TEACHER]
"""The highest role first: it includes what the lower ones may do."""


class ChangedMeanwhile(UserError):
    code = "changed_meanwhile"
    message = gettext_lazy("Another manager has changed this person meanwhile. Look at the line again.")


class OwnRole(UserError):
    code = "own_role"
    message = gettext_lazy("Your own role is changed by another manager.")


class UnknownRole(UserError):
    code = "unknown_role"
    message = gettext_lazy("Choose one of the roles of a school.")


def highest(memberships: Sequence[Membership]) -> Membership:
    """The membership that says the role: the highest active one, else the newest."""
    active = [one for one in memberships if one.active]
    return min(active, key=lambda one: RANKS.index(Role(one.role))) if active else max(memberships, key=lambda m: m.pk)


def state_of(memberships: Sequence[Membership]) -> str:
    """A mark of what a page showed, sent back with a change, so that no other change is overwritten."""
    return ",".join(sorted(f"{one.role}:{int(one.active)}" for one in memberships))


@transaction.atomic
def change_role(*, who: User, school_id: int, user_id: int, role: str, seen: str) -> Membership:
    """Give the person this role and no other one at the school.

    Raises Membership.DoesNotExist, PermissionDenied, OwnRole, UnknownRole, ChangedMeanwhile.
    """
    rows = _locked(who, school_id, user_id, seen)
    if role not in policies.grantable_roles(who, school_id):
        raise UnknownRole
    current = highest(rows)
    before = current.role
    if before == role or not current.active:
        return current
    kept = next((one for one in rows if one.role == role), current)
    for row in rows:
        if row.pk != kept.pk and row.active:
            row.active = False
            row.save(update_fields=["active"])
    kept.role, kept.active = role, True
    kept.save(update_fields=["role", "active"])
    _withdraw_invitations(kept)
    _record(kept, who, role=[before, role])
    with translation.override("zh-hans"):
        words = {"school": kept.school.label, "role": kept.get_role_display(), "who": who}
        _tell(kept, _("Your role at %(school)s is now: %(role)s") % words, _("%(who)s has changed it.") % words)
    return kept


@transaction.atomic
def deactivate(*, who: User, school_id: int, user_id: int, seen: str) -> Membership:
    """End all roles of the person at the school, at once. Raises as ``change_role``."""
    rows = _locked(who, school_id, user_id, seen)
    current = highest(rows)
    for row in rows:
        if row.active:
            row.active = False
            row.save(update_fields=["active"])
            _record(row, who, active=[True, False])
    _withdraw_invitations(current)
    with translation.override("zh-hans"):
        words = {"school": current.school.label, "who": who}
        _tell(current, _("You no longer work at %(school)s here") % words, _("%(who)s has ended your role.") % words)
    return current


@transaction.atomic
def reactivate(*, who: User, school_id: int, user_id: int, seen: str) -> Membership:
    """Give the person the newest of the ended roles back. Raises as ``change_role``."""
    rows = _locked(who, school_id, user_id, seen)
    current = highest(rows)
    if not current.active:
        current.active = True
        current.save(update_fields=["active"])
        _record(current, who, active=[False, True])
        with translation.override("zh-hans"):
            words = {"school": current.school.label, "role": current.get_role_display(), "who": who}
            _tell(current, _("You work at %(school)s again: %(role)s") % words, "")
    return current


def locked_school(who: User, school_id: int) -> School:
    """The row that every change of a school's people locks, so that two managers act one after the other.

    Raises PermissionDenied for a user who does not manage it now, School.DoesNotExist for an unknown one.
    """
    school = School.objects.select_for_update(of=("self",)).get(pk=school_id)
    if not policies.may_manage_people(viewer_now(who), school_id):
        raise PermissionDenied(_("The people of a school are looked after by its managers."))
    return school


def _locked(who: User, school_id: int, user_id: int, seen: str) -> list[Membership]:
    locked_school(who, school_id)
    rows = list(Membership.objects.filter(school_id=school_id, user_id=user_id).select_related("school", "user"))
    if not rows:
        raise Membership.DoesNotExist
    if not policies.may_change_person(who, school_id, user_id):
        raise OwnRole
    if seen != state_of(rows):
        raise ChangedMeanwhile
    return rows


def _withdraw_invitations(membership: Membership) -> None:
    """Who no longer manages the school must not have left a way in to a reviewer's or manager's role."""
    if membership.active and membership.role == Role.MANAGER:
        return
    opened = Invitation.objects.unfinished().filter(school=membership.school, invited_by=membership.user)
    opened.exclude(role=Role.TEACHER).update(withdrawn_at=timezone.now())


def _record(membership: Membership, who: User, **changes: Any) -> None:
    audit.record(membership, CHANGE_RIGHTS, user=who, changes=changes)


def _tell(membership: Membership, subject: str, body: str) -> None:
    occasion = f"membership:{membership.pk}:{timezone.now():%Y%m%d%H%M%S%f}"
    notify(user=membership.user, key=occasion, subject=subject, body=body, path="/accounts/")
