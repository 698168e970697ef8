"""Slides of many presentations in one: the same as in their originals, and an orderly package."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation

from lessons.decks.deck import DeckBuilder
from lessons.decks.plan import Credit, DeckPlan, Pick, Section, read_plan, write_plan
from lessons.decks.table_styles import TableStyles
from resources.processing.render.office import available
from tests.lessons.decks_of_the_tests import deck
from tests.lessons.merged_decks import Comparison, Drawn, Originals, compare, draw, merge, package_problems, render

needs_office = pytest.mark.skipif(not available(), reason="LibreOffice is not installed")
CREDIT = Credit(
    "七步洗手法", "林老师", "青山（演示）", "CC BY 4.0", "林老师. 七步洗手法[Z/OL].", "https://library.example/r/1/"
)


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    made = {
        "plain.pptx": deck("洗手的时机", "七步洗手法", "擦干", notes="课上先问", link=2),
        "green.pptx": deck("绿色的表", table_colour="2E8B57", chart=True),
        "red.pptx": deck("红色的表", table_colour="B22222"),
        "narrow.pptx": deck("四比三", width=10, notes="窄屏"),
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return [tmp_path / name for name in made]


def build(folder: Path, *picks: Pick, divider: bool = False, **more: Any) -> Any:
    plan = DeckPlan("一节课", (Section("导入", picks, divider=divider),), (CREDIT,), **more)
    DeckBuilder(plan, folder, lambda _message: None).build(folder / "deck.pptx")
    assert package_problems(folder / "deck.pptx") == []
    return Presentation(str(folder / "deck.pptx"))


def slide(path: str, page: int = 1, *, note: str = "") -> Pick:
    return Pick(path, "pptx", page, "", "页面的文字", "标题", 0, note)


def run_drawn(sources: list[Path], folder: Path) -> Comparison:
    drawn = [Drawn(path, 1) for path in sources] + draw(sources, seed=1)
    (folder / "work").mkdir(exist_ok=True)
    path = folder / "work" / "merged.pptx"
    assert merge(drawn, path)["pictures"] == []
    return compare(path, render([path], folder / "work")[path], drawn, Originals(sources, folder))


@needs_office
def test_drawn_slides_look_the_same_as_in_their_originals(sources: list[Path], tmp_path: Path) -> None:
    result = run_drawn(sources, tmp_path)
    assert result.different == {}
    assert result.slides > result.fitted > 0


@needs_office
def test_without_table_styles_the_same_slides_differ(
    sources: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TableStyles, "take", lambda self, source: {})
    result = run_drawn(sources, tmp_path)
    assert {name.split()[0] for name in result.different} == {"green.pptx", "red.pptx"}


def test_table_styles_of_one_id_that_differ_get_ids_of_their_own(sources: list[Path], tmp_path: Path) -> None:
    made = build(tmp_path, slide("green.pptx"), slide("red.pptx"), slide("green.pptx"))
    ids = [next(iter(one._element.iter("{*}tableStyleId"))).text for one in list(made.slides)[:3]]
    assert ids[0] == ids[2] != ids[1]
    with zipfile.ZipFile(tmp_path / "deck.pptx") as package:
        styles = package.read("ppt/tableStyles.xml").decode()
    assert all(f'styleId="{one}"' in styles for one in ids)


def test_a_chart_comes_with_its_workbook(sources: list[Path], tmp_path: Path) -> None:
    made = build(tmp_path, slide("green.pptx"))
    chart = next(shape.chart for shape in made.slides[0].shapes if shape.has_chart)
    assert [tuple(plot.categories) for plot in chart.plots] == [("7～12 月", "13～24 月")]
    assert chart.part.chart_workbook.xlsx_part.blob[:2] == b"PK"


def test_a_link_to_a_slide_follows_it_and_goes_where_the_slide_is_missing(sources: list[Path], tmp_path: Path) -> None:
    with_target = build(tmp_path, slide("plain.pptx", 3), slide("plain.pptx", 1), slide("plain.pptx", 2))
    jump = with_target.slides[1].shapes[-2].click_action
    assert jump.target_slide.shapes.title.text == "七步洗手法"
    without = build(tmp_path, slide("plain.pptx", 1))
    assert without.slides[0].shapes[-2].click_action.target_slide is None
    addresses = {rel.target_ref for rel in without.slides[0].part.rels.values() if rel.is_external}
    assert addresses == {"https://example.org/washing"}


def test_notes_are_kept_below_the_teachers_own(sources: list[Path], tmp_path: Path) -> None:
    made = build(tmp_path, slide("plain.pptx", 1, note="先请孩子示范"), slide("green.pptx", note="对照表格"))
    assert made.slides[0].notes_slide.notes_text_frame.text == "先请孩子示范\n课上先问 洗手的时机"
    assert made.slides[1].notes_slide.notes_text_frame.text == "对照表格"


def test_headings_are_sections_and_pages(sources: list[Path], tmp_path: Path) -> None:
    made = build(tmp_path, slide("plain.pptx", 1), divider=True)
    assert made.slides[0].shapes[1].text_frame.text == "导入"
    with zipfile.ZipFile(tmp_path / "deck.pptx") as package:
        presentation = package.read("ppt/presentation.xml").decode()
    assert 'name="导入"' in presentation
    assert 'name="来源与署名"' in presentation


def test_the_credits_name_every_source_with_pages_licence_and_address(sources: list[Path], tmp_path: Path) -> None:
    made = build(tmp_path, slide("plain.pptx", 1), slide("plain.pptx", 2), divider=True, terms=("联盟内教学使用",))
    text = "\n".join(shape.text_frame.text for shape in made.slides[3].shapes if shape.has_text_frame)
    for wanted in (
        "七步洗手法",
        "林老师",
        "青山（演示）",
        "CC BY 4.0",
        CREDIT.citation,
        CREDIT.url,
        "第 2～3 页",
        "联盟内教学使用",
    ):
        assert wanted in text
    assert [shape.image.ext for shape in made.slides[3].shapes if shape.shape_type == 13] == ["png"]


def test_nine_sources_take_three_pages_of_credits(sources: list[Path], tmp_path: Path) -> None:
    credits = tuple(Credit(f"课件 {n}", "", f"院校 {n}", "", "", f"https://library.example/r/{n}/") for n in range(9))
    picks = tuple(Pick("plain.pptx", "pptx", 1, "", "", "", n) for n in range(9))
    plan = DeckPlan("一节课", (Section("", picks),), credits)
    assert DeckBuilder(plan, tmp_path, lambda _message: None).build(tmp_path / "deck.pptx")["pages"] == 12


def test_a_page_of_another_format_is_a_picture_with_its_text_in_the_notes(sources: list[Path], tmp_path: Path) -> None:
    Image.new("RGB", (800, 1100), "white").save(tmp_path / "page.webp")
    made = build(tmp_path, slide("plain.pptx"), Pick("", "pdf", 4, "page.webp", "第四条　洗手", "规程", 0))
    picture = made.slides[1].shapes[0]
    assert picture.image.content_type == "image/jpeg"
    assert picture.height == made.slide_height
    assert picture._element.nvPicPr.cNvPr.get("descr") == "规程 第四条 洗手"
    assert made.slides[1].notes_slide.notes_text_frame.text == "第四条　洗手"


@pytest.mark.parametrize("content", [b"", b"no presentation", b"PK\x03\x04broken"])
def test_a_source_that_cannot_be_read_gives_pictures(sources: list[Path], tmp_path: Path, content: bytes) -> None:
    Image.new("RGB", (1600, 900), "white").save(tmp_path / "page.webp")
    (tmp_path / "broken.pptx").write_bytes(content)
    plan = DeckPlan(
        "一节课",
        (Section("", (slide("plain.pptx"), Pick("broken.pptx", "pptx", 1, "page.webp", "文字", "标题", 0))),),
        (CREDIT,),
    )
    answer = DeckBuilder(plan, tmp_path, lambda _message: None).build(tmp_path / "deck.pptx")
    assert answer == {"pages": 3, "pictures": [1]}
    assert package_problems(tmp_path / "deck.pptx") == []


def test_a_part_that_breaks_while_it_is_copied_makes_only_its_source_pictures(
    sources: list[Path], tmp_path: Path
) -> None:
    data = bytearray((tmp_path / "green.pptx").read_bytes())
    with zipfile.ZipFile(tmp_path / "green.pptx") as package:
        at = package.getinfo(next(name for name in package.namelist() if name.endswith(".xlsx"))).header_offset
    data[at + 100 : at + 400] = b"\x00" * 300
    (tmp_path / "green.pptx").write_bytes(data)
    Image.new("RGB", (1600, 900), "white").save(tmp_path / "page.webp")
    picks = (slide("plain.pptx"), Pick("green.pptx", "pptx", 1, "page.webp", "文字", "标题", 0))
    answer = DeckBuilder(DeckPlan("一节课", (Section("", picks),), (CREDIT,)), tmp_path, lambda _m: None).build(
        tmp_path / "deck.pptx"
    )
    assert answer["pictures"] == [1]
    assert package_problems(tmp_path / "deck.pptx") == []


def test_the_same_plan_gives_the_same_bytes(sources: list[Path], tmp_path: Path) -> None:
    build(tmp_path, slide("plain.pptx"), slide("green.pptx"))
    first = (tmp_path / "deck.pptx").read_bytes()
    build(tmp_path, slide("plain.pptx"), slide("green.pptx"))
    assert (tmp_path / "deck.pptx").read_bytes() == first


def test_a_plan_survives_the_way_to_the_subprocess(tmp_path: Path) -> None:
    plan = DeckPlan("一节课", (Section("导入", (slide("plain.pptx"),), divider=True),), (CREDIT,), terms=("联盟内",))
    write_plan(plan, tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json") == plan
