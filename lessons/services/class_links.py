"""Make, change and stop class links, and count how often one is opened. No reader's name is stored."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import audit
from common.errors import UserError
from lessons.models import ClassLink, Lesson, ResourceList
from lessons.models.class_link import hashed
from lessons.policies import may_make_class_links
from members.models import User
from resources.models import Resource
from resources.policies import Action

MOST_LINKS = 500


class NoClass(UserError):
    code = "no_class"
    message = _("Only people of a school can open a class link.")
    http_status = 403


class TooManyLinks(UserError):
    code = "too_many"
    message = _("There is no room for more. Delete something first.")


def target_of(who: User, kind: str, pk: int) -> Lesson | ResourceList | Resource:
    """What a link of the user may open. Raises DoesNotExist."""
    if kind == "lesson":
        return Lesson.objects.changeable_by(who).get(pk=pk)
    if kind == "list":
        return ResourceList.objects.changeable_by(who).get(pk=pk)
    found: Resource = Resource.objects.allowing(who, Action.VIEW).get(pk=pk)
    return found


def links_to(who: User, kind: str, target: Lesson | ResourceList | Resource):  # type: ignore[no-untyped-def]
    return ClassLink.objects.filter(owner=who, **{field_of(kind): target})


def field_of(kind: str) -> str:
    return "resource_list" if kind == "list" else kind


@transaction.atomic
def open_link(*, who: User, kind: str, pk: int, audience: str, expires: datetime) -> ClassLink:
    target = target_of(who, kind, pk)
    if not may_make_class_links(who):
        raise NoClass
    if ClassLink.objects.filter(owner=who).count() >= MOST_LINKS:
        raise TooManyLinks
    link = ClassLink(owner=who, audience=audience, expires=expires, **{field_of(kind): target})
    link.token_hash = hashed(link.token)
    link.save()
    audit.record(link, "lessons.class_link_opened", user=who, kind=kind, target=pk, expires=expires.isoformat())
    return link


@transaction.atomic
def extend_link(*, who: User, link_id: int, expires: datetime) -> ClassLink:
    """Another end; a stopped link stays stopped."""
    link = ClassLink.objects.select_for_update().get(owner=who, pk=link_id)
    link.expires = expires
    link.save(update_fields=["expires"])
    audit.record(link, "lessons.class_link_extended", user=who, expires=expires.isoformat())
    return link


@transaction.atomic
def stop_link(*, who: User, link_id: int) -> ClassLink:
    link = ClassLink.objects.select_for_update().get(owner=who, pk=link_id)
    if link.stopped_at is None:
        link.stopped_at = timezone.now()
        link.save(update_fields=["stopped_at"])
        audit.record(link, "lessons.class_link_stopped", user=who)
    return link


def count_opening(link: ClassLink) -> None:
    ClassLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1)
