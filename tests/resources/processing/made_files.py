"""Files made by the tests, so that every extracted character is known."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
from fpdf import FPDF
from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

CJK_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

DIAGRAM = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
SMART_ART = """<p:graphicFrame xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvGraphicFramePr>
<p:cNvPr id="90" name="SmartArt"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>
<p:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></p:xfrm><a:graphic>
<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/diagram">
<dgm:relIds xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
 r:dm="rId90" r:lo="rId91" r:qs="rId92" r:cs="rId93"/></a:graphicData></a:graphic></p:graphicFrame>"""


def smart_art_data(*words: str) -> str:
    points = "".join(
        f'<dgm:pt modelId="{n}"><dgm:t><a:bodyPr/><a:p><a:r><a:t>{word}</a:t></a:r></a:p></dgm:t></dgm:pt>'
        for n, word in enumerate(words)
    )
    return (
        '<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f"<dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>"
    )


def deck(build: Callable[[Presentation], None]) -> bytes:
    presentation = Presentation()
    build(presentation)
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


def add_slide(presentation: Presentation, title: str, body: str = "", notes: str = "", hidden: bool = False) -> object:
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = title
    slide.placeholders[1].text = body
    if notes:
        slide.notes_slide.notes_text_frame.text = notes
    if hidden:
        slide._element.set("show", "0")
    return slide


def simple_deck(*titles: str, notes: str = "") -> bytes:
    def build(presentation: Presentation) -> None:
        for title in titles:
            add_slide(presentation, title, f"{title}的要点", notes)

    return deck(build)


def linked_deck(slides: int) -> bytes:
    """A deck with a photo and notes on every slide, and a link from the first slide to the last."""

    def build(presentation: Presentation) -> None:
        made = [add_slide(presentation, f"第{number}节", "七步洗手法", notes="提醒") for number in range(1, slides + 1)]
        for number, slide in enumerate(made):
            slide.shapes.add_picture(io.BytesIO(image(size=(300 + number, 200))), 0, 0)
        made[0].shapes.title.click_action.target_slide = made[-1]

    return deck(build)


def rich_deck() -> bytes:
    """1: body, notes. 2: table. 3: nested groups. 4: SmartArt. 5: chart. 6: hidden. 7: image with text."""

    def build(presentation: Presentation) -> None:
        add_slide(presentation, "七步洗手法", "内：掌心相对\n外：手心对手背", notes="提醒学员修剪指甲")
        table = add_slide(presentation, "月龄与辅食").shapes.add_table(2, 2, Inches(1), Inches(3), Inches(6), Inches(1))
        for place, words in {(0, 0): "月龄", (0, 1): "辅食", (1, 0): "满6月龄", (1, 1): "强化铁米粉"}.items():
            table.table.cell(*place).text = words
        group = add_slide(presentation, "分组").shapes.add_group_shape()
        inner = group.shapes.add_group_shape()
        inner.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame.text = "回应式照护"
        group.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame.text = "顺应喂养"
        add_slide(presentation, "流程图")
        data = CategoryChartData()
        data.categories = ["一月龄", "二月龄"]
        data.add_series("体重增长", (1, 2))
        frame = (Inches(1), Inches(3), Inches(4), Inches(3))
        add_slide(presentation, "图表").shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *frame, data)
        add_slide(presentation, "备用页", "隐藏的内容", hidden=True)
        shapes = add_slide(presentation, "图片页").shapes
        picture = shapes.add_picture(io.BytesIO(image("PNG")), Inches(1), Inches(4))
        picture._element.nvPicPr.cNvPr.set("descr", "婴儿床的示意图")

    return _with_smart_art(deck(build), "ppt/slides/slide4.xml", smart_art_data("晨检", "入托", "记录"))


def _with_smart_art(raw: bytes, slide: str, data: str) -> bytes:
    relations = slide.replace("slides/", "slides/_rels/") + ".rels"

    def change(name: str, part: bytes) -> bytes:
        text = part.decode()
        if name == slide:
            return text.replace("</p:spTree>", SMART_ART + "</p:spTree>").encode()
        if name == relations:
            entry = f'<Relationship Id="rId90" Type="{RELATION}" Target="../diagrams/data1.xml"/></Relationships>'
            return text.replace("</Relationships>", entry).encode()
        if name == "[Content_Types].xml":
            entry = f'<Override PartName="/ppt/diagrams/data1.xml" ContentType="{DIAGRAM}"/></Types>'
            return text.replace("</Types>", entry).encode()
        return part

    binary = (".jpeg", ".png", ".bin", ".xlsx")
    return rezip(
        raw,
        lambda name, part: part if name.endswith(binary) else change(name, part),
        added={"ppt/diagrams/data1.xml": data.encode()},
    )


def rezip(raw: bytes, change: Callable[[str, bytes], bytes], *, added: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
        for name, part in (added or {}).items():
            new.writestr(name, part)
    return out.getvalue()


def document() -> bytes:
    file = docx.Document()
    file.core_properties.title = "托育机构一日流程"
    file.add_heading("晨检", level=1)
    file.add_paragraph("一摸二看三问四查，逐一登记。")
    table = file.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "体温"
    table.rows[0].cells[1].text = "低于37.3℃"
    file.add_heading("午睡", level=1)
    file.add_paragraph("每十分钟巡视一次，仰卧入睡。")
    file.sections[0].header.paragraphs[0].text = "内部培训资料"
    return _saved(file)


def _saved(file: object) -> bytes:
    out = io.BytesIO()
    file.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def pdf(*pages: str, title: str = "", rotate: int = 0) -> bytes:
    """A PDF of real Chinese text, one string a page."""
    file = FPDF()
    if CJK_FONT.exists():
        file.add_font("cjk", "", str(CJK_FONT))
        file.set_font("cjk", size=16)
    else:
        file.set_font("helvetica", size=16)
    if title:
        file.set_title(title)
    for text in pages:
        file.add_page()
        file.multi_cell(0, 10, text)
    return bytes(file.output())


def pdf_with_table(rows: list[tuple[str, ...]], *, widths: tuple[int, ...], after: str = "") -> bytes:
    """A table without lines, as wide as the page, with a paragraph right below it."""
    file = FPDF()
    file.add_font("cjk", "", str(CJK_FONT))
    file.set_font("cjk", size=12)
    file.add_page()
    for row in rows:
        for width, text in zip(widths, row, strict=True):
            file.cell(width, 8, text)
        file.ln()
    file.multi_cell(0, 8, after)
    return bytes(file.output())


def image(format: str = "JPEG", size: tuple[int, int] = (400, 300), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#9fb8a0").save(out, format, **options)
    return out.getvalue()


def photo_with_place() -> bytes:
    """A photo taken on its side (orientation 6), with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "某品牌相机"
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 20.0)
    return image("JPEG", (800, 400), exif=exif)


def archive(entries: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, part in entries.items():
            file.writestr(name, part)
    return out.getvalue()
