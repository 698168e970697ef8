"""Make a verified file's preview: its text first, so that search works before there are pictures, then the pictures.

Everything that opens the file happens in a child process; here its answers are stored. Derived, repeatable, may run
twice. Failures of the file end as a state with a reason; failures of the house (store, database) raise, and the job is
tried again.
"""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path
from typing import Any

from common.tasks import job
from resources.models import FileBlob, FilePreview
from resources.pipeline import page_images, page_store, workdir
from resources.processing import formats, sandbox
from resources.processing.extract import RESULT
from resources.processing.outcome_codes import Reason
from resources.processing.plan import Plan, plan_for
from resources.processing.render import office
from resources.processing.sandbox import GB, MB, Ended, Limits
from resources.storage import ObjectMissing, StoreUnavailable, get_store

log = logging.getLogger(__name__)

MAX_SIZE = 4 * GB
INSPECT = Limits(memory=GB, cpu=60, wall=120, file_size=16 * MB, output=MB)
EXTRACT = Limits(memory=2 * GB, cpu=150, wall=200, file_size=256 * MB, output=MB)
# LibreOffice maps far more than it uses.
CONVERT = Limits(memory=6 * GB, cpu=150, wall=180, file_size=GB, disk=4 * GB, output=MB)
WHY = {
    Ended.TIMED_OUT: Reason.TIMED_OUT,
    Ended.TOO_DEMANDING: Reason.TOO_DEMANDING,
    Ended.CRASHED: Reason.CRASHED,
}
TOLD_BY_CONTENT = frozenset(
    {formats.SLIDES, formats.DOCUMENT, formats.SHEET, formats.PDF, formats.ARCHIVE, formats.PACKAGE}
)
"""Kinds whose plan depends on the content; for the others there is nothing to fetch the file for."""
State = FilePreview.State


class Stopped(Exception):
    """The preview ends here, with this state and reason."""

    def __init__(self, state: FilePreview.State, reason: str) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


@job(queue="files", waits_for=(StoreUnavailable,), path="resources.tasks.process_blob")
def process_blob(blob_id: int) -> None:
    process(blob_id=blob_id)


def process(*, blob_id: int) -> None:
    """Bring the preview of a verified file to a final state. Does nothing when it has one: ``retry`` sets it back."""
    blob = FileBlob.objects.filter(pk=blob_id, state=FileBlob.State.VERIFIED).first()
    if blob is None:
        return
    preview, _created = FilePreview.objects.get_or_create(blob=blob)
    if not preview.is_working:
        return
    page_store.mark(blob, state=State.EXTRACTING, reason="")
    with workdir.folder_for(blob.pk) as folder:
        try:
            state, reason = _Run(blob, folder).run()
        except Stopped as stop:
            state, reason = stop.state, stop.reason
        except ObjectMissing:
            state, reason = State.FAILED, Reason.MISSING
        except page_store.Unusable:
            log.exception("Blob %s", blob.pk)
            state, reason = State.FAILED, Reason.CRASHED
    page_store.finish(blob, state=state, reason=reason)


