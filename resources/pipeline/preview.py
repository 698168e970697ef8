"""Make the preview of a verified file: first its text for search, then its page images.

Subprocesses open the file; this module stores their results. A preview may be made again at any time, also twice at
once. A failure of the file ends as a state with an outcome code; a failure of store or database raises, and the job is
retried.
"""

from __future__ import annotations

import logging
import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.tasks import job
from resources.models import FileBlob, FilePreview
from resources.pipeline import jobs, page_images, page_store, workdir
from resources.processing import formats, sandbox
from resources.processing.extract import RESULT
from resources.processing.outcome_codes import Finding, OutcomeCode
from resources.processing.preview_plan import PreviewPlan, plan_for
from resources.processing.render import office
from resources.processing.sandbox import GB, MB, Ended, Limits
from resources.storage import ObjectMissing, StoreUnavailable, get_store

log = logging.getLogger(__name__)

MAX_SIZE = 4 * GB
PREVIEWS_PER_SCHOOL = 2
"""Previews of one school that are made at once while another school waits."""
WAIT_FOR_OTHERS = timedelta(seconds=10)
MOST_WAITING = 100
"""The lowest priority of django-tasks is -100."""
TIME_FOR_ALL = 27 * 60
"""Seconds of wall time for all steps of a preview, below the lease of a job (common/tasks.py)."""
INSPECT = Limits(memory=GB, cpu=60, wall=120, file_size=16 * MB, output=MB)
EXTRACT = Limits(memory=2 * GB, cpu=150, wall=200, file_size=256 * MB, output=MB)
# LibreOffice maps far more memory than it uses.
CONVERT = Limits(memory=6 * GB, cpu=150, wall=180, file_size=GB, disk=4 * GB, output=MB)
CODES = {
    Ended.TIMED_OUT: OutcomeCode.TIMED_OUT,
    Ended.TOO_DEMANDING: OutcomeCode.TOO_DEMANDING,
    Ended.CRASHED: OutcomeCode.CRASHED,
}
CONVERTED = ("converted/source.pdf", "converted/source.xlsx", "converted/first.pdf")
FIRST_SLIDES = 3
SLOW_SIZE = 3 * MB
SLOW_COUNT = 100
"""From this size or number of slides on, the first slides are converted on their own before the whole deck.

That takes two seconds of processor time more; a small deck is converted as a whole in as much.
"""
PLANNED_BY_CONTENT = frozenset(
    {formats.SLIDES, formats.DOCUMENT, formats.SHEET, formats.PDF, formats.ARCHIVE, formats.PACKAGE}
)
"""Kinds whose plan depends on the content. Files of other kinds without a preview are not even fetched."""


class PreviewEnded(Exception):
    """The preview ends with this state and outcome code."""

    def __init__(self, state: FilePreview.State, code: str) -> None:
        super().__init__(code)
        self.state, self.code = state, code


@job(
    label=_("Make a preview"),
    queue="files",
    waits_for=(StoreUnavailable, sandbox.SandboxUnavailable),
    path="resources.tasks.process_blob",
)
def process_blob(blob_id: int) -> None:
    if must_wait(blob_id):
        process_blob.using(run_after=timezone.now() + WAIT_FOR_OTHERS).enqueue(blob_id)
        return
    make_preview(blob_id=blob_id)


def enqueue_preview(blob: FileBlob) -> None:
    """Enqueue the preview of a file. Schools take turns: the nth waiting file of a school has priority -n."""
    waiting = _of_school(jobs.waiting_blob_ids(process_blob), blob.school_id)
    process_blob.using(priority=-min(MOST_WAITING, len(waiting))).enqueue(blob.pk)


def must_wait(blob_id: int) -> bool:
    """Whether the school already has its share of the workers while another school waits."""
    school_id = FileBlob.objects.filter(pk=blob_id).values_list("school_id", flat=True).first()
    running = jobs.running_blob_ids(process_blob) - {blob_id}
    if school_id is None or len(_of_school(running, school_id)) < PREVIEWS_PER_SCHOOL:
        return False
    waiting = jobs.waiting_blob_ids(process_blob)
    return len(waiting) > len(_of_school(waiting, school_id))


def _of_school(blob_ids: set[int], school_id: int) -> set[int]:
    return set(FileBlob.objects.filter(pk__in=blob_ids, school_id=school_id).values_list("pk", flat=True))


def make_preview(*, blob_id: int) -> None:
    """Bring the preview of a verified file to a final state.

    A preview in a final state stays (see retry.py).
    """
    blob = FileBlob.objects.filter(pk=blob_id, state=FileBlob.State.VERIFIED).first()
    if blob is None:
        return
    preview, _created = FilePreview.objects.get_or_create(blob=blob)
    if not preview.is_working:
        return
    page_store.update_preview(blob, state=FilePreview.State.EXTRACTING, reason="")
    with workdir.work_folder(blob.pk) as folder:
        try:
            state, code = PreviewBuilder(blob, folder).build()
        except PreviewEnded as end:
            state, code = end.state, end.code
        except ObjectMissing:
            state, code = FilePreview.State.FAILED, OutcomeCode.MISSING
        except page_store.InvalidResult:
            log.exception("Blob %s", blob.pk)
            state, code = FilePreview.State.FAILED, OutcomeCode.CRASHED
    page_store.finish(blob, state=state, reason=code)


