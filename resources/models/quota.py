"""How much of its storage a school has used. Reserved when an upload starts, given back when it comes to nothing.

One conditional UPDATE per change, so that uploads starting at the same moment can't exceed the quota together.
"""

from __future__ import annotations

from django.conf import settings
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from members.models import School
from resources.models.file import FileBlob
from resources.models.upload import UploadSession


class QuotaFull(Exception):
    """The school's storage does not hold another file of this size."""


def reserve(*, school_id: int, size: int) -> None:
    """Count ``size`` bytes as used. Raises QuotaFull, and then nothing is counted."""
    quota = Coalesce(F("quota_bytes"), Value(settings.SCHOOL_QUOTA_BYTES))
    room = School.objects.filter(pk=school_id).annotate(quota=quota)
    if not room.filter(quota__gte=F("used_bytes") + size).update(used_bytes=F("used_bytes") + size):
        raise QuotaFull


def has_room(*, school_id: int, size: int) -> bool:
    """Whether a file of this size would fit now: a cheap look before anything is asked of the store."""
    quota = Coalesce(F("quota_bytes"), Value(settings.SCHOOL_QUOTA_BYTES))
    room = School.objects.filter(pk=school_id).annotate(quota=quota)
    return room.filter(quota__gte=F("used_bytes") + size).exists()


def release(*, school_id: int, size: int) -> None:
    """Give back what an upload or a blob had taken: a cancelled upload, a refused or duplicate blob."""
    School.objects.filter(pk=school_id).update(used_bytes=Greatest(F("used_bytes") - size, Value(0)))


def recount(*, school_id: int) -> int:
    """Count a school's bytes anew from what is stored and what is under way; returns the bytes."""
    kept = Q(state=FileBlob.State.RECEIVED) | Q(state=FileBlob.State.VERIFIED)
    stored = FileBlob.objects.filter(kept, school_id=school_id).aggregate(bytes=Sum("size"))["bytes"] or 0
    under_way = UploadSession.objects.filter(school_id=school_id, state__in=UploadSession.UNFINISHED)
    total: int = stored + (under_way.aggregate(bytes=Sum("size"))["bytes"] or 0)
    School.objects.filter(pk=school_id).update(used_bytes=total)
    return total
