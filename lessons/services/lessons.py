"""Change lessons.

Each function is one transaction and raises DoesNotExist for what the user may not change. Texts are compared with what
the user saw before: two tabs, or two colleagues, never overwrite each other's words.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from common import audit
from common.errors import UserError, within_hourly_limit
from lessons.models import Lesson, LessonItem, LessonPart, LessonShare
from members.models import User
from members.services import notifications
from members.viewer import viewer_of
from resources.models import Level

MOST_LESSONS = 500
MOST_SHARES_AN_HOUR = 30
"""So that no one finds out by trial which addresses have an account."""


class TooManyLessons(UserError):
    code = "too_many"
    message = _lazy("There is no room for more. Delete something first.")


class ChangedMeanwhile(UserError):
    """The lesson changed since the user loaded the page.

    ``theirs``: what is stored; ``mine``: what was sent.
    """

    code = "changed_meanwhile"
    message = _lazy("This was changed in another tab or by a colleague.")

    def __init__(self, *, mine: str = "", theirs: str = "") -> None:
        self.mine, self.theirs = mine, theirs
        super().__init__()


class TooManyShares(UserError):
    code = "too_many_shares"
    message = _lazy("You shared very often. Try again in an hour.")
    http_status = 429


class NoColleague(UserError):
    code = "no_colleague"
    message = _lazy("No person of the alliance has this e-mail address.")
    http_status = 400


@transaction.atomic
def create_lesson(*, who: User, title: str) -> Lesson:
    if Lesson.objects.filter(owner=who, deleted_at=None).count() >= MOST_LESSONS:
        raise TooManyLessons
    lesson = Lesson.objects.create(owner=who, title=title)
    LessonPart.objects.create(lesson=lesson)
    return lesson


@transaction.atomic
def edit_details(
    *, who: User, lesson_id: int, before: str, title: str, course: str, level: Level | None, minutes: int | None
) -> None:
    """``before``: the title as the user saw it."""
    lesson = locked(who, lesson_id)
    _keep_both(lesson.title, before, title)
    lesson.title, lesson.course, lesson.level, lesson.minutes = title, course, level, minutes
    changed(lesson, "title", "course", "level", "minutes")


@transaction.atomic
def edit_note(*, who: User, lesson_id: int, item_id: int, before: str, text: str) -> int:
    """Returns the lesson's new version."""
    lesson = locked(who, lesson_id)
    item = LessonItem.objects.get(part__lesson=lesson, pk=item_id)
    _keep_both(item.note, before, text)
    item.note = text
    item.save(update_fields=["note"])
    return changed(lesson)


@transaction.atomic
def edit_minutes(*, who: User, lesson_id: int, item_id: int, minutes: int | None) -> int:
    lesson = locked(who, lesson_id)
    LessonItem.objects.filter(part__lesson=lesson, pk=item_id).update(minutes=minutes)
    return changed(lesson)


@transaction.atomic
def rename_part(*, who: User, lesson_id: int, part_id: int, before: str, title: str) -> int:
    lesson = locked(who, lesson_id)
    part = lesson.parts.get(pk=part_id)
    _keep_both(part.title, before, title)
    part.title = title
    part.save(update_fields=["title"])
    return changed(lesson)


@transaction.atomic
def add_part(*, who: User, lesson_id: int, title: str) -> LessonPart:
    lesson = locked(who, lesson_id)
    last = lesson.parts.last()
    part = LessonPart.objects.create(lesson=lesson, title=title, order=last.order + 1 if last else 0)
    changed(lesson)
    return part


@transaction.atomic
def remove_part(*, who: User, lesson_id: int, part_id: int) -> None:
    """The items go to the part before, or after the first one's removal to the next. The last part stays."""
    lesson = locked(who, lesson_id)
    parts = list(lesson.parts.all())
    place = next((n for n, part in enumerate(parts) if part.pk == part_id), None)
    if place is None:
        raise LessonPart.DoesNotExist
    if len(parts) == 1:
        return
    kept = parts[place - 1] if place else parts[1]
    ids = {part.pk: list(part.items.values_list("pk", flat=True)) for part in (kept, parts[place])}
    order = ids[kept.pk] + ids[part_id] if place else ids[part_id] + ids[kept.pk]
    _place(kept, order)
    parts[place].delete()
    changed(lesson)


@transaction.atomic
def move_part(*, who: User, lesson_id: int, part_id: int, steps: int) -> None:
    lesson = locked(who, lesson_id)
    parts = list(lesson.parts.all())
    place = next((n for n, part in enumerate(parts) if part.pk == part_id), None)
    if place is None:
        raise LessonPart.DoesNotExist
    parts.insert(min(max(place + steps, 0), len(parts) - 1), parts.pop(place))
    for order, part in enumerate(parts):
        part.order = order
    LessonPart.objects.bulk_update(parts, ["order"])
    changed(lesson)


@transaction.atomic
def add_note(*, who: User, lesson_id: int, part_id: int, text: str) -> LessonItem:
    lesson = locked(who, lesson_id)
    part = lesson.parts.get(pk=part_id)
    last = part.items.last()
    item = LessonItem.objects.create(
        part=part, kind=LessonItem.Kind.NOTE, note=text, order=last.order + 1 if last else 1, added_by=who
    )
    changed(lesson)
    return item


@transaction.atomic
def remove_item(*, who: User, lesson_id: int, item_id: int) -> None:
    lesson = locked(who, lesson_id)
    LessonItem.objects.get(part__lesson=lesson, pk=item_id).delete()
    changed(lesson)


