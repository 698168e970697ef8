"""Makes the vectors of passages in the worker, after publication.

The relay indexes a resource at once with the vectors that are there, and notes what it lacks. This job makes them and has
the resource indexed again, so publishing never waits for the model.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.tasks import enqueue_once, job
from search.embedding import EmbeddingUnavailable
from search.embedding.int8 import quantise
from search.embedding_provider import get_embedder
from search.indexing import outbox
from search.indexing.documents import read_docs
from search.indexing.passages import Passage, passages_of
from search.indexing.vectors import stored_vectors
from search.models import LackingVectors, PassageVector

log = logging.getLogger(__name__)

QUEUE = "understanding"
LOWEST = -100
"""The priority: every other job of the worker comes first."""

BATCH = 32
"""Passages encoded together and stored: one or two seconds."""

ONE_RUN = 5.0
"""Seconds after which the job lets others run."""


def request_vectors(resource_ids: Sequence[int]) -> None:
    """Have the worker make what these resources lack, in the caller's transaction."""
    if not resource_ids:
        return
    now = timezone.now()
    LackingVectors.objects.bulk_create(
        [LackingVectors(resource_id=pk, requested=now) for pk in resource_ids],
        update_conflicts=True,
        unique_fields=["resource_id"],
        update_fields=["requested"],
    )
    enqueue_once(make_vectors)


@job(label=_("Make the vectors of new pages"), queue=QUEUE, priority=LOWEST)
def make_vectors() -> None:
    """Make the vectors of the resources that lack some, for a few seconds; enqueue the rest."""
    end = time.monotonic() + ONE_RUN
    try:
        while time.monotonic() < end:
            row = LackingVectors.objects.first()
            if row is None:
                return
            if not _complete(row.resource_id, end):
                break
            _done(row)
    except EmbeddingUnavailable as problem:
        # The rows stay; periodic work enqueues the job again.
        log.warning("no vectors are made: %s", problem)
        return
    make_vectors.enqueue()


def _complete(resource_id: int, end: float) -> bool:
    """Make the vectors that a resource lacks. False where the time did not suffice."""
    model = get_embedder().fingerprint
    docs = read_docs([resource_id], version=0) if model else []
    wanted = {each.key(model): each for doc in docs for each in passages_of(doc)}
    known = stored_vectors(wanted)
    lacking = [each for key, each in wanted.items() if key not in known]
    for start in range(0, len(lacking), BATCH):
        _make(lacking[start : start + BATCH], model)
        if time.monotonic() > end and start + BATCH < len(lacking):
            return False
    return True


def _make(passages: Sequence[Passage], model: str) -> None:
    vectors = quantise(get_embedder().passages([each.text for each in passages]))
    rows = [
        PassageVector(key=each.key(model), model=model, vector=vector)
        for each, vector in zip(passages, vectors, strict=True)
    ]
    PassageVector.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def _done(row: LackingVectors) -> None:
    # A change while the vectors were made has renewed the row: then it stays.
    if LackingVectors.objects.filter(pk=row.pk, requested=row.requested).delete()[0]:
        outbox.enqueue(row.resource_id)


def delete_other_models() -> int:
    """Delete the vectors of other models, once nothing waits for the one in use. Returns how many."""
    model = get_embedder().fingerprint
    if not model or LackingVectors.objects.exists():
        return 0
    return PassageVector.objects.exclude(model=model).delete()[0]
