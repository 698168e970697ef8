"""The Viewer: what permission checks need to know of a user, read once per request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from common.page_cache import Readers, until_change
from members.models import Membership, User
from members.roles import ADMINISTRATORS, EDITORS, REVIEWING, Role


@dataclass(frozen=True, slots=True)
class Grant:
    """What a class link lets a visitor see.

    ``resources``, as far as the ``teacher`` who made the link may see them.
    """

    resources: frozenset[int]
    teacher: Viewer


@dataclass(frozen=True, slots=True)
class Viewer:
    """``schools``: ids of the active schools the user works at; ``reviews``, ``manages``: subsets of it.

    ``reads_only``: nothing but reading what is published is allowed.
    """

    user_id: int | None = None
    schools: frozenset[int] = frozenset()
    reviews: frozenset[int] = frozenset()
    manages: frozenset[int] = frozenset()
    is_editor: bool = False
    is_administrator: bool = False
    reads_only: bool = False
    grant: Grant | None = None

    @property
    def is_member(self) -> bool:
        """Whether the user belongs to an active school or to the alliance's staff, and so sees what it shares."""
        return bool(self.schools) or self.is_staff

    @property
    def is_staff(self) -> bool:
        return self.is_editor or self.is_administrator

    def for_reading(self) -> Viewer:
        """What reading published resources depends on: the same for all teachers of a school."""
        return Viewer(schools=frozenset(sorted(self.schools)), is_editor=self.is_staff, reads_only=True)


VISITOR = Viewer()

Who = User | AnonymousUser | Readers | Viewer
"""What every permission question accepts."""


def viewer_of(user: User | Any) -> Viewer:
    """The viewer of a user or visitor. Cached on the user object, which lives as long as the request."""
    if isinstance(user, Readers):
        rights: Viewer = user.rights
        return rights
    if user is None or not user.is_authenticated or not user.is_active:
        return VISITOR
    known: Viewer | None = getattr(user, "_viewer", None)
    if known is None:
        known = until_change(("viewer", user.pk), lambda: _fetch(user))
        user._viewer = known  # type: ignore[union-attr]
    return known


def viewer_now(user: User) -> Viewer:
    """The user's permissions read anew, as they may have changed since the request began."""
    return _fetch(user) if User.objects.filter(pk=user.pk, is_active=True).exists() else VISITOR


def may_open_cms(user: User | Any) -> bool:
    return until_change(("may open the CMS", user.pk), lambda: bool(user.has_perm("wagtailadmin.access_admin")))


def _fetch(user: User) -> Viewer:
    rows = list(Membership.objects.in_force().filter(user=user).values_list("school_id", "role"))
    groups = set(user.groups.values_list("name", flat=True))
    return Viewer(
        user_id=user.pk,
        schools=frozenset(school for school, _role in rows),
        reviews=frozenset(school for school, role in rows if role in REVIEWING),
        manages=frozenset(school for school, role in rows if role == Role.MANAGER),
        is_editor=EDITORS in groups,
        is_administrator=user.is_superuser or ADMINISTRATORS in groups,
    )
