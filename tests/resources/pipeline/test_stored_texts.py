"""The text of stored files is read again after a release that reads it otherwise."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from resources import signals
from resources.models import FilePage, FilePreview
from resources.pipeline import maintenance
from resources.pipeline.texts import stored
from resources.processing.render import office
from resources.storage import get_store
from resources.tasks import process_blob
from tests.factories import BlobFactory, ResourceFactory, run_jobs
from tests.resources.processing import made_files

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not made_files.CJK_FONT.exists(), reason="no Chinese font is installed"),
]

ROWS = [("孩子的样子", "怎么做"), ("不敢碰水", "给他拿毛巾的任务")]
TABLE = "孩子的样子\t怎么做\n不敢碰水\t给他拿毛巾的任务\n安全提示"


def old_text(content: bytes | None = None, *, kind: str = "pdf", **changed: Any) -> FilePreview:
    """A file that an earlier release has read and rendered."""
    content = content or made_files.pdf_with_table(ROWS, widths=(50, 140), after="安全提示")
    extension = {"document": "docx", "slides": "pptx", "sheet": "xlsx"}.get(kind, kind)
    blob = BlobFactory(content=content, declared_name=f"a.{extension}", extension=extension, kind=kind)
    FilePage.objects.create(blob=blob, number=1, text="孩子的样子 怎么做不敢碰水", widths=[320])
    return FilePreview.objects.create(blob=blob, **{"state": "ready", "page_count": 1, "pages_done": 1} | changed)


def page_of(preview: FilePreview) -> FilePage:
    return FilePage.objects.get(blob=preview.blob)


def test_maintenance_has_an_old_text_read_again_and_readers_keep_the_images() -> None:
    preview = old_text()
    maintenance.run_maintenance()
    run_jobs(only="read_stored_text")
    page = page_of(preview)
    assert (page.text, page.widths) == (TABLE, [320])
    assert page.boxes
    preview.refresh_from_db()
    assert (preview.state, preview.pages_done) == ("ready", 1)
    assert maintenance.enqueue_outdated_texts() == 0


@pytest.mark.skipif(not office.available(), reason="LibreOffice is not installed")
def test_a_word_file_is_converted_for_that() -> None:
    preview = old_text(made_files.document(), kind="document")
    stored.read_again(blob_id=preview.blob_id)
    assert "体温\t低于 37.3℃" in page_of(preview).text


def test_slides_keep_the_positions_of_their_words() -> None:
    preview = old_text(made_files.simple_deck("洗手的时机"), kind="slides")
    FilePage.objects.update(boxes=[["洗手的时机", 0.1, 0.1, 0.2, 0.1]], width=960)
    stored.read_again(blob_id=preview.blob_id)
    page = page_of(preview)
    assert "洗手的时机" in page.label + page.text
    assert (page.boxes[0][0], page.width) == ("洗手的时机", 960)


def test_workbooks_get_their_cells_back() -> None:
    book = openpyxl.Workbook()
    book.active.append(["题号", "题目"])
    out = io.BytesIO()
    book.save(out)
    preview = old_text(out.getvalue(), kind="sheet", state="outline", reason="text_only")
    stored.read_again(blob_id=preview.blob_id)
    assert page_of(preview).text == "题号\t题目"


def test_the_index_is_told() -> None:
    preview = old_text()
    resource = ResourceFactory(live=True, files=[preview.blob])
    told: list[int] = []

    def note(sender: object, resource_id: int, **_more: Any) -> None:
        told.append(resource_id)

    signals.resource_changed.connect(note)
    try:
        stored.read_again(blob_id=preview.blob_id)
    finally:
        signals.resource_changed.disconnect(note)
    assert told == [resource.pk]


def test_a_text_of_this_release_is_left_alone() -> None:
    preview = old_text(text_version=stored.TEXT_VERSION)
    assert stored.enqueue_outdated_texts() == 0
    stored.read_again(blob_id=preview.blob_id)
    assert page_of(preview).text == "孩子的样子 怎么做不敢碰水"


@pytest.mark.parametrize("trouble", ["damaged", "missing", "other_pages"])
def test_a_file_that_can_not_be_read_now_keeps_its_text_and_is_not_tried_for_ever(trouble: str) -> None:
    content = {"damaged": b"%PDF-1.7 nothing", "other_pages": made_files.pdf("a", "b")}.get(trouble)
    preview = old_text(content)
    if trouble == "missing":
        get_store().delete([str(preview.blob.key)])
    stored.read_again(blob_id=preview.blob_id)
    assert page_of(preview).text == "孩子的样子 怎么做不敢碰水"
    assert FilePreview.objects.get(pk=preview.pk).state == "ready"
    assert stored.enqueue_outdated_texts() == 0


def test_uploads_go_first() -> None:
    old_text()
    stored.enqueue_outdated_texts()
    assert stored.enqueue_outdated_texts() == 0  # one batch at a time
    assert stored.read_stored_text.priority < process_blob.priority
    FilePreview.objects.create(blob=BlobFactory(), state="outline", reason="timed_out")
    assert maintenance.retry_timed_out() == 1
