"""Who may look after the people of a school. No other module decides this."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from members.models import School
from members.roles import Role
from members.viewer import Viewer, Who, viewer_of


def may_manage_people(who: Who, school_id: int) -> bool:
    """Managers at their own school, administrators everywhere."""
    return managed_schools(who).filter(pk=school_id).exists()


def managed_schools(who: Who) -> QuerySet[School]:
    """The active schools whose people the user looks after."""
    viewer = _as_viewer(who)
    managed = Q() if viewer.is_administrator else Q(pk__in=viewer.manages)
    return School.objects.active().filter(managed)


def grantable_roles(who: Who, school_id: int) -> tuple[Role, ...]:
    """The roles that the user may give at this school: a manager's own is the highest of a school."""
    return tuple(Role) if may_manage_people(who, school_id) else ()


def may_change_person(who: Who, school_id: int, user_id: int) -> bool:
    """A manager's own role is changed by another manager, so that no school loses its last one."""
    viewer = _as_viewer(who)
    return viewer.user_id != user_id and may_manage_people(viewer, school_id)


def _as_viewer(who: Who) -> Viewer:
    return who if isinstance(who, Viewer) else viewer_of(who)
