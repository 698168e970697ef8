"""Clean one photo in the sandbox and store the result under a key of its own."""

from __future__ import annotations

import hashlib
import logging
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.tasks import job
from resources.models import FileBlob
from resources.processing import formats, sandbox
from resources.processing.outcome_codes import OutcomeCode
from resources.processing.sandbox import GB, MB, Ended, Limits
from resources.storage import StoreUnavailable, get_store

log = logging.getLogger(__name__)

RULES = 1
"""Raise it when the sandbox removes more than before: stored photos are then cleaned again (``stored.py``)."""

FAMILIES = frozenset({"jpeg", "png", "webp", "tiff", "heif", "avif", "gif", "psd"})
# The cleaned photo is written whole; metadata.MAX_SIZE is the largest that is read.
LIMITS = Limits(memory=3 * GB, cpu=60, wall=120, file_size=512 * MB, output=MB)
LONGEST = 15 * 60
"""Seconds of wall time on a busy machine, below the lease of a job."""


class CannotClean(Exception):
    """``code``: the OutcomeCode that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A photo that was stored again without its metadata. ``note``: the OutcomeCode for its uploader."""

    key: str
    sha256: str
    size: int
    note: str


def clean(blob: FileBlob, folder: Path, family: str) -> CleanPhoto | None:
    """Store the photo ``folder / "source"`` without its metadata; None if it has none.

    Raises CannotClean, StoreUnavailable.
    """
    answer = _strip(folder, family)
    if not answer.get("stripped"):
        return None
    path = folder / "stripped"
    if path.is_symlink() or not path.is_file():
        raise CannotClean(OutcomeCode.PHOTO_NOT_CLEANED)
    key = f"objects/{uuid.uuid5(blob.uid, f'stripped {RULES}')}"
    get_store().put_file(key, path, media_type=formats.BY_FAMILY[family].media_type)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    note = OutcomeCode.POSITION_REMOVED if answer.get("position") else OutcomeCode.PHOTO_DATA_REMOVED
    return CleanPhoto(key=key, sha256=digest, size=path.stat().st_size, note=note)


def _strip(folder: Path, family: str) -> dict[str, Any]:
    answers: list[dict[str, Any]] = []
    request = {"source": "source", "target": "stripped", "family": family}
    limits = sandbox.stretch(LIMITS, times=1, deadline=time.monotonic() + LONGEST)
    outcome = sandbox.run("strip_photo", request, folder=folder, limits=limits, report=answers.append)
    if outcome.ended is not Ended.WELL or not answers:
        log.warning("Cleaning the photo in %s ended %s: %s", folder.name, outcome.ended, outcome.stderr[-500:])
        raise CannotClean(OutcomeCode.PHOTO_NOT_CLEANED)
    answer = answers[-1]
    if answer.get("refused"):
        raise CannotClean(str(answer["refused"]))
    return answer


@job(
    label=_("Delete the original of a cleaned photo"),
    waits_for=(StoreUnavailable,),
    path="resources.tasks.delete_replaced",
)
def delete_replaced(key: str) -> None:
    """Delete the uploaded original of a photo that was stored again without its metadata."""
    get_store().delete([key])
