"""``manage.py read_file``: what the library reads in a file, without storing anything."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from resources.management.file_reader import language_of
from resources.processing.render import office
from tests.resources.processing import made_files


def _json(path: Path) -> dict[str, Any]:
    out = StringIO()
    call_command("read_file", str(path), "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def _file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.skipif(not office.available(), reason="LibreOffice is not installed")
def test_a_deck_is_read_slide_by_slide_with_notes_and_boxes_and_without_a_database(tmp_path: Path) -> None:
    answer = _json(_file(tmp_path, "洗手.pptx", made_files.simple_deck("七步洗手法", "晨检流程", notes="提醒学员")))
    assert (answer["kind"], answer["family"], answer["language"]) == ("slides", "ooxml-slides", "zh")
    assert answer["reason"] == ""
    assert answer["took"] > 0
    assert [page["number"] for page in answer["pages"]] == [1, 2]
    first = answer["pages"][0]
    assert first["label"] == "七步洗手法"
    assert "七步洗手法的要点" in first["text"]
    assert first["notes"] == "提醒学员"
    assert first["source"] == "text"
    assert first["boxes"] > 0
    assert first["took"] >= 0
    assert first["start_second"] is None


def test_captions_are_named_as_their_source(tmp_path: Path) -> None:
    captions = "1\n00:00:01,000 --> 00:00:02,000\n掌心相对，手指并拢\n"
    answer = _json(_file(tmp_path, "洗手.srt", captions.encode()))
    assert [page["source"] for page in answer["pages"]] == ["caption"]


def test_an_image_is_one_page_without_text(tmp_path: Path) -> None:
    answer = _json(_file(tmp_path, "照片.jpg", made_files.image()))
    assert [(page["number"], page["source"], page["text"]) for page in answer["pages"]] == [(1, "", "")]
    assert (answer["kind"], answer["language"], answer["reason"]) == ("image", "", "no_text")


def test_a_refused_file_has_a_reason_and_no_pages(tmp_path: Path) -> None:
    answer = _json(_file(tmp_path, "课件.pptx", b"%PDF-1.4 not a deck"))
    assert answer["pages"] == []
    assert answer["reason"] == "mislabelled"


def test_people_get_a_line_for_each_page_and_one_for_the_file(tmp_path: Path) -> None:
    out = StringIO()
    call_command("read_file", str(_file(tmp_path, "提纲.md", "# 溢奶\n\n喂奶后拍嗝。".encode())), stdout=out)
    page, file = out.getvalue().splitlines()
    assert "喂奶后拍嗝" in page
    assert "kind: text" in file
    assert "language: zh" in file


def test_a_missing_file_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not a file"):
        call_command("read_file", str(tmp_path / "none.pdf"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("婴幼儿回应性照护 Responsive Caregiving for Infants", "zh"),
        ("The care of infants is a matter of trust and of time.", "en"),
        ("赤ちゃんの手洗いについて", "ja"),
        ("영유아 손 씻기 교육", "ko"),
        ("Die Pflege von Kleinkindern braucht Zeit", ""),
        ("12 345", ""),
    ],
)
def test_the_language_of_a_text_is_told_or_left_open(text: str, language: str) -> None:
    assert language_of(text) == language
