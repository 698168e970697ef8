"""The state of search and background work, for the system health page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from common.models import BackupReport, Lease
from common.tasks import dead_letters
from resources.models import FileBlob, FilePreview
from resources.pipeline.photos.stored import uncleaned_photos
from search.admin.queues import QueueState, queue_states
from search.embedding_provider import get_embedder
from search.engine_provider import search_engines
from search.engines import EngineUnavailable
from search.engines.types import Health
from search.indexing.index_version import is_outdated
from search.indexing.relay import LEASE
from search.models import IndexState, LackingVectors, Outbox, RebuildRequest, SearchFailure

SHOWN = 50
LATE = timedelta(seconds=30)
"""Changes or jobs that have waited longer than this are marked on the page."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many rows wait, and since when the oldest could have been done."""

    count: int
    oldest: datetime | None

    @property
    def age(self) -> timedelta:
        return timezone.now() - self.oldest if self.oldest else timedelta(0)

    @property
    def is_late(self) -> bool:
        return self.age > LATE


@dataclass(frozen=True, slots=True)
class SystemHealth:
    """``without_meaning``: why searches go by words alone, in one sentence; empty if they don't."""

    engine: Health
    is_current: bool
    relay_until: datetime | None
    state: IndexState
    outbox: Backlog
    outbox_dead: list[Outbox]
    outbox_dead_count: int
    queues: list[QueueState]
    jobs_failed: list[DBTaskResult]
    jobs_failed_count: int
    rebuilds: list[RebuildRequest]
    previews_failed: list[FilePreview]
    previews_failed_count: int
    photos_uncleaned: int
    photos_held_back: list[FileBlob]
    failures: list[SearchFailure]
    failures_count: int
    without_meaning: str
    lacking_vectors: int
    backup: BackupReport | None

    @property
    def relay_runs(self) -> bool:
        return self.relay_until is not None and self.relay_until > timezone.now()


def read_health() -> SystemHealth:
    """All figures of the page. Works also while parts are down."""
    state = IndexState.current()
    engine, is_current = _engine(state)
    lease = Lease.objects.filter(name=LEASE).first()
    failed = dead_letters()
    previews = failed_previews()
    failures = SearchFailure.objects.recent()
    return SystemHealth(
        engine=engine,
        is_current=is_current,
        relay_until=lease.until if lease else None,
        state=state,
        outbox=_backlog(Outbox.objects.due(timezone.now()), "next_at"),
        outbox_dead=list(Outbox.objects.dead_letters()[:SHOWN]),
        outbox_dead_count=Outbox.objects.dead_letters().count(),
        queues=queue_states(),
        jobs_failed=list(failed[:SHOWN]),
        jobs_failed_count=failed.count(),
        rebuilds=list(RebuildRequest.objects.all()[:5]),
        previews_failed=list(previews.select_related("blob__school")[:SHOWN]),
        previews_failed_count=previews.count(),
        photos_uncleaned=uncleaned_photos().count(),
        photos_held_back=list(held_back_photos().select_related("school")[:SHOWN]),
        failures=list(failures[:SHOWN]),
        failures_count=failures.aggregate(times=Sum("times"))["times"] or 0,
        without_meaning=get_embedder().reason,
        lacking_vectors=LackingVectors.objects.count(),
        backup=BackupReport.last(),
    )


def failed_previews() -> QuerySet[FilePreview]:
    """Previews that could not be made, or only as text, for a reason that may pass; newest first."""
    failed = Q(state=FilePreview.State.FAILED)
    only_text = Q(state=FilePreview.State.OUTLINE, reason__in=FilePreview.PASSING)
    return FilePreview.objects.filter(failed | only_text, blob__state=FileBlob.State.VERIFIED).order_by("-updated")


def held_back_photos() -> QuerySet[FileBlob]:
    """Published or not: photos of an older release whose place could not be removed; newest first."""
    return FileBlob.objects.filter(state=FileBlob.State.VERIFIED, reason__in=FileBlob.HELD_BACK).order_by("-pk")


def _engine(state: IndexState) -> tuple[Health, bool]:
    try:
        engines = search_engines(state)
        health = engines.engine.health()
        return health, health.ok and not is_outdated(engines.engine, engines.analyzer)
    except EngineUnavailable as problem:
        return Health(ok=False, documents=0, detail=str(problem)), False
    except Exception as problem:  # noqa: BLE001 - the page that reports failures must not be one
        return Health(ok=False, documents=0, detail=f"{type(problem).__name__}: {problem}"), False


def _backlog(rows: Any, field: str) -> Backlog:
    found = rows.order_by().aggregate(count=Count("pk"), oldest=Min(field))
    return Backlog(count=found["count"], oldest=found["oldest"])
