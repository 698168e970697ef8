"""Have the pages of a file drawn and put into the store, page by page, so that the first can be looked at early."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

from resources.models import FileBlob, FilePage
from resources.models.file import rendition_key
from resources.pipeline.page_store import mark
from resources.processing import sandbox
from resources.processing.outcome_codes import Reason
from resources.processing.render import FOLDER, WIDTHS
from resources.processing.sandbox import GB, MB, Ended, Limits
from resources.storage import get_store

log = logging.getLogger(__name__)

BUDGET = 15 * 60
"""Seconds for all pictures of a file; with everything else it stays under the lease of a job."""
BATCH = 40
"""Pages per child: what one bad page can take with it."""
MAX_DRAWN = 1500
MAX_FAILURES = 5
MAX_PICTURE = 8 * MB
RENDER = Limits(memory=2 * GB, cpu=240, wall=300, file_size=64 * MB, disk=GB + 5 * GB, output=4 * MB)
WHY = {Ended.TIMED_OUT: Reason.TIMED_OUT, Ended.TOO_DEMANDING: Reason.TOO_DEMANDING}


class Drawing:
    """``why``: the Reason of the last thing that went wrong, or empty."""

    def __init__(self, blob: FileBlob, folder: Path, *, deadline: float) -> None:
        self.blob, self.folder, self.deadline = blob, folder, deadline
        self.why = ""
        self.trying = 0
        self.done = 0

    def draw(self, name: str, how: str, count: int) -> int:
        """Draw up to ``count`` pages; returns how many have pictures now."""
        first, failures = 1, 0
        last_page = min(count, MAX_DRAWN)
        while first <= last_page and failures < MAX_FAILURES and time.monotonic() < self.deadline:
            last = min(first + BATCH - 1, last_page)
            self.trying = first
            asked = {"name": name, "how": how, "first": first, "last": last}
            outcome = sandbox.run("render", asked, folder=self.folder, limits=RENDER, report=self.take)
            if outcome.ended is Ended.WELL:
                first = last + 1
                continue
            log.warning("Blob %s page %s: %s %s", self.blob.pk, self.trying, outcome.ended, outcome.complaint[-500:])
            self.why = WHY.get(outcome.ended, Reason.RENDER_FAILED)
            failures += 1
            # The page that was being drawn is left out, the rest is tried again without it.
            first = max(first, self.trying) + 1
        if first <= last_page:
            self.why = self.why or Reason.TIMED_OUT
        return self.done

    def take(self, said: dict[str, Any]) -> None:
        """One line of the child: a page begun, or a page done with its pictures lying in the folder."""
        if isinstance(said.get("trying"), int):
            self.trying = said["trying"]
        number = said.get("page")
        if not isinstance(number, int) or number < 1:
            return
        if said.get("too_large"):
            self.why = Reason.TOO_LARGE
        widths = [width for width in WIDTHS if width in (said.get("widths") or ())]
        stored = [width for width in widths if self._store(number, width)]
        changed: dict[str, Any] = {"widths": stored}
        if said.get("width") and said.get("height"):
            changed |= {"width": float(said["width"]), "height": float(said["height"])}
        if FilePage.objects.filter(blob=self.blob, number=number).update(**changed) and stored:
            self.done += 1
            mark(self.blob, pages_done=self.done)

    def _store(self, number: int, width: int) -> bool:
        # The folder is the child's: it could have become a link to somewhere else.
        folder = self.folder / FOLDER
        path = folder / f"{number}-{width}.webp"
        data = None if folder.is_symlink() else sandbox.read_result(path, limit=MAX_PICTURE)
        if not data or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
            return False
        key = rendition_key(self.blob.uid, number, width, edition=self.blob.edition)
        get_store().put(key, data, media_type="image/webp")
        path.unlink(missing_ok=True)
        return True
