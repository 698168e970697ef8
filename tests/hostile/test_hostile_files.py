"""Hostile files end in a state with a reason; the worker survives and writes nowhere else."""

from __future__ import annotations

import csv
import resource
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from resources.models import FileBlob, FilePreview
from resources.pipeline import preview as pipeline
from resources.pipeline.messages import MESSAGES, describe
from resources.tasks import verify_blob
from tests.factories import BlobFactory, run_jobs
from tests.resources.processing import made_files
from tests.shared_data import SHARED, needs_shared

pytestmark = pytest.mark.django_db

FILES = SHARED / "data" / "files"
MB = 1024**2


def _hostile() -> list[dict[str, str]]:
    manifest = FILES / "manifest.csv"
    if not manifest.is_file():
        return []
    with manifest.open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["path"].startswith("hostile/")]


def taken_in(content: bytes, name: str) -> tuple[FileBlob, FilePreview]:
    """What the site makes of an uploaded file, by the jobs an upload enqueues."""
    blob = BlobFactory(
        received=True,
        declared_name=name,
        extension=Path(name).suffix[1:].lower()[:20],
        content=content,
        kind="",
        media_type="",
    )
    FilePreview.objects.create(blob=blob)
    verify_blob.enqueue(blob.pk)
    run_jobs(only="resources.tasks")
    return FileBlob.objects.get(pk=blob.pk), FilePreview.objects.get(blob=blob)


@pytest.fixture
def watched(settings: Any, tmp_path: Path) -> Any:
    """Fail when the worker grew, took too long or wrote outside its folders."""
    settings.VAR = tmp_path / "var"
    settings.STORE = {**settings.STORE, "folder": str(settings.VAR / "store")}
    aims = [Path("/tmp/moo"), Path("/tmp/file.txt"), Path("/tmp/evil.txt"), Path("/tmp/out_evil"), Path("/etc/evil")]
    assert not any(aim.exists() for aim in aims)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    yield
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 150 * MB
    assert time.monotonic() - started < 240
    assert not any(aim.exists() for aim in aims)
    assert {path.name for path in tmp_path.iterdir()} == {"var"}
    assert {path.name for path in settings.VAR.iterdir()} <= {"store", "processing"}
    assert list((settings.VAR / "processing").iterdir()) == []


def assert_ended(blob: FileBlob, preview: FilePreview) -> None:
    assert blob.state in {"verified", "rejected"}
    assert preview.state in {"ready", "outline", "none", "failed"}
    if preview.state != "ready":
        assert preview.reason in MESSAGES
        with translation.override("zh-hans"):
            assert describe(preview.reason) != preview.reason
    if blob.state == "rejected":
        assert blob.reason in MESSAGES
        assert preview.state == "none"


EXPECTED: dict[str, set[tuple[str, str, str]]] = {
    "encrypted": {("verified", "none", "encrypted"), ("verified", "none", "archive"), ("verified", "ready", "")},
    "path-traversal": {("rejected", "none", "archive_unsafe_names"), ("verified", "outline", "archive")},
    "svg-html-script": {("verified", "none", "active_content")},
    "mislabelled": {("rejected", "none", "mislabelled")},
}
"""By folder, where all files of it end alike. Encrypted: archives of other kinds are not opened, and one PDF restricts
copying but opens without a password."""


@needs_shared
@pytest.mark.parametrize("row", _hostile(), ids=lambda row: Path(row["path"]).name[:60])
def test_a_hostile_file_ends_in_a_named_state(row: dict[str, str], watched: None) -> None:
    path = FILES / row["path"]
    blob, preview = taken_in(path.read_bytes(), path.name)
    assert_ended(blob, preview)
    allowed = EXPECTED.get(path.parent.name)
    if allowed:
        assert (blob.state, preview.state, preview.reason) in allowed
    if "macro" in row["tests"].lower():
        assert (blob.state, blob.reason) == ("rejected", "macros")


@needs_shared
def test_entities_of_a_hostile_xml_file_are_text_not_files(watched: None) -> None:
    path = FILES / "hostile" / "xml-xxe" / "testXXE.xml"
    blob, _preview = taken_in(path.read_bytes(), path.name)
    assert all("root:" not in page.text for page in blob.pages.all())


def test_the_scanners_test_file_is_refused_by_name(watched: None) -> None:
    blob, preview = taken_in(made_files.EICAR, "eicar.com.txt")
    assert (blob.state, blob.reason, preview.state) == ("rejected", "virus", "none")


def _pdf(body: bytes) -> bytes:
    return b"%PDF-1.4\n" + body + b"\ntrailer<</Root 1 0 R>>\n%%EOF"


def _flate_bomb() -> bytes:
    import zlib

    squeezer = zlib.compressobj(9)
    packed = b"".join(squeezer.compress(b" " * MB) for _ in range(1000)) + squeezer.flush()
    return _pdf(
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>endobj "
        b"4 0 obj<</Filter/FlateDecode/Length "
        + str(len(packed)).encode()
        + b">>stream\n"
        + packed
        + b"\nendstream endobj"
    )


def _page_loop() -> bytes:
    return _pdf(
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000>>endobj"
    )


def _huge_page() -> bytes:
    return _pdf(
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 2000000 2000000]>>endobj"
    )


def _deep_slide() -> bytes:
    deep = b"<p:sld xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main'>" + b"<p:a>" * 60_000
    return made_files.rezip(
        made_files.simple_deck("洗手"), lambda name, part: deep if name == "ppt/slides/slide1.xml" else part
    )


def _many_nodes() -> bytes:
    """Three million elements: 300 KB packed, gigabytes as objects. Filler lowers the ratio."""
    import os

    body = b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>"
    body += b"<w:p/>" * 3_000_000 + b"</w:body></w:document>"
    return made_files.rezip(
        made_files.document(),
        lambda name, part: body if name == "word/document.xml" else part,
        added={"word/media/filler.bin": os.urandom(400_000)},
    )


def _pixel_flood() -> bytes:
    """A PNG of 60,000 × 60,000 pixels in a few hundred kilobytes' worth of claims."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(MB), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (_flate_bomb, "炸弹.pdf"),
        (_page_loop, "循环.pdf"),
        (_huge_page, "巨页.pdf"),
        (_deep_slide, "深.pptx"),
        (_many_nodes, "多.docx"),
        (_pixel_flood, "像素.png"),
    ],
)
@pytest.mark.budget(120)
def test_a_file_made_to_exhaust_the_machine_costs_a_status(
    make: Any, name: str, watched: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The limits' effect, not their length, is what is tested.
    monkeypatch.setattr(pipeline, "CONVERT", replace(pipeline.CONVERT, wall=15, cpu=10))
    blob, preview = taken_in(make(), name)
    assert_ended(blob, preview)
    # The next file is none the worse for it.
    after, preview = taken_in(made_files.pdf("hello"), "后.pdf")
    assert (after.state, preview.state) == ("verified", "ready")
