"""Periodic cleanup: expired sessions, stray uploads in the store, and the quotas."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from members.models import School
from resources.models import UploadSession, quota
from resources.storage import StoreUnavailable, get_store
from resources.uploads import sessions
from resources.uploads.completion import complete
from resources.uploads.errors import UploadRefused

log = logging.getLogger(__name__)


def collect_expired() -> int:
    """End expired sessions, or finish an interrupted completion; returns the number of ended ones."""
    ended = 0
    expired = UploadSession.objects.filter(state__in=UploadSession.UNFINISHED, expires__lt=timezone.now())
    for session in expired.select_related("owner"):
        if session.state == UploadSession.State.COMPLETING and _finish(session):
            continue
        session.refresh_from_db()
        ended += sessions.close(session, UploadSession.State.EXPIRED, reason="expired")
    return ended


def _finish(session: UploadSession) -> bool:
    try:
        complete(who=session.owner, uid=session.uid)
    except UploadRefused:
        return False
    return True


def collect_strays() -> int:
    """Abort uploads in the store without an unfinished session, which a crash may leave."""
    limit = timezone.now() - timedelta(hours=settings.UPLOAD_EXPIRY_HOURS)
    store = get_store()
    known = set(UploadSession.objects.filter(state__in=UploadSession.UNFINISHED).values_list("upload_id", flat=True))
    aborted = 0
    try:
        for found in store.open_uploads():
            if found.key.startswith("objects/") and found.upload_id not in known and found.started < limit:
                store.abort(found.key, found.upload_id)
                aborted += 1
        store.delete_temporary(limit)
    except StoreUnavailable:
        log.warning("The store is unavailable; stray uploads are collected by the next run.")
    return aborted


def recount_quotas() -> None:
    for school_id in School.objects.values_list("pk", flat=True):
        quota.recount(school_id=school_id)
