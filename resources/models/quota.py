"""Storage quota of schools: reserved when an upload starts, released when it fails.

Each change is one conditional UPDATE, so that concurrent uploads can't exceed the quota together.
"""

from __future__ import annotations

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from members.models import School
from resources.models.file import FileBlob
from resources.models.upload import UploadSession


class QuotaFull(Exception):
    """The school's quota has no room for a file of this size."""


def reserve(*, school_id: int, size: int) -> None:
    """Count ``size`` bytes as used. Raises QuotaFull."""
    if not _with_room(school_id, size).update(used_bytes=F("used_bytes") + size):
        raise QuotaFull


def has_room(*, school_id: int, size: int) -> bool:
    """Whether a file of this size would fit now."""
    return _with_room(school_id, size).exists()


def _with_room(school_id: int, size: int) -> QuerySet[School]:
    quota = Coalesce(F("quota_bytes"), Value(settings.SCHOOL_QUOTA_BYTES))
    return School.objects.filter(pk=school_id).annotate(quota=quota).filter(quota__gte=F("used_bytes") + size)


def release(*, school_id: int, size: int) -> None:
    """Release the bytes of a cancelled upload, or of a rejected, duplicate or deleted blob."""
    School.objects.filter(pk=school_id).update(used_bytes=Greatest(F("used_bytes") - size, Value(0)))


def recount(*, school_id: int) -> int:
    """Recount a school's bytes from its stored files and unfinished uploads; returns the bytes."""
    counted = Q(state=FileBlob.State.RECEIVED) | Q(state=FileBlob.State.VERIFIED)
    stored = FileBlob.objects.filter(counted, school_id=school_id).aggregate(bytes=Sum("size"))["bytes"] or 0
    unfinished = UploadSession.objects.filter(school_id=school_id, state__in=UploadSession.UNFINISHED)
    total: int = stored + (unfinished.aggregate(bytes=Sum("size"))["bytes"] or 0)
    School.objects.filter(pk=school_id).update(used_bytes=total)
    return total