@transaction.atomic
def move_item(*, who: User, lesson_id: int, item_id: int, steps: int) -> None:
    """One step within the part; beyond its end into the neighbouring part."""
    lesson = locked(who, lesson_id)
    item = LessonItem.objects.select_related("part").get(part__lesson=lesson, pk=item_id)
    ids = list(item.part.items.values_list("pk", flat=True))
    target = ids.index(item_id) + steps
    if 0 <= target < len(ids):
        ids.insert(target, ids.pop(ids.index(item_id)))
        _place(item.part, ids)
    else:
        parts = list(lesson.parts.all())
        place = parts.index(item.part) + steps
        if not 0 <= place < len(parts):
            return
        there = list(parts[place].items.values_list("pk", flat=True))
        _place(parts[place], [*there, item_id] if steps < 0 else [item_id, *there])
    changed(lesson)


@transaction.atomic
def order_part(*, who: User, lesson_id: int, part_id: int, item_ids: list[int], version: int) -> int:
    """Put these items of the lesson into the part, in this order.

    Raises ChangedMeanwhile for an old version.
    """
    lesson = locked(who, lesson_id)
    if lesson.version != version:
        raise ChangedMeanwhile
    part = lesson.parts.get(pk=part_id)
    known = set(LessonItem.objects.filter(part__lesson=lesson).values_list("pk", flat=True))
    wanted = [pk for pk in dict.fromkeys(item_ids) if pk in known]
    others = part.items.exclude(pk__in=wanted).values_list("pk", flat=True)
    _place(part, [*wanted, *others])
    return changed(lesson)


@transaction.atomic
def duplicate(*, who: User, lesson_id: int) -> Lesson:
    """A copy that belongs to the user. Each item keeps the lineage it has."""
    source = Lesson.objects.readable_by(who).get(pk=lesson_id)
    copy = create_lesson(who=who, title=(_("Copy of %(title)s") % {"title": source.title})[:200])
    copy.parts.all().delete()
    copy.course, copy.level, copy.minutes = source.course, source.level, source.minutes
    copy.save(update_fields=["course", "level", "minutes"])
    for part in source.parts.prefetch_related("items"):
        items = list(part.items.all())
        part.pk, part.lesson = None, copy
        part.save(force_insert=True)
        for item in items:
            item.pk, item.part = None, part
        LessonItem.objects.bulk_create(items)
    return copy


@transaction.atomic
def delete_lesson(*, who: User, lesson_id: int) -> None:
    """Only the owner deletes, and can undo it."""
    lesson = Lesson.objects.select_for_update().get(owner=who, pk=lesson_id, deleted_at=None)
    lesson.deleted_at = timezone.now()
    changed(lesson, "deleted_at")
    audit.record(lesson, "lessons.lesson_deleted", user=who)


@transaction.atomic
def restore_lesson(*, who: User, lesson_id: int) -> None:
    lesson = Lesson.objects.select_for_update().get(owner=who, pk=lesson_id, deleted_at__isnull=False)
    lesson.deleted_at = None
    changed(lesson, "deleted_at")


@transaction.atomic
def share(*, who: User, lesson_id: int, email: str, may_edit: bool) -> LessonShare:
    """Give a colleague the lesson to read, or to edit too, and tell the colleague. Raises NoColleague."""
    lesson = Lesson.objects.select_for_update().get(owner=who, pk=lesson_id, deleted_at=None)
    if not within_hourly_limit(f"lesson-share:{who.pk}", MOST_SHARES_AN_HOUR):
        raise TooManyShares
    colleague = User.objects.filter(email__iexact=email, is_active=True).exclude(pk=who.pk).first()
    if colleague is None or not viewer_of(colleague).is_member or not viewer_of(who).is_member:
        raise NoColleague
    made, _created = LessonShare.objects.update_or_create(
        lesson=lesson, user=colleague, defaults={"may_edit": may_edit}
    )
    audit.record(lesson, "lessons.lesson_shared", user=who, colleague=colleague.pk, may_edit=may_edit)
    notifications.notify(
        user=colleague,
        key=f"lesson-share:{made.pk}:{may_edit}",
        subject=f"{who}与你分享了备课：{lesson.title}",
        path=f"/workspace/lessons/{lesson.pk}/",
    )
    return made


@transaction.atomic
def stop_sharing(*, who: User, lesson_id: int, share_id: int) -> None:
    lesson = Lesson.objects.select_for_update().get(owner=who, pk=lesson_id, deleted_at=None)
    ended = lesson.shares.get(pk=share_id)
    audit.record(lesson, "lessons.lesson_unshared", user=who, colleague=ended.user_id)
    ended.delete()


def locked(who: User, lesson_id: int) -> Lesson:
    """The lesson, if the user may change it, locked until the transaction ends."""
    return Lesson.objects.changeable_by(who).select_for_update(of=("self",)).get(pk=lesson_id)


def changed(lesson: Lesson, *fields: str) -> int:
    """Write the fields and the new version, which is returned."""
    lesson.version += 1
    lesson.changed = timezone.now()
    lesson.save(update_fields=["version", "changed", *fields])
    return lesson.version


def _keep_both(stored: str, before: str, text: str) -> None:
    if stored not in (before, text):
        raise ChangedMeanwhile(mine=text, theirs=stored)


def _place(part: LessonPart, ids: list[int]) -> None:
    items = LessonItem.objects.in_bulk(ids)
    for order, pk in enumerate(ids, 1):
        items[pk].order, items[pk].part = order, part
    LessonItem.objects.bulk_update(items.values(), ["order", "part"])
