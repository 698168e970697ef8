"""Word files, workbooks, PDFs and plain text."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from fpdf import FPDF

from resources.processing import extract as extract_module
from resources.processing.cleaning import clean, is_garbage
from resources.processing.extract.plain import decode
from tests.resources.processing import made_files
from tests.resources.processing.child_runner import extract

LAW = "为了规范学前教育，促进学前教育普及普惠安全优质发展，提高全民族素质，根据宪法，制定本法。\n" * 3
LAW_TRADITIONAL = "為了規範學前教育，促進學前教育普及普惠安全優質發展，提高全民族素質，根據憲法，制定本法。\n" * 3


def test_word_sections_start_at_headings_and_keep_tables_in_place(tmp_path: Path) -> None:
    said = extract(tmp_path, made_files.document(), "docx")
    assert [page["label"] for page in said.pages] == ["晨检", "午睡", ""]
    assert said.pages[0]["text"].split("\n") == ["晨检", "一摸二看三问四查，逐一登记。", "体温\t低于37.3℃"]
    assert said.pages[2]["text"] == "内部培训资料"
    assert said.last["title"] == "托育机构一日流程"


def test_words_in_text_boxes_and_content_controls_of_word_are_read(tmp_path: Path) -> None:
    box = (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<mc:Choice><w:txbxContent><w:p><w:r><w:t>框里的字</w:t></w:r></w:p></w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:txbxContent><w:p><w:r><w:t>框里的字</w:t></w:r></w:p></w:txbxContent></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件里的字</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:del><w:r><w:delText>删掉的字</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>挪走的字</w:t></w:r></w:moveFrom></w:p><w:sectPr"
    )

    def change(name: str, part: bytes) -> bytes:
        return part.decode().replace("<w:sectPr", box, 1).encode() if name == "word/document.xml" else part

    text = extract(tmp_path, made_files.rezip(made_files.document(), change), "docx").text
    assert text.count("框里的字") == 1
    assert "控件里的字" in text
    assert "删掉的字" not in text
    assert "挪走的字" not in text


def test_each_sheet_of_a_workbook_is_a_page(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "生长记录"
    book.active.append(["月龄", "体重", 6.5])
    book.create_sheet("备注").append(["早产儿用矫正月龄"])
    out = io.BytesIO()
    book.save(out)
    said = extract(tmp_path, out.getvalue(), "xlsx")
    assert [(page["label"], page["text"]) for page in said.pages] == [
        ("生长记录", "月龄\t体重\t6.5"),
        ("备注", "早产儿用矫正月龄"),
    ]


needs_font = pytest.mark.skipif(not made_files.CJK_FONT.exists(), reason="no Chinese font is installed")


@needs_font
def test_a_phrase_broken_by_the_end_of_a_line_is_one_phrase(tmp_path: Path) -> None:
    phrase = "辅食添加从满六月龄开始由少到多由稀到稠由一种到多种"
    said = extract(tmp_path, made_files.pdf(phrase * 6), "pdf")
    assert phrase * 6 in said.text


@needs_font
def test_short_lines_of_a_pdf_stay_lines(tmp_path: Path) -> None:
    said = extract(tmp_path, made_files.pdf("第一章\n洗手\n这一行很长很长很长很长很长很长很长很长很长很长很长"), "pdf")
    assert said.text.split("\n")[:2] == ["第一章", "洗手"]


@needs_font
def test_cells_of_a_table_in_a_pdf_stand_apart_and_rows_are_not_joined(tmp_path: Path) -> None:
    rows = [
        ("孩子的样子", "怎么做"),
        ("不敢碰水", "给他拿毛巾的任务，先擦娃娃的手，再看别人怎样洗，最后自己伸手"),
        ("玩水不肯走", "再冲三下，数给他听；给他关水的机会，让他告诉别人水已经关好"),
    ]
    said = extract(tmp_path, made_files.pdf_with_table(rows, widths=(50, 140), after="安全提示"), "pdf")
    assert said.text.split("\n") == ["\t".join(row) for row in rows] + ["安全提示"]


@needs_font
def test_a_long_title_is_not_joined_to_the_line_below_it(tmp_path: Path) -> None:
    file = FPDF()
    file.add_font("cjk", "", str(made_files.CJK_FONT))
    file.add_page()
    for size, text in (
        (30, "如厕学习活动方案：跟着信号走一走"),
        (12, "适用于二十五到三十六月龄的孩子，持续两到三周的日常渗透活动"),
    ):
        file.set_font("cjk", size=size)
        file.cell(0, 14, text)
        file.ln()
    said = extract(tmp_path, bytes(file.output()), "pdf")
    assert said.text.split("\n")[0] == "如厕学习活动方案：跟着信号走一走"


@needs_font
def test_the_last_cell_of_a_table_is_not_joined_to_what_follows(tmp_path: Path) -> None:
    rows = [("一手握另一手手腕旋转揉搓，交换进行，每一步左右手都做到", "整步省掉")]
    said = extract(tmp_path, made_files.pdf_with_table(rows, widths=(165, 25), after="随后开水冲净"), "pdf")
    assert said.text.split("\n") == ["\t".join(rows[0]), "随后开水冲净"]


@needs_font
def test_an_item_of_a_list_goes_on_in_the_next_line(tmp_path: Path) -> None:
    item = "流动水，儿童水龙头有限温装置，每天第一次使用前由成人试水温，不合格的当天报修，修好以前不用"
    rows = [("1", item[:41])]
    said = extract(tmp_path, made_files.pdf_with_table(rows, widths=(12, 178), after=item[41:]), "pdf")
    assert said.text == f"1\t{item}"


@needs_font
def test_boxes_say_where_words_stand_as_fractions_of_the_page(tmp_path: Path) -> None:
    said = extract(tmp_path, made_files.pdf("洗手 hands"), "pdf")
    boxes = said.pages[0]["boxes"]
    assert [box[0] for box in boxes] == ["洗手", "hands"]
    (_w, x1, y1, width1, height1), (_w2, x2, y2, _width2, _height2) = boxes
    # A4 with a margin of 10 mm on a page of 210 × 297 mm; 16 points of type.
    assert 0.04 < x1 < 0.06
    assert 0.03 < y1 < 0.08
    assert 0.04 < width1 < 0.07
    assert 0.01 < height1 < 0.03
    assert x2 > x1 + width1
    assert abs(y1 - y2) < 0.02


@needs_font
def test_boxes_of_a_turned_page_are_where_the_reader_sees_them(tmp_path: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(made_files.pdf("洗手"))
    document[0].set_rotation(90)
    out = io.BytesIO()
    document.save(out)
    _word, x, y, width, height = extract(tmp_path, out.getvalue(), "pdf").pages[0]["boxes"][0]
    assert x > 0.9  # the top edge is now on the right
    assert y < 0.1
    assert height > width


def test_empty_pages_keep_their_number(tmp_path: Path) -> None:
    said = extract(tmp_path, made_files.pdf("one", "", "three"), "pdf")
    assert [(page["number"], page["text"]) for page in said.pages] == [(1, "one"), (2, ""), (3, "three")]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", LAW),
        ("utf-8-sig", LAW),
        ("gb18030", LAW),
        ("gbk", LAW),
        ("big5", LAW_TRADITIONAL),
        ("utf-16", LAW),
        ("utf-32", LAW),
        ("ascii", "hand washing"),
    ],
)
def test_text_is_read_in_the_encodings_schools_use(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_text_file_is_cut_into_pages_between_lines(tmp_path: Path) -> None:
    said = extract(tmp_path, (LAW * 40).encode("gb18030"), "text")
    assert len(said.pages) > 1
    assert "\n".join(page["text"] for page in said.pages) == (LAW * 40).strip()


def test_bullets_of_office_fonts_are_shown_as_bullets() -> None:
    assert clean("\uf0b7 洗手\n\uf0a7 擦干\n\uf0fc 关水") == "• 洗手\n▪ 擦干\n✓ 关水"


def test_text_that_databases_refuse_is_cleaned() -> None:
    assert clean("洗\0手\ud800\u200b\r\n⽔") == "洗手\n水"


@pytest.mark.parametrize(
    "text",
    [
        LAW,
        "Wash your hands for at least fifteen seconds under running water.",
        "目录\n一、晨检 .............................. 3\n二、午睡 .............................. 9",
        "姓名：________ 日期：________ 签名：________ 班级：________",
        "if (i == j) { f = g + h; } else { f = g - h; } // $s0 = $s1 + 4",
        "序わたくしといふ現象は仮定された有機交流電燈のひとつの青い照明です",
        LAW_TRADITIONAL,
    ],
)
def test_real_text_is_not_taken_for_noise(text: str) -> None:
    assert not is_garbage(text)


@pytest.mark.parametrize(
    "text",
    [
        "".join(chr(0xE000 + n) for n in range(60)),
        LAW.encode("gbk").decode("latin-1"),
        "! \" # $ % & ' ' ( ) * + , - . / : ; < = > ? @ [ ] ^ _ ` { | } ~ \" # $ % & ( ) * + ,",
        "犰狳犴狨狯猃猁猊猗猕猢猱獍獬獾飧飨饧饩饪饬饴饷饽馀馄馇馊馍馐馑馓",
    ],
)
def test_noise_is_told_from_text(text: str) -> None:
    assert is_garbage(text)


def test_the_text_of_a_garbled_page_is_not_kept(tmp_path: Path) -> None:
    noise = LAW.encode("gbk").decode("latin-1")
    said = extract(tmp_path, noise.encode("utf-8"), "text")
    assert said.last["garbled"] == 1
    assert json.dumps(said.pages[0]["text"]) == '""'


def test_a_file_with_more_pages_than_the_limit_says_that_it_was_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(extract_module, "MAX_PAGES", 2)
    (tmp_path / "a.pdf").write_bytes(made_files.pdf("a", "b", "c"))
    (tmp_path / "b.pdf").write_bytes(made_files.pdf("a", "b"))
    answers = [extract_module.extract(name, "pdf") for name in ("a.pdf", "b.pdf")]
    assert [(answer["count"], answer["cut"]) for answer in answers] == [(2, 1), (2, 0)]