class _Run:
    """One pass over one file. ``garbled``: some pages' text is unreadable; ``empty``: no page has any."""

    def __init__(self, blob: FileBlob, folder: Path) -> None:
        self.blob, self.folder = blob, folder
        extension = blob.extension if blob.extension in formats.BY_EXTENSION else "bin"
        self.source = f"source.{extension}"
        self.count = 0
        self.garbled = False
        self.empty = False

    def run(self) -> tuple[FilePreview.State, str]:
        plan = self.look()
        if plan.text:
            self.read(self.source, plan.text, final=not plan.pages_from_pdf or not office.available())
        pdf = self.source
        if plan.convert:
            converted, why = self.convert(plan.convert)
            if not converted:
                # The file's own text is all there will be; it was not stored if the PDF should have replaced it.
                if plan.pages_from_pdf and plan.text:
                    self.read(self.source, plan.text)
                return self.without_pictures(why)
            pdf = converted
            if plan.convert == "sheet":
                self.read(converted, "xlsx")
            elif plan.pages_from_pdf:
                self.read(converted, "pdf")
            else:
                self.place(converted)
        if not plan.pictures:
            return self.without_pictures(Reason.ARCHIVE if plan.text == "zip" else Reason.TEXT_ONLY)
        return self.draw(pdf, plan.pictures)

    def look(self) -> Plan:
        """Fetch the file and see again what it is: a retry must not open what the check could not look into."""
        promised = plan_for(self.blob.kind, "")
        if promised.nothing and self.blob.kind not in TOLD_BY_CONTENT:
            raise Stopped(State.NONE, promised.nothing)
        if self.blob.size > MAX_SIZE:
            raise Stopped(State.NONE, Reason.TOO_LARGE)
        get_store().fetch(str(self.blob.key), self.folder / self.source)
        asked = {"name": self.source, "declared_name": self.blob.declared_name, "whole": True}
        answer = self.child("inspect", asked, INSPECT)
        against = answer.get("refused") or answer.get("unreadable")
        if against:
            raise Stopped(State.NONE, str(against))
        plan = plan_for(self.blob.kind, str(answer.get("family", "")))
        if plan.nothing:
            raise Stopped(State.NONE, plan.nothing)
        return plan

    def child(self, command: str, arguments: dict[str, Any], limits: Limits) -> dict[str, Any]:
        """The last thing the child said. Raises Stopped when it did not end well."""
        said: list[dict[str, Any]] = []
        outcome = sandbox.run(command, arguments, folder=self.folder, limits=limits, report=said.append)
        if outcome.ended is not Ended.WELL or not said:
            log.warning("%s of blob %s ended %s: %s", command, self.blob.pk, outcome.ended, outcome.complaint[-800:])
            raise Stopped(State.FAILED, WHY.get(outcome.ended, Reason.CRASHED))
        return said[-1]

    def read(self, name: str, how: str, *, final: bool = True) -> None:
        """Extract text and store it as the file's pages. ``final`` False: the converted PDF will say it better."""
        if not final:
            return
        answer = self.child("extract", {"name": name, "how": how}, EXTRACT)
        if answer.get("reason"):
            raise Stopped(State.NONE, str(answer["reason"]))
        if not answer.get("count"):
            raise Stopped(State.NONE, Reason.ARCHIVE if how == "zip" else Reason.DAMAGED)
        self.garbled = bool(answer.get("garbled"))
        self.store(str(answer.get("title", "")))

    def store(self, title: str) -> None:
        """Keep the pages the child left as the file's."""
        stored = page_store.store(self.blob, page_store.pages_in(self.folder / RESULT), title=title)
        self.count, self.empty = stored.count, not stored.has_text

    def convert(self, kind: str) -> tuple[str, str]:
        """(the converted file's name or empty, the Reason why there is none)."""
        if not office.available():
            return "", Reason.NO_RENDERER
        try:
            made = str(self.child("convert", {"name": self.source, "kind": kind}, CONVERT).get("made", ""))
        except Stopped as stop:
            return "", stop.reason
        # A name of our choosing: the child may have left a link anywhere.
        path = self.folder / made if made in ("converted/source.pdf", "converted/source.xlsx") else None
        if path is None or path.is_symlink() or path.parent.is_symlink() or not path.is_file():
            return "", Reason.RENDER_FAILED
        shutil.rmtree(self.folder / "profile", ignore_errors=True)
        return made, ""

    def place(self, pdf: str) -> None:
        """Give a deck's pages their words' places from the PDF made of it; the words stay the deck's own."""
        answer = self.child("extract", {"name": pdf, "how": "pdf"}, EXTRACT)
        if answer.get("reason") or not answer.get("count"):
            return
        if answer["count"] == self.count:
            self.empty = not page_store.add_places(self.blob, page_store.pages_in(self.folder / RESULT))
        else:
            # Pages that can't be told apart by number: then what is drawn decides, or pictures would show other slides.
            log.warning("Blob %s has %s slides but %s pages", self.blob.pk, self.count, answer["count"])
            self.store("")

    def without_pictures(self, why: str) -> tuple[FilePreview.State, str]:
        if self.count and not self.empty:
            return State.OUTLINE, why
        if why in (Reason.TIMED_OUT, Reason.TOO_DEMANDING, Reason.CRASHED):
            return State.FAILED, why
        if why == Reason.RENDER_FAILED:
            return State.FAILED, Reason.CRASHED
        return State.NONE, why

    def draw(self, name: str, how: str) -> tuple[FilePreview.State, str]:
        if how == "image":
            page_store.store(self.blob, [page_store.Page(number=1)], title="")
            self.count = 1
        page_store.mark(self.blob, state=State.RENDERING)
        drawing = page_images.Drawing(self.blob, self.folder, deadline=time.monotonic() + page_images.BUDGET)
        done = drawing.draw(name, how, self.count)
        if not done:
            if how == "image":
                return State.NONE, drawing.why or Reason.DAMAGED
            return self.without_pictures(drawing.why or Reason.RENDER_FAILED)
        if done < self.count:
            return State.READY, Reason.SOME_PAGES
        if self.garbled:
            return State.READY, Reason.GARBLED_TEXT
        return State.READY, Reason.NO_TEXT if self.empty and how == "pdf" else ""
