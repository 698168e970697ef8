"""From a verified file to its preview: text, page images, states and signals."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from resources import signals
from resources.models import FileBlob, FilePage, FilePreview
from resources.models.file import rendition_key
from resources.pipeline import page_images
from resources.pipeline import preview as pipeline
from resources.pipeline.page_images import PageRenderer
from resources.processing import formats, sandbox
from resources.processing.render import office
from resources.storage import StoreUnavailable, get_store
from tests.factories import BlobFactory, ResourceFactory
from tests.resources.processing import made_files

pytestmark = pytest.mark.django_db

needs_office = pytest.mark.skipif(not office.available(), reason="LibreOffice is not installed")
needs_font = pytest.mark.skipif(not made_files.CJK_FONT.exists(), reason="no Chinese font is installed")


def stored(content: bytes, name: str) -> FileBlob:
    extension = name.rpartition(".")[2]
    found = formats.BY_EXTENSION[extension]
    blob = BlobFactory(
        declared_name=name, extension=extension, content=content, kind=found.kind, media_type=found.media_type
    )
    FilePreview.objects.create(blob=blob)
    return blob


def processed(content: bytes, name: str) -> FileBlob:
    blob = stored(content, name)
    pipeline.make_preview(blob_id=blob.pk)
    return FileBlob.objects.select_related("preview").get(pk=blob.pk)


def state_of(blob: FileBlob) -> tuple[str, str]:
    preview = FilePreview.objects.get(blob=blob)
    return preview.state, preview.reason


def picture(blob: FileBlob, number: int, width: int) -> Image.Image:
    return Image.open(io.BytesIO(b"".join(get_store().read(rendition_key(blob.uid, number, width)))))


@needs_font
def test_a_pdf_gets_text_boxes_and_three_pictures_a_page() -> None:
    blob = processed(made_files.pdf("七步洗手法", "辅食添加", title="照护讲义"), "讲义.pdf")
    preview = blob.preview
    assert (preview.state, preview.reason) == ("ready", "")
    assert (preview.page_count, preview.pages_done, preview.title) == (2, 2, "照护讲义")
    pages = list(blob.pages.all())
    assert [page.text for page in pages] == ["七步洗手法", "辅食添加"]
    assert pages[0].boxes[0][0] == "七步洗手法"
    for page in pages:
        assert page.widths == [320, 960, 1600]
        for width in page.widths:
            assert picture(blob, page.number, width).width == width
            assert picture(blob, page.number, width).format == "WEBP"
    assert pages[0].height > pages[0].width


@needs_office
@needs_font
def test_a_deck_keeps_its_own_words_and_gets_pictures_and_places() -> None:
    blob = processed(made_files.rich_deck(), "课件.pptx")
    assert state_of(blob) == ("ready", "")
    pages = list(blob.pages.all())
    assert [page.label for page in pages][:2] == ["七步洗手法", "月龄与辅食"]
    assert pages[0].notes == "提醒学员修剪指甲"
    assert "七步洗手法" in "".join(box[0] for box in pages[0].boxes)
    # The hidden slide is the sixth: images after it must not be shifted.
    assert "图片页" in "".join(box[0] for box in pages[6].boxes)
    assert all(page.widths == [320, 960, 1600] for page in pages)


@needs_office
@needs_font
def test_pictures_show_real_chinese_characters() -> None:
    """Missing glyphs are all the same box, so images of different characters must differ."""
    blob = processed(made_files.simple_deck("婴", "幼"), "字.pptx")
    one, two = (picture(blob, number, 960).convert("L") for number in (1, 2))
    differing = sum(abs(a - b) > 64 for a, b in zip(one.tobytes(), two.tobytes(), strict=True))
    assert differing > 300


@needs_office
def test_a_word_file_has_the_pages_of_its_print() -> None:
    blob = processed(made_files.document(), "流程.docx")
    assert state_of(blob) == ("ready", "")
    page = blob.pages.get()
    for words in ("晨检", "一摸二看三问四查", "37.3℃", "每十分钟巡视一次", "内部培训资料"):
        assert words in page.text
    assert page.boxes
    assert page.widths == [320, 960, 1600]


def test_without_libreoffice_a_deck_is_an_outline_that_can_be_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "available", lambda: False)
    blob = processed(made_files.simple_deck("洗手", "辅食"), "课件.pptx")
    assert state_of(blob) == ("outline", "no_renderer")
    assert [page.label for page in blob.pages.all()] == ["洗手", "辅食"]


def test_without_libreoffice_a_word_file_is_an_outline_of_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "available", lambda: False)
    blob = processed(made_files.document(), "流程.docx")
    assert state_of(blob) == ("outline", "no_renderer")
    assert [page.label for page in blob.pages.all()] == ["晨检", "午睡", ""]


def test_without_libreoffice_an_old_deck_has_no_preview(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "available", lambda: False)
    monkeypatch.setattr(pipeline.PreviewBuilder, "plan", lambda self: pipeline.plan_for("slides", "ole-slides"))
    assert state_of(processed(b"x", "旧.ppt")) == ("none", "no_renderer")


def test_text_is_there_before_the_first_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str]] = []
    real = PageRenderer.render

    def render(self: Any, *args: Any) -> int:
        preview = FilePreview.objects.get(blob=self.blob)
        seen.append((preview.state, FilePage.objects.get(blob=self.blob).text))
        return real(self, *args)

    monkeypatch.setattr(PageRenderer, "render", render)
    processed(made_files.pdf("hello"), "a.pdf")
    assert seen == [("rendering", "hello")]


def test_progress_grows_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = PageRenderer.on_report

    def on_report(self: Any, said: dict[str, Any]) -> None:
        real(self, said)
        seen.append(FilePreview.objects.get(blob=self.blob).pages_done)

    monkeypatch.setattr(PageRenderer, "on_report", on_report)
    processed(made_files.pdf("a", "b", "c"), "a.pdf")
    assert sorted(set(seen)) == [0, 1, 2, 3]
    assert seen == sorted(seen)


@needs_office
def test_the_first_slides_of_a_slow_deck_are_shown_before_the_whole_deck_is_converted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipeline, "SLOW_SIZE", 0)
    blob = stored(made_files.linked_deck(slides=7), "课件.pptx")
    shown_at_conversion = []
    run = sandbox.run

    def watched(command: str, arguments: dict[str, Any], **options: Any) -> sandbox.Outcome:
        if command == "convert" and not arguments["first"]:
            shown_at_conversion.extend(page.number for page in blob.pages.exclude(widths=[]))
            shown_at_conversion.append(FilePreview.objects.get(blob=blob).pages_done)
            early.append(picture(blob, 1, 960).tobytes())
        return run(command, arguments, **options)

    early: list[bytes] = []
    monkeypatch.setattr(sandbox, "run", watched)
    pipeline.make_preview(blob_id=blob.pk)
    assert shown_at_conversion == [1, 2, 3, 3]
    assert state_of(blob) == ("ready", "")
    assert FilePreview.objects.get(blob=blob).pages_done == 7
    assert early == [picture(blob, 1, 960).tobytes()]


@needs_office
def test_a_slow_deck_whose_first_slides_cannot_be_copied_is_shown_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "SLOW_SIZE", 0)
    run = sandbox.run

    def fails_early(command: str, arguments: dict[str, Any], **options: Any) -> sandbox.Outcome:
        if command == "convert" and arguments["first"]:
            return sandbox.Outcome(sandbox.Ended.CRASHED)
        return run(command, arguments, **options)

    monkeypatch.setattr(sandbox, "run", fails_early)
    blob = processed(made_files.linked_deck(slides=6), "课件.pptx")
    assert state_of(blob) == ("ready", "")
    assert blob.pages.exclude(widths=[]).count() == 6


def test_a_text_file_is_shown_as_text() -> None:
    blob = processed("辅食从满六月龄开始。".encode("gb18030"), "说明.txt")
    assert state_of(blob) == ("outline", "text_only")
    assert blob.pages.get().text == "辅食从满六月龄开始。"


def test_an_image_gets_a_picture_without_the_place_it_was_taken_at() -> None:
    content = made_files.photo_with_place()
    assert Image.open(io.BytesIO(content)).getexif()
    blob = processed(content, "照片.jpg")
    assert state_of(blob) == ("ready", "")
    page = blob.pages.get()
    assert (page.width, page.height) == (400, 800)  # turned upright
    assert page.widths == [320]
    shown = picture(blob, 1, 320)
    assert not shown.getexif()
    assert "exif" not in shown.info
    assert b"".join(get_store().read(blob.key)) == content  # the original stays what its author uploaded


def test_an_image_of_absurd_size_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(made_files.image("BMP", (10, 10)))
    content[18:26] = (200_000).to_bytes(4, "little") * 2
    blob = processed(bytes(content), "图.bmp")
    assert state_of(blob) == ("none", "too_large")


def test_a_damaged_image_says_so() -> None:
    assert state_of(processed(made_files.image("PNG")[:60], "图.png")) == ("none", "damaged")


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"<html><script>alert(1)</script></html>", "页.html", "active_content"),
        (b"<svg onload='alert(1)'/>", "图.svg", "active_content"),
        (b"MZ" + bytes(100), "工具.exe", "program"),
        (b"\0\0\0\x20ftypisom" + bytes(100), "片.mp4", "media"),
        (b"%PDF-1.4\nnothing", "坏.pdf", "damaged"),
    ],
)
def test_what_has_no_preview_says_why(content: bytes, name: str, reason: str) -> None:
    blob = processed(content, name)
    assert state_of(blob) == ("none", reason)
    assert not blob.pages.exists()


def test_an_archive_lists_what_it_holds() -> None:
    blob = processed(made_files.archive({"第一章/教案.docx": b"a", "__MACOSX/x": b"b"}), "包.zip")
    assert state_of(blob) == ("outline", "archive")
    assert blob.pages.get().text == "第一章/教案.docx"


def test_a_scanned_pdf_can_be_looked_at_but_says_that_it_has_no_text() -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(out, "PDF")
    assert state_of(processed(out.getvalue(), "扫描.pdf")) == ("ready", "no_text")


def test_a_pdf_that_needs_a_password_says_so() -> None:
    from fpdf import FPDF

    file = FPDF()
    file.add_page()
    file.set_encryption(owner_password="owner", user_password="secret")
    assert state_of(processed(bytes(file.output()), "密.pdf")) == ("none", "encrypted")


def test_a_page_of_absurd_size_costs_its_picture_only() -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.new_page(20, 14_000)
    out = io.BytesIO()
    document.save(out)
    blob = processed(out.getvalue(), "长.pdf")
    assert state_of(blob) == ("ready", "some_pages")
    assert [bool(page.widths) for page in blob.pages.all()] == [True, False]


def test_a_page_that_kills_the_renderer_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    real = sandbox.run

    def run(command: str, arguments: dict[str, Any], **options: Any) -> sandbox.Outcome:
        if command == "render" and arguments["first"] <= 2 <= arguments["last"]:
            real(command, arguments | {"last": 1}, **options)
            options["report"]({"trying": 2})
            return sandbox.Outcome(sandbox.Ended.CRASHED)
        return real(command, arguments, **options)

    monkeypatch.setattr(sandbox, "run", run)
    blob = processed(made_files.pdf("a", "b", "c"), "a.pdf")
    assert state_of(blob) == ("ready", "some_pages")
    assert [bool(page.widths) for page in blob.pages.all()] == [True, False, True]


@pytest.mark.parametrize(
    ("ended", "reason"),
    [("timed_out", "timed_out"), ("too_demanding", "too_demanding"), ("crashed", "crashed")],
)
def test_a_parser_that_fails_is_a_state_with_a_reason(monkeypatch: pytest.MonkeyPatch, ended: str, reason: str) -> None:
    real = sandbox.run

    def run(command: str, *args: Any, **options: Any) -> sandbox.Outcome:
        if command == "extract":
            return sandbox.Outcome(sandbox.Ended(ended))
        return real(command, *args, **options)

    monkeypatch.setattr(sandbox, "run", run)
    assert state_of(processed(made_files.pdf("a"), "a.pdf")) == ("failed", reason)


def test_a_store_that_is_away_is_not_the_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    blob = stored(made_files.pdf("a"), "a.pdf")

    def unavailable(*_args: Any, **_options: Any) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(type(get_store()), "put", unavailable)
        with pytest.raises(StoreUnavailable):
            pipeline.make_preview(blob_id=blob.pk)
    pipeline.make_preview(blob_id=blob.pk)  # the job's next try
    assert state_of(blob) == ("ready", "")


def test_processing_twice_keeps_pages_and_pictures() -> None:
    blob = processed(made_files.pdf("a", "b"), "a.pdf")
    before = list(FilePage.objects.filter(blob=blob).values())
    FilePreview.objects.filter(blob=blob).update(state="waiting")
    pipeline.make_preview(blob_id=blob.pk)
    assert list(FilePage.objects.filter(blob=blob).values()) == before


def test_a_finished_preview_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    blob = processed(made_files.pdf("a"), "a.pdf")
    monkeypatch.setattr(sandbox, "run", lambda *args, **options: pytest.fail("it was opened again"))
    pipeline.make_preview(blob_id=blob.pk)


def test_a_file_that_is_not_verified_is_never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    blob = BlobFactory(received=True, content=made_files.pdf("a"), declared_name="a.pdf", kind="pdf", extension="pdf")
    monkeypatch.setattr(sandbox, "run", lambda *args, **options: pytest.fail("it was opened"))
    pipeline.make_preview(blob_id=blob.pk)
    assert not FilePage.objects.exists()


def test_published_resources_with_the_file_are_told_and_others_are_not() -> None:
    blob = stored(made_files.pdf("hello"), "a.pdf")
    duplicate = BlobFactory(state="duplicate", duplicate_of=blob, sha256=None, key=None, verified_at=None)
    live = ResourceFactory(files=[blob], live=True)
    live_by_duplicate = ResourceFactory(files=[duplicate], live=True)
    ResourceFactory(files=[blob])
    ResourceFactory(files=[["x"]], live=True)
    told: set[int] = set()

    def listen(sender: Any, resource_id: int, **_more: Any) -> None:
        told.add(resource_id)

    signals.resource_changed.connect(listen)
    try:
        pipeline.make_preview(blob_id=blob.pk)
    finally:
        signals.resource_changed.disconnect(listen)
    assert told == {live.pk, live_by_duplicate.pk}


@pytest.mark.parametrize("left", [b"not json\n", b'{"text": "a", "boxes": [["a", "x", 0, 0, 0]]}\n', b"[1]\n", None])
def test_a_child_that_answers_nonsense_costs_the_preview_only(
    monkeypatch: pytest.MonkeyPatch, left: bytes | None
) -> None:
    """A compromised parser: the types of its output are checked and links are not followed."""
    real = sandbox.run

    def run(command: str, arguments: dict[str, Any], *, folder: Any, **options: Any) -> sandbox.Outcome:
        outcome = real(command, arguments, folder=folder, **options)
        if command == "extract":
            (folder / "pages.jsonl").unlink()
            if left is None:
                (folder / "pages.jsonl").symlink_to("/etc/passwd")
            else:
                (folder / "pages.jsonl").write_bytes(left)
        return outcome

    monkeypatch.setattr(sandbox, "run", run)
    blob = processed(made_files.pdf("a"), "a.pdf")
    assert state_of(blob) == ("failed", "crashed")
    assert not any("root:" in page.text for page in blob.pages.all())


@pytest.mark.parametrize(
    ("pages", "rendered", "reason"), [(3, 2, "pages_cut"), (3, 9, "pages_cut"), (9, 2, "images_cut")]
)
def test_pages_beyond_the_limits_are_named(
    monkeypatch: pytest.MonkeyPatch, pages: int, rendered: int, reason: str
) -> None:
    """As with a PDF of 3,001 pages, with limits of ``pages`` and ``rendered`` and a file of four."""
    real = sandbox.run

    def run(command: str, arguments: dict[str, Any], *, folder: Any, report: Any, **options: Any) -> sandbox.Outcome:
        def limited(message: dict[str, Any]) -> None:
            report(message | {"cut": 1} if command == "extract" and pages < 4 else message)

        return real(command, arguments, folder=folder, report=limited, **options)

    monkeypatch.setattr(sandbox, "run", run)
    monkeypatch.setattr(page_images, "MAX_RENDERED", rendered)
    assert state_of(processed(made_files.pdf(*"abcd"), "a.pdf")) == ("ready", reason)


def test_a_document_too_heavy_to_convert_and_to_read_is_not_called_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    real = sandbox.run

    def run(command: str, *args: Any, **options: Any) -> sandbox.Outcome:
        if command == "convert":
            return sandbox.Outcome(sandbox.Ended.TIMED_OUT)
        if command == "extract":
            options["report"]({"reason": "damaged", "count": 0})
            return sandbox.Outcome(sandbox.Ended.WELL)
        return real(command, *args, **options)

    monkeypatch.setattr(sandbox, "run", run)
    monkeypatch.setattr(office, "available", lambda: True)
    assert state_of(processed(made_files.document(), "大.docx")) == ("failed", "timed_out")


def test_a_conversion_that_used_up_its_limits_is_not_called_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    real = sandbox.run

    def run(command: str, *args: Any, **options: Any) -> sandbox.Outcome:
        if command == "convert":
            options["report"]({"made": "", "reason": "timed_out"})
            return sandbox.Outcome(sandbox.Ended.WELL)
        return real(command, *args, **options)

    monkeypatch.setattr(sandbox, "run", run)
    monkeypatch.setattr(office, "available", lambda: True)
    assert state_of(processed(made_files.document(), "大.docx")) == ("outline", "timed_out")
