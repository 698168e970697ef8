"""Real files of Chinese schools and offices: what people wrote in them is found."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

import pytest

from resources.processing.render import office
from tests.hostile.test_hostile_files import taken_in
from tests.shared_data import SHARED, needs_shared

pytestmark = [pytest.mark.django_db, needs_shared, pytest.mark.slow]

FILES = SHARED / "data" / "files"
FOREIGN = re.compile(r"[^\u3040-\u30ff\u3400-\u9fff]+")


def _rows(*suffixes: str) -> list[dict[str, str]]:
    manifest = FILES / "manifest.csv"
    with manifest.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["path"].startswith("good/")]
    return [row for row in rows if Path(row["path"]).suffix.lower() in suffixes]


def _comparable(text: str, *, like: str) -> str:
    """References of Chinese texts hold their Han characters alone, others all but blanks."""
    folded = unicodedata.normalize("NFKC", text)
    return FOREIGN.sub("", folded) if FOREIGN.sub("", like) else re.sub(r"\s+", "", folded)


def _found(row: dict[str, str], text: str) -> bool:
    snippet = row["ref_snippet"]
    return _comparable(snippet, like=snippet) in _comparable(text, like=snippet)


@pytest.mark.skipif(not office.available(), reason="LibreOffice is not installed")
def test_every_pdf_deck_and_word_file_is_ready_and_its_words_are_found() -> None:
    missed, judged = [], 0
    for row in _rows(".pdf", ".pptx", ".docx"):
        path = FILES / row["path"]
        blob, preview = taken_in(path.read_bytes(), path.name)
        assert (blob.state, preview.state) == ("verified", "ready"), row["path"]
        assert preview.pages_done == preview.page_count > 0, row["path"]
        if row["expect"] != "extract" or not row["ref_snippet"].strip():
            continue
        judged += 1
        text = "\n".join(f"{page.text}\n{page.notes}" for page in blob.pages.all())
        if not _found(row, text):
            missed.append(row["path"])
    assert judged > 30
    assert len(missed) <= 0.05 * judged, missed


def test_text_files_are_read_in_their_encodings() -> None:
    for row in _rows(".txt", ".md"):
        path = FILES / row["path"]
        blob, preview = taken_in(path.read_bytes(), path.name)
        assert (preview.state, preview.reason) == ("outline", "text_only"), row["path"]
        assert _found(row, "".join(page.text for page in blob.pages.all())), row["path"]


def test_a_garbled_text_layer_is_flagged_and_not_searched() -> None:
    path = FILES / "good/zh-pdf/食品安全国家标准-婴儿配方食品2021.pdf"
    blob, preview = taken_in(path.read_bytes(), path.name)
    assert (preview.state, preview.reason) == ("ready", "garbled_text")
    assert all(page.text == "" and page.boxes == [] for page in blob.pages.all())


def test_images_have_a_picture_and_archives_their_names() -> None:
    for row in _rows(".jpg", ".png", ".gif", ".webp", ".bmp", ".tif", ".psd", ".heic"):
        path = FILES / row["path"]
        _blob, preview = taken_in(path.read_bytes(), path.name)
        assert preview.state == "ready", row["path"]
    path = FILES / "good/packages/gbk.zip"
    blob, _preview = taken_in(path.read_bytes(), path.name)
    assert "审计压缩包文件检索测试" in blob.pages.get().text
