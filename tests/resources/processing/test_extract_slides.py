"""Extraction from decks: all text of a slide, in reading order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.resources.processing import made_files
from tests.resources.processing.child_runner import ChildAnswer, extract


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> ChildAnswer:
    return extract(tmp_path_factory.mktemp("deck"), made_files.rich_deck(), "pptx")


def test_every_slide_is_a_page_in_the_order_of_the_show(rich: ChildAnswer) -> None:
    labels = [page["label"] for page in rich.pages]
    assert labels == ["七步洗手法", "月龄与辅食", "分组", "流程图", "图表", "备用页", "图片页"]
    assert [page["number"] for page in rich.pages] == list(range(1, 8))


def test_title_comes_before_body_and_lines_keep_their_order(rich: ChildAnswer) -> None:
    assert rich.pages[0]["text"].split("\n") == ["七步洗手法", "内：掌心相对", "外：手心对手背"]


def test_notes_are_kept_apart_from_the_slide(rich: ChildAnswer) -> None:
    assert rich.pages[0]["notes"] == "提醒学员修剪指甲"
    assert "提醒学员" not in rich.pages[0]["text"]


def test_table_rows_are_lines(rich: ChildAnswer) -> None:
    assert rich.pages[1]["text"].split("\n")[-2:] == ["月龄\t辅食", "满6月龄\t强化铁米粉"]


def test_words_in_nested_groups_are_found_in_reading_order(rich: ChildAnswer) -> None:
    assert rich.pages[2]["text"].split("\n")[-2:] == ["回应式照护", "顺应喂养"]


def test_smart_art_is_read_in_the_authors_order(rich: ChildAnswer) -> None:
    assert rich.pages[3]["text"].split("\n")[-3:] == ["晨检", "入托", "记录"]


def test_charts_give_their_names(rich: ChildAnswer) -> None:
    assert {"体重增长", "一月龄", "二月龄"} <= set(rich.pages[4]["text"].split("\n"))


def test_hidden_slides_count_as_slides(rich: ChildAnswer) -> None:
    assert "隐藏的内容" in rich.pages[5]["text"]


def test_descriptions_of_pictures_are_text_but_their_file_names_are_not(rich: ChildAnswer) -> None:
    assert "婴儿床的示意图" in rich.pages[6]["text"]
    assert ".png" not in rich.text


def test_slide_numbers_and_footers_are_not_text(tmp_path: Path) -> None:
    furniture = (
        '<p:sp><p:nvSpPr><p:cNvPr id="77" name="n"/><p:cNvSpPr/><p:nvPr><p:ph type="sldNum"/></p:nvPr></p:nvSpPr>'
        "<p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>第99页</a:t></a:r></a:p></p:txBody></p:sp></p:spTree>"
    )

    def change(name: str, part: bytes) -> bytes:
        if name != "ppt/slides/slide1.xml":
            return part
        return part.decode().replace("</p:spTree>", furniture).encode()

    deck = made_files.rezip(made_files.simple_deck("洗手"), change)
    assert "第99页" not in extract(tmp_path, deck, "pptx").text


def test_text_for_newer_programs_is_not_read_twice(tmp_path: Path) -> None:
    shape = (
        '<p:sp><p:nvSpPr><p:cNvPr id="7{n}" name="n"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
        "<p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>公式一</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    both = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="a14">{shape}</mc:Choice><mc:Fallback>{shape}</mc:Fallback>'
        "</mc:AlternateContent></p:spTree>"
    )

    def change(name: str, part: bytes) -> bytes:
        return part.decode().replace("</p:spTree>", both).encode() if name == "ppt/slides/slide1.xml" else part

    text = extract(tmp_path, made_files.rezip(made_files.simple_deck("洗手"), change), "pptx").text
    assert text.count("公式一") == 1


def test_the_title_is_the_first_slides_where_the_file_has_none(tmp_path: Path) -> None:
    assert extract(tmp_path, made_files.simple_deck("婴幼儿洗手"), "pptx").last["title"] == "婴幼儿洗手"


def test_a_broken_slide_is_an_empty_page_among_the_others(tmp_path: Path) -> None:
    deck = made_files.rezip(
        made_files.simple_deck("甲", "乙", "丙"), lambda name, part: b"<p" if name == "ppt/slides/slide2.xml" else part
    )
    said = extract(tmp_path, deck, "pptx")
    assert [bool(page["text"]) for page in said.pages] == [True, False, True]


def test_a_deck_without_its_main_part_is_damaged(tmp_path: Path) -> None:
    assert extract(tmp_path, made_files.archive({"a.xml": b"<a/>"}), "pptx").last["reason"] == "damaged"
