"""Periodic work of search; common/periodic.py runs it."""

from __future__ import annotations

import logging
from datetime import time, timedelta

from django.utils import timezone

from common.periodic import periodic

log = logging.getLogger(__name__)

KEEP_QUERIES = timedelta(days=400)
"""More than a school year, so that a term can be compared with the one of the year before."""


@periodic(at=time(3, 30))
def compare_index_with_database() -> None:
    from search.engine_provider import search_engines
    from search.engines import EngineUnavailable
    from search.indexing.index_version import expected_fingerprint
    from search.indexing.rebuild import request_rebuild_if_outdated
    from search.indexing.reconcile import reconcile
    from search.models import RebuildRequest

    if RebuildRequest.objects.filter(state=RebuildRequest.State.RUNNING).exists():
        log.info("not compared: the index is being rebuilt from the database anyway")
        return
    try:
        engines = search_engines()
        reconcile(engines.engine)
        request_rebuild_if_outdated(engines.engine, fingerprint=expected_fingerprint(engines.analyzer))
    except EngineUnavailable as problem:
        log.warning("not compared tonight, the search engine is away: %s", problem)


@periodic(every=timedelta(minutes=10))
def make_lacking_vectors() -> None:
    """Usually the job is there already; not after the model was away."""
    from common.tasks import enqueue_once
    from search.indexing.vector_job import make_vectors
    from search.models import LackingVectors

    if LackingVectors.objects.exists():
        enqueue_once(make_vectors)


@periodic(at=time(4, 45))
def throw_away_unused_vectors() -> None:
    from search.indexing.vector_job import delete_other_models

    delete_other_models()


@periodic(at=time(4, 30))
def throw_away_old_queries() -> None:
    from search.models import QueryLog, SearchFailure, Wish

    for model in (QueryLog, SearchFailure):
        model._default_manager.filter(day__lt=timezone.localdate() - KEEP_QUERIES).delete()
    Wish.objects.filter(done=True, created__lt=timezone.now() - KEEP_QUERIES).delete()
