"""Render the pages of a file and store the images page by page, so that the first can be shown early."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

from resources.models import FileBlob, FilePage
from resources.models.file import rendition_key
from resources.pipeline.page_store import update_preview
from resources.processing import sandbox
from resources.processing.outcome_codes import OutcomeCode
from resources.processing.render.renditions import FOLDER, WIDTHS
from resources.processing.sandbox import GB, MB, Ended, Limits
from resources.storage import get_store

log = logging.getLogger(__name__)

BATCH = 40
"""Pages per subprocess; a page that crashes it costs at most these."""
MAX_RENDERED = 1500
MAX_FAILURES = 5
MAX_IMAGE = 8 * MB
RENDER = Limits(memory=2 * GB, cpu=240, wall=300, file_size=64 * MB, disk=GB + 5 * GB, output=4 * MB)
CODES = {Ended.TIMED_OUT: OutcomeCode.TIMED_OUT, Ended.TOO_DEMANDING: OutcomeCode.TOO_DEMANDING}


class PageRenderer:
    """Renders the pages of one file. ``failure``: the OutcomeCode of the last failure, or empty.

    ``deadline``: of ``time.monotonic``. ``times``: how many times the usual processor time a subprocess gets.
    ``shown``: how many of the first pages have images already.
    """

    def __init__(self, blob: FileBlob, folder: Path, *, deadline: float, times: int = 1, shown: int = 0) -> None:
        self.blob, self.folder, self.deadline, self.times, self.shown = blob, folder, deadline, times, shown
        self.failure = ""
        self.current = 0
        self.rendered = 0

    def render(self, name: str, renderer: str, count: int) -> int:
        """Render up to ``count`` pages; returns how many have images now."""
        first, failures = 1, 0
        last_page = min(count, MAX_RENDERED)
        while first <= last_page and failures < MAX_FAILURES and time.monotonic() < self.deadline:
            last = min(first + BATCH - 1, last_page)
            self.current = first
            arguments = {"name": name, "renderer": renderer, "first": first, "last": last}
            limits = sandbox.stretch(RENDER, times=self.times, deadline=self.deadline)
            outcome = sandbox.run("render", arguments, folder=self.folder, limits=limits, report=self.on_report)
            if outcome.ended is Ended.WELL:
                first = last + 1
                continue
            log.warning("Blob %s page %s: %s %s", self.blob.pk, self.current, outcome.ended, outcome.stderr[-500:])
            self.failure = CODES.get(outcome.ended, OutcomeCode.RENDER_FAILED)
            failures += 1
            # Skip the page that failed and continue with the next.
            first = max(first, self.current) + 1
        if first <= last_page:
            self.failure = self.failure or OutcomeCode.TIMED_OUT
        return self.rendered

    def on_report(self, message: dict[str, Any]) -> None:
        """Handle one message of the subprocess: a page was begun, or its images are in the folder."""
        if isinstance(message.get("trying"), int):
            self.current = message["trying"]
        number = message.get("page")
        if not isinstance(number, int) or number < 1:
            return
        if message.get("too_large"):
            self.failure = OutcomeCode.TOO_LARGE
        widths = [width for width in WIDTHS if width in (message.get("widths") or ())]
        stored = [width for width in widths if self._store(number, width)]
        changed: dict[str, Any] = {"widths": stored}
        if message.get("width") and message.get("height"):
            changed |= {"width": float(message["width"]), "height": float(message["height"])}
        if FilePage.objects.filter(blob=self.blob, number=number).update(**changed) and stored:
            self.rendered += 1
            update_preview(self.blob, pages_done=max(self.rendered, self.shown))

    def _store(self, number: int, width: int) -> bool:
        # The subprocess could have replaced its folder by a link.
        folder = self.folder / FOLDER
        path = folder / f"{number}-{width}.webp"
        data = None if folder.is_symlink() else sandbox.read_result(path, limit=MAX_IMAGE)
        if not data or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
            return False
        key = rendition_key(self.blob.uid, number, width, url_generation=self.blob.edition)
        get_store().put(key, data, media_type="image/webp")
        path.unlink(missing_ok=True)
        return True
