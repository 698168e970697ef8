"""Who may read and change lists and lessons.

What they may see of the resources in them, resources/policies.py decides.
"""

from __future__ import annotations

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from members.models import Membership, User
from members.roles import ADMINISTRATORS, EDITORS
from members.viewer import Viewer, Who, viewer_of


def as_viewer(who: Who) -> Viewer:
    return who if isinstance(who, Viewer) else viewer_of(who)


def owner_at_work() -> Q:
    """For rows with an ``owner``: the owner still works in the alliance.

    What a person who left had shared is shown to no one else.
    """
    memberships = Membership.objects.in_force().filter(user=OuterRef("owner"))
    staff = User.groups.through.objects.filter(
        user_id=OuterRef("owner"), group__name__in=(EDITORS, ADMINISTRATORS), user__is_active=True
    )
    return Q(Exists(memberships)) | Q(Exists(staff))


def _colleagues_list(viewer: Viewer) -> Q:
    colleagues = Membership.objects.in_force().filter(user=OuterRef("owner"), school_id__in=viewer.schools)
    return Q(audience="school") & Q(Exists(colleagues))


def lists_readable_by(who: Who) -> Q:
    """Own lists, those the alliance shares, and those of colleagues of the same school."""
    viewer = as_viewer(who)
    readable = Q(owner_id=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])
    if viewer.is_member:
        readable |= Q(audience="alliance") & owner_at_work()
    if viewer.schools:
        readable |= _colleagues_list(viewer)
    return readable


def lists_changeable_by(who: Who) -> Q:
    viewer = as_viewer(who)
    return Q(owner_id=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])


def _shared_with(viewer: Viewer, **rights: bool) -> Q:
    """Lessons shared with the viewer by name, as long as both work in the alliance."""
    shares = apps.get_model("lessons.LessonShare").objects.filter(lesson=OuterRef("pk"), user=viewer.user_id, **rights)
    return Q(Exists(shares)) & owner_at_work()


def lessons_readable_by(who: Who) -> Q:
    viewer = as_viewer(who)
    own = Q(owner_id=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])
    return own | _shared_with(viewer) if viewer.is_member else own


def lessons_changeable_by(who: Who) -> Q:
    viewer = as_viewer(who)
    own = Q(owner_id=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])
    return own | _shared_with(viewer, may_edit=True) if viewer.is_member else own


def may_make_class_links(who: Who) -> bool:
    """Only people of a school teach a class."""
    return bool(as_viewer(who).schools)
