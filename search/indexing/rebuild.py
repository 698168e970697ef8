"""Rebuilds the index beside the old one in small steps.

Live changes go on between them and reach both indexes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.tasks import LONGEST_WAIT
from resources.models import Resource
from search.engines import Engine, EngineRejected, EngineUnavailable
from search.indexing import outbox
from search.indexing.documents import build
from search.indexing.vector_job import request_vectors
from search.models import Indexed, IndexState, Outbox, RebuildRequest

log = logging.getLogger(__name__)

STEP = 20
"""Resources per step. A step of long decks takes about a second; a live change waits for at most one step, or a few
seconds for the last, which swaps the indexes."""

WAIT_UNAVAILABLE = timedelta(seconds=5)
WAIT_BROKEN = timedelta(minutes=1)


class Rebuilding:
    """One rebuild. Call ``step`` until it returns True; leave by ``abandon`` if it can't be finished."""

    def __init__(self, engine: Engine, request: RebuildRequest, *, fingerprint: str) -> None:
        self.request = request
        self._after = 0
        self._first_version = IndexState.next_version()
        self._written: dict[int, tuple[int, float]] = {}
        request.state = RebuildRequest.State.RUNNING
        request.written = 0
        request.total = Resource.objects.published().count()
        request.error = ""
        request.save()
        self._new = engine.rebuild(fingerprint)
        self._new.__enter__()
        log.info("rebuilding the index (%s): %s resources", request.reason, request.total)

    def step(self) -> bool:
        """Write the next few resources; True when the new index has taken over."""
        after = Resource.objects.published().filter(pk__gt=self._after).order_by("pk")
        ids = list(after.values_list("pk", flat=True)[:STEP])
        if not ids:
            self._finish()
            return True
        self._add(ids)
        self._after = ids[-1]
        RebuildRequest.objects.filter(pk=self.request.pk).update(written=len(self._written))
        return False

    def abandon(self, error: BaseException, *, again: bool) -> None:
        """Delete the new index; the old one goes on answering. ``again``: the request waits for another try."""
        try:
            self._new.__exit__(type(error), error, error.__traceback__)
        except Exception:
            log.exception("the unfinished index could not be deleted")
        record_failure(self.request, error, again=again)

    def _add(self, ids: Sequence[int]) -> None:
        version = IndexState.next_version()
        try:
            batch = build(ids, version=version)
        except Exception:
            # A resource that can't be read must not stop the rebuild; the outbox retries each by itself.
            log.exception("resources %s to %s could not be read; they go through the outbox", ids[0], ids[-1])
            outbox.enqueue_many(ids)
            return
        self._written |= {doc.id: (doc.version, doc.popularity) for doc in batch.docs}
        with transaction.atomic():
            request_vectors(batch.lacking)
        try:
            self._new.add(batch.docs)
        except EngineRejected as refusal:
            self._note_refused(refusal)

    def _note_refused(self, refusal: EngineRejected) -> None:
        for pk in refusal.reasons:
            self._written.pop(pk, None)
        Outbox.objects.bulk_create(
            Outbox(resource_id=pk, dead=True, last_error=reason[:2000]) for pk, reason in refusal.reasons.items()
        )

    def _finish(self) -> None:
        try:
            self._new.finish()
        except EngineRejected as refusal:
            # Bulk writes run ahead, so the last refusals come only now; the new index answers nevertheless.
            self._note_refused(refusal)
        self._new.__exit__(None, None, None)
        newer = set(
            Indexed.objects.filter(version__gte=self._first_version).values_list("resource_id", flat=True).iterator()
        )
        # Keep the versions of live changes delivered meanwhile: they are newer and reached the new index too.
        live = set(Resource.objects.published().values_list("pk", flat=True).iterator())
        rows = [
            Indexed(resource_id=pk, version=version, popularity=popularity)
            for pk, (version, popularity) in self._written.items()
            if pk in live and pk not in newer
        ]
        Indexed.objects.filter(version__lt=self._first_version).delete()
        Indexed.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
        now = timezone.now()
        IndexState.set(rebuilt_at=now)
        RebuildRequest.objects.filter(pk=self.request.pk).update(
            state=RebuildRequest.State.DONE, finished=now, written=len(self._written)
        )
        log.info("the new index answers: %s resources", len(self._written))


def request_rebuild_if_outdated(engine: Engine, *, fingerprint: str) -> bool:
    """Request a rebuild when the index is missing, broken or not the one of this fingerprint.

    True if it is so.
    """
    found = engine.fingerprint()
    if found == fingerprint:
        return False
    reason = _("built by another release or with other words") if found else _("there was no index that answers")
    if RebuildRequest.enqueue_unless_open(reason=reason):
        # An empty fingerprint can also mean a damaged index; then the engine's health says how.
        log.warning("the index will be rebuilt: %s", "it is outdated" if found else engine.health().detail)
    return True


def record_failure(request: RebuildRequest, error: BaseException, *, again: bool) -> None:
    """Store why a rebuild did not end, and whether it waits for another try."""
    state = RebuildRequest.State.WAITING if again else RebuildRequest.State.FAILED
    RebuildRequest.objects.filter(pk=request.pk).update(
        state=state,
        error=f"{type(error).__name__}: {error}"[:2000],
        not_before=timezone.now() + (WAIT_UNAVAILABLE if isinstance(error, EngineUnavailable) else WAIT_BROKEN),
    )


def next_request() -> RebuildRequest | None:
    """The request to serve now, if any. One rebuild serves all that wait."""
    now = timezone.now()
    # A date that no delay reaches: the clock stood wrong when it was written.
    due = Q(not_before__lte=now) | Q(not_before__gt=now + LONGEST_WAIT)
    waiting = list(RebuildRequest.objects.filter(due, state=RebuildRequest.State.WAITING).order_by("pk"))
    if not waiting:
        return None
    for earlier in waiting[:-1]:
        earlier.state = RebuildRequest.State.DONE
        earlier.finished = timezone.now()
        earlier.save(update_fields=["state", "finished"])
    return waiting[-1]


def requeue_interrupted() -> int:
    """Make the requests that a killed relay was serving wait again. Call only under the relay's lease."""
    return RebuildRequest.objects.filter(state=RebuildRequest.State.RUNNING).update(
        state=RebuildRequest.State.WAITING, not_before=timezone.now()
    )
