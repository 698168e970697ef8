"""Presentations made for the tests."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Emu, Inches, Pt

OWN_STYLE = "{0FE7D4B1-7A4E-4E6B-9B3A-1D5C1B6A9E01}"


def table_style(colour: str) -> str:
    """A table style that no program knows by its id."""
    fill = f'<a:fill><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:fill>'
    return (
        f'<a:tblStyle styleId="{OWN_STYLE}" styleName="Own"><a:wholeTbl><a:tcTxStyle/><a:tcStyle><a:tcBdr/>{fill}'
        "</a:tcStyle></a:wholeTbl></a:tblStyle>"
    )


def deck(
    *titles: str, width: float = 13.333, notes: str = "", table_colour: str = "", chart: bool = False, link: int = 0
) -> bytes:
    """A presentation. ``link``: the first slide links to that slide and to the web."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Inches(width), Inches(7.5)
    for title in titles:
        _add_slide(presentation, title, notes, table_colour, chart)
    if link:
        _add_links(presentation, link)
    out = io.BytesIO()
    presentation.save(out)
    return _with_table_style(out.getvalue(), table_colour) if table_colour else out.getvalue()


def _add_slide(presentation: Any, title: str, notes: str, table_colour: str, chart: bool) -> None:
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = title
    box = slide.shapes.add_textbox(Inches(1), Inches(6), Inches(5), Inches(1))
    box.text_frame.text = f"{title}：用流动水冲洗"
    box.text_frame.paragraphs[0].runs[0].font.size = Pt(20)
    box._element.nvSpPr.cNvPr.set("descr", f"{title}的说明")
    if notes:
        slide.notes_slide.notes_text_frame.text = f"{notes} {title}"
    if table_colour:
        table = slide.shapes.add_table(3, 2, Inches(1), Inches(2), Inches(6), Inches(3)).table
        table._tbl.tblPr.find("{*}tableStyleId").text = OWN_STYLE
        for row in range(3):
            table.cell(row, 0).text, table.cell(row, 1).text = f"步骤 {row}", "15 秒"
    if chart:
        data = CategoryChartData()
        data.categories = ["7～12 月", "13～24 月"]
        data.add_series("次数", (8, 6))
        slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(7), Inches(2), Inches(5), Inches(4), data)


def _add_links(presentation: Any, target: int) -> None:
    first = presentation.slides[0]
    jump = first.shapes.add_shape(1, Emu(0), Emu(0), Inches(1), Inches(0.5))
    jump.click_action.target_slide = presentation.slides[target - 1]
    web = first.shapes.add_textbox(Inches(8), Inches(6), Inches(4), Inches(1))
    run = web.text_frame.paragraphs[0].add_run()
    run.text, run.hyperlink.address = "来源", "https://example.org/washing"


def _with_table_style(data: bytes, colour: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as copy:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "ppt/tableStyles.xml":
                content = (
                    '<a:tblStyleLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
                    f'def="{OWN_STYLE}">{table_style(colour)}</a:tblStyleLst>'
                ).encode()
            copy.writestr(info.filename, content)
    return out.getvalue()