class PreviewBuilder:
    """Builds the preview of one file.

    ``garbled``: some pages have unreadable text. ``empty``: no page has text. ``cut``: the file has more pages than
    are read. ``shown``: pages whose images are stored before the whole file is converted.
    """

    def __init__(self, blob: FileBlob, folder: Path) -> None:
        self.blob, self.folder = blob, folder
        extension = blob.extension if blob.extension in formats.BY_EXTENSION else "bin"
        self.source = f"source.{extension}"
        self.deadline = time.monotonic() + TIME_FOR_ALL
        # Each time-out before doubles the processor time.
        self.times = 2 ** FilePreview.objects.get(blob=blob).timeouts
        self.page_count = 0
        self.garbled = False
        self.empty = False
        self.cut = False
        self.shown = 0

    def build(self) -> tuple[FilePreview.State, str]:
        """The final state and its outcome code, or empty. Raises PreviewEnded, ObjectMissing, InvalidResult."""
        plan = self.plan()
        pages_follow = plan.pages_from_pdf and office.available()
        if plan.extractor and not pages_follow:
            self.extract(self.source, plan.extractor)
        pdf = self.source
        if self.is_slow_deck(plan):
            self.show_first_slides(plan)
        if plan.convert:
            converted, code = self.convert(plan.convert)
            if not converted:
                # The text that the PDF should have replaced is all there will be.
                if plan.pages_from_pdf and plan.extractor:
                    self.extract_instead(plan.extractor, code)
                return self.without_images(code)
            self.use_converted(converted, plan)
            pdf = converted
        if not plan.renderer:
            return self.without_images(OutcomeCode.ARCHIVE if plan.extractor == "zip" else OutcomeCode.TEXT_ONLY)
        return self.render(pdf, plan.renderer)

    def plan(self) -> PreviewPlan:
        """Fetch the file, inspect it again and plan: a retry must not open what the check could not read."""
        expected = plan_for(self.blob.kind, "")
        if expected.no_preview and self.blob.kind not in PLANNED_BY_CONTENT:
            raise PreviewEnded(FilePreview.State.NONE, expected.no_preview)
        if self.blob.size > MAX_SIZE:
            raise PreviewEnded(FilePreview.State.NONE, OutcomeCode.TOO_LARGE)
        get_store().fetch(str(self.blob.key), self.folder / self.source)
        arguments = {"name": self.source, "declared_name": self.blob.declared_name, "whole": True}
        answer = self.run("inspect", arguments, INSPECT)
        unusable = answer.get("refused") or answer.get("unreadable")
        if Finding.UNCHECKED in self.blob.findings:
            FileBlob.objects.filter(pk=self.blob.pk).update(findings=answer.get("findings", []))
        if unusable:
            raise PreviewEnded(FilePreview.State.NONE, str(unusable))
        plan = plan_for(self.blob.kind, str(answer.get("family", "")))
        if plan.no_preview:
            raise PreviewEnded(FilePreview.State.NONE, plan.no_preview)
        return plan

    def run(self, command: str, arguments: dict[str, Any], limits: Limits) -> dict[str, Any]:
        """Run a subprocess and return its last message. Raises PreviewEnded when it fails."""
        messages: list[dict[str, Any]] = []
        stretched = sandbox.stretch(limits, times=self.times, deadline=self.deadline)
        outcome = sandbox.run(command, arguments, folder=self.folder, limits=stretched, report=messages.append)
        if outcome.ended is not Ended.WELL or not messages:
            log.warning("%s of blob %s ended %s: %s", command, self.blob.pk, outcome.ended, outcome.stderr[-800:])
            raise PreviewEnded(FilePreview.State.FAILED, CODES.get(outcome.ended, OutcomeCode.CRASHED))
        return messages[-1]

    def extract(self, name: str, extractor: str) -> None:
        """Extract text and store it as the pages of the file."""
        answer = self.run("extract", {"name": name, "extractor": extractor}, EXTRACT)
        if answer.get("reason"):
            raise PreviewEnded(FilePreview.State.NONE, str(answer["reason"]))
        if not answer.get("count"):
            raise PreviewEnded(
                FilePreview.State.NONE, OutcomeCode.ARCHIVE if extractor == "zip" else OutcomeCode.DAMAGED
            )
        self.garbled = bool(answer.get("garbled"))
        self.cut = bool(answer.get("cut"))
        self.store_pages(str(answer.get("title", "")))

    def extract_instead(self, extractor: str, code: str) -> None:
        """Extract the text of a file that could not be converted.

        A file too heavy for that is not called damaged.
        """
        try:
            self.extract(self.source, extractor)
        except PreviewEnded as end:
            if end.code != OutcomeCode.DAMAGED or code not in CODES.values():
                raise
            raise PreviewEnded(FilePreview.State.FAILED, code) from end

    def store_pages(self, title: str) -> None:
        stored = page_store.store_pages(self.blob, page_store.read_pages(self.folder / RESULT), title=title)
        self.page_count, self.empty = stored.count, not stored.has_text

    def is_slow_deck(self, plan: PreviewPlan) -> bool:
        """Whether converting the whole file takes so long that its first slides are shown before."""
        is_own_deck = plan.extractor == "pptx" and plan.convert == "slides"
        heavy = self.blob.size >= SLOW_SIZE or self.page_count >= SLOW_COUNT
        return is_own_deck and heavy and self.page_count >= 2 * FIRST_SLIDES

    def show_first_slides(self, plan: PreviewPlan) -> None:
        """Store the images of the first slides. If that fails, they come with all the others."""
        converted, _code = self.convert(plan.convert, first=FIRST_SLIDES)
        if converted:
            page_store.update_preview(self.blob, state=FilePreview.State.RENDERING)
            pages = page_images.PageRenderer(self.blob, self.folder, deadline=self.deadline, times=self.times)
            self.shown = pages.render(converted, plan.renderer, FIRST_SLIDES)

    def convert(self, target: str, *, first: int = 0) -> tuple[str, str]:
        """Returns the name of the converted file, or empty with the outcome code why there is none.

        ``first``: convert only so many slides.
        """
        if not office.available():
            return "", OutcomeCode.NO_RENDERER
        try:
            answer = self.run("convert", {"name": self.source, "kind": target, "first": first}, CONVERT)
        except PreviewEnded as end:
            return "", end.code
        made = str(answer.get("made", ""))
        if not made and answer.get("reason") in CODES.values():
            return "", str(answer["reason"])
        # Only expected names: the subprocess may have written links.
        path = self.folder / made if made in CONVERTED else None
        if path is None or path.is_symlink() or path.parent.is_symlink() or not path.is_file():
            return "", OutcomeCode.RENDER_FAILED
        shutil.rmtree(self.folder / "profile", ignore_errors=True)
        return made, ""

    def use_converted(self, name: str, plan: PreviewPlan) -> None:
        """Take the pages from the converted file, or only the positions of words if the file has own pages."""
        if plan.convert == "sheet":
            self.extract(name, "xlsx")
        elif plan.pages_from_pdf:
            self.extract(name, "pdf")
        else:
            self.add_boxes(name)

    def add_boxes(self, pdf: str) -> None:
        """Add the positions of words from the converted PDF; the text stays that of the slides."""
        answer = self.run("extract", {"name": pdf, "extractor": "pdf"}, EXTRACT)
        if answer.get("reason") or not answer.get("count"):
            return
        if answer["count"] == self.page_count:
            self.empty = not page_store.add_boxes(self.blob, page_store.read_pages(self.folder / RESULT))
        else:
            # Numbers do not match: take the pages of the PDF, or page images would show other slides.
            log.warning("Blob %s has %s slides but %s pages", self.blob.pk, self.page_count, answer["count"])
            self.store_pages("")

    def without_images(self, code: str) -> tuple[FilePreview.State, str]:
        """The final state of a preview without page images."""
        if self.page_count and not self.empty:
            return FilePreview.State.OUTLINE, code
        if code in CODES.values():
            return FilePreview.State.FAILED, code
        if code == OutcomeCode.RENDER_FAILED:
            return FilePreview.State.FAILED, OutcomeCode.CRASHED
        return FilePreview.State.NONE, code

    def render(self, name: str, renderer: str) -> tuple[FilePreview.State, str]:
        """Render page images; returns the final state."""
        is_image = renderer == "image"
        if is_image:
            page_store.store_pages(self.blob, [page_store.ExtractedPage(number=1)], title="")
            self.page_count = 1
        page_store.update_preview(self.blob, state=FilePreview.State.RENDERING)
        pages = page_images.PageRenderer(
            self.blob, self.folder, deadline=self.deadline, times=self.times, shown=self.shown
        )
        rendered = pages.render(name, renderer, self.page_count)
        if not rendered and is_image:
            return FilePreview.State.NONE, pages.failure or OutcomeCode.DAMAGED
        if not rendered:
            return self.without_images(pages.failure or OutcomeCode.RENDER_FAILED)
        return FilePreview.State.READY, self.shortcoming(rendered, renderer)

    def shortcoming(self, rendered: int, renderer: str) -> str:
        """The outcome code of a preview with page images, empty when it is complete."""
        if rendered >= min(self.page_count, page_images.MAX_RENDERED) and (self.cut or rendered < self.page_count):
            return OutcomeCode.PAGES_CUT if self.cut else OutcomeCode.IMAGES_CUT
        if rendered < self.page_count:
            return OutcomeCode.SOME_PAGES
        if self.garbled:
            return OutcomeCode.GARBLED_TEXT
        return OutcomeCode.NO_TEXT if self.empty and renderer == "pdf" else ""
