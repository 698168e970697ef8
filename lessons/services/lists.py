"""Change lists.

Each function is one transaction and raises DoesNotExist for what the user may not change.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import audit
from common.errors import UserError
from lessons.models import ListEntry, ResourceList
from members.models import User
from members.viewer import viewer_of
from resources.models import Resource

MOST_LISTS = 200
MOST_ENTRIES = 1000


class TooMany(UserError):
    code = "too_many"
    message = _("There is no room for more. Delete something first.")


class NotAMember(UserError):
    code = "not_a_member"
    message = _("Only people of a school can share a list.")
    http_status = 403


def favourites_of(user: User) -> ResourceList:
    """The user's favourites; the first call makes the list."""
    try:
        with transaction.atomic():
            found, _created = ResourceList.objects.get_or_create(
                owner=user, is_favourites=True, defaults={"title": "favourites"}
            )
    except IntegrityError:
        found = ResourceList.objects.get(owner=user, is_favourites=True)
    return found


@transaction.atomic
def keep(*, who: User, resource_id: int) -> None:
    """Put a resource into the favourites. Harmless to repeat."""
    add_to_list(who=who, list_id=favourites_of(who).pk, resource_ids=[resource_id])


@transaction.atomic
def stop_keeping(*, who: User, resource_id: int) -> None:
    ListEntry.objects.filter(list__owner=who, list__is_favourites=True, resource_id=resource_id).delete()


@transaction.atomic
def create_list(*, who: User, title: str) -> ResourceList:
    if ResourceList.objects.changeable_by(who).count() >= MOST_LISTS:
        raise TooMany
    return ResourceList.objects.create(owner=who, title=title)


@transaction.atomic
def edit_list(*, who: User, list_id: int, title: str, note: str, audience: str) -> ResourceList:
    found = _locked(who, list_id)
    if found.is_favourites:
        return found
    if audience != found.audience:
        if audience != ResourceList.Audience.PRIVATE and not viewer_of(who).is_member:
            raise NotAMember
        audit.record(found, "lessons.list_audience", user=who, before=found.audience, after=audience)
    found.title, found.note, found.audience = title, note, audience
    _changed(found, "title", "note", "audience")
    return found


@transaction.atomic
def delete_list(*, who: User, list_id: int) -> ResourceList:
    found = _locked(who, list_id)
    if found.is_favourites:
        raise ResourceList.DoesNotExist
    found.deleted_at = timezone.now()
    _changed(found, "deleted_at")
    audit.record(found, "lessons.list_deleted", user=who)
    return found


@transaction.atomic
def restore_list(*, who: User, list_id: int) -> ResourceList:
    found = ResourceList.objects.select_for_update().get(owner=who, pk=list_id, deleted_at__isnull=False)
    found.deleted_at = None
    _changed(found, "deleted_at")
    return found


@transaction.atomic
def add_to_list(*, who: User, list_id: int, resource_ids: list[int]) -> int:
    """Append resources that the user may find. Those already in the list stay. Returns how many."""
    found = _locked(who, list_id)
    visible = set(Resource.objects.visible_to(who).filter(pk__in=resource_ids).values_list("pk", flat=True))
    if not visible:
        raise Resource.DoesNotExist
    present = set(found.entries.values_list("resource_id", flat=True))
    new = [pk for pk in dict.fromkeys(resource_ids) if pk in visible and pk not in present]
    if len(present) + len(new) > MOST_ENTRIES:
        raise TooMany
    last = _last_order(found)
    ListEntry.objects.bulk_create(
        ListEntry(list=found, resource_id=pk, order=last + place) for place, pk in enumerate(new, 1)
    )
    _changed(found)
    return len(new)


@transaction.atomic
def add_heading(*, who: User, list_id: int, heading: str) -> ListEntry:
    found = _locked(who, list_id)
    if found.entries.count() >= MOST_ENTRIES:
        raise TooMany
    entry = ListEntry.objects.create(list=found, heading=heading, order=_last_order(found) + 1)
    _changed(found)
    return entry


@transaction.atomic
def edit_entry(*, who: User, list_id: int, entry_id: int, text: str) -> None:
    """Change the note of a resource in the list, or the words of a heading, which may not become empty."""
    found = _locked(who, list_id)
    entry = found.entries.get(pk=entry_id)
    if entry.heading:
        entry.heading = text[:100] or entry.heading
    else:
        entry.note = text
    entry.save(update_fields=["heading", "note"])
    _changed(found)


@transaction.atomic
def remove_entry(*, who: User, list_id: int, entry_id: int) -> None:
    found = _locked(who, list_id)
    found.entries.get(pk=entry_id).delete()
    _changed(found)


@transaction.atomic
def move_entry(*, who: User, list_id: int, entry_id: int, steps: int) -> None:
    """``steps``: -1 up, 1 down. Beyond an end nothing moves."""
    found = _locked(who, list_id)
    ids = list(found.entries.values_list("pk", flat=True))
    if entry_id not in ids:
        raise ListEntry.DoesNotExist
    place = ids.index(entry_id)
    target = min(max(place + steps, 0), len(ids) - 1)
    ids.insert(target, ids.pop(place))
    _write_order(found, ids)


@transaction.atomic
def order_entries(*, who: User, list_id: int, entry_ids: list[int]) -> None:
    """Put the entries into this order. Those not named keep their order behind them."""
    found = _locked(who, list_id)
    ids = list(found.entries.values_list("pk", flat=True))
    wanted = [pk for pk in dict.fromkeys(entry_ids) if pk in ids]
    _write_order(found, [*wanted, *(pk for pk in ids if pk not in wanted)])


def _write_order(found: ResourceList, ids: list[int]) -> None:
    entries = {entry.pk: entry for entry in found.entries.all()}
    for place, pk in enumerate(ids, 1):
        entries[pk].order = place
    ListEntry.objects.bulk_update(entries.values(), ["order"])
    _changed(found)


def _locked(who: User, list_id: int) -> ResourceList:
    return ResourceList.objects.changeable_by(who).select_for_update().get(pk=list_id)


def _last_order(found: ResourceList) -> int:
    return found.entries.aggregate(last=Max("order"))["last"] or 0


def _changed(found: ResourceList, *fields: str) -> None:
    found.changed = timezone.now()
    found.save(update_fields=["changed", *fields])
