"""PowerPoint decks: slides with title, notes, page number and notice; tables and charts.

``**words**`` in a text are bold and in the accent colour. ``Deck.overflows`` lists texts that do not fit their box; a test
checks that it stays empty.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.util import Pt

from demo import NOTICE
from demo.formats.canvas import ALIGN, Canvas, colour, px
from demo.formats.reproducible import reproducible_archive
from demo.formats.text_metrics import text_height

SANS, SERIF = "Noto Sans CJK SC", "Noto Serif CJK SC"
_BOLD = re.compile(r"(\*\*.+?\*\*)")
_GAP = re.compile(r"(?<=[\u3400-\u9fff]) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z%]) (?=[\u3400-\u9fff])")
"""A typed space between Han and Latin: office programs add one themselves."""


@dataclass
class Slide(Canvas):
    page: Any = None

    def group(self) -> Canvas:
        return Canvas(self.deck, self.page.shapes.add_group_shape().shapes)

    def table(
        self,
        x: float,
        y: float,
        widths: Sequence[float],
        rows: Sequence[Sequence[str]],
        *,
        row: float = 48,
        size: float = 15,
        head: str,
        head_ink: str = "#ffffff",
        body: str = "#ffffff",
        band: str | None = None,
        rule: str = "#d8d8d4",
        first_bold: bool = True,
    ) -> Any:
        frame = self.page.shapes.add_table(len(rows), len(widths), px(x), px(y), px(sum(widths)), px(row * len(rows)))
        table = frame.table
        properties = table._tbl.tblPr
        properties.set("bandRow", "0")
        properties.set("firstRow", "0")
        for index, width in enumerate(widths):
            table.columns[index].width = px(width)
        for index, line in enumerate(rows):
            needed = max(text_height(cell, size, widths[column] - 20, 1.3) for column, cell in enumerate(line)) + 12
            table.rows[index].height = px(max(row, needed))
            for column, words in enumerate(line):
                cell = table.cell(index, column)
                cell.fill.solid()
                cell.fill.fore_color.rgb = colour(head if index == 0 else (band if band and index % 2 == 0 else body))
                cell.margin_left = cell.margin_right = px(10)
                cell.margin_top = cell.margin_bottom = px(4)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                for number, part in enumerate(words.split("\n")):
                    paragraph = cell.text_frame.paragraphs[0] if number == 0 else cell.text_frame.add_paragraph()
                    strong = index == 0 or (first_bold and column == 0)
                    self.deck.add_runs(
                        paragraph, part, size=size, ink=head_ink if index == 0 else None, bold=strong, leading=1.3
                    )
                _underline(cell, rule)
        bottom = y + sum(
            max(row, max(text_height(c, size, widths[i] - 20, 1.3) for i, c in enumerate(r)) + 12) for r in rows
        )
        if bottom > 690:
            self.deck.overflows.append(f"{self.deck.count}: table to {bottom:.0f}")
        return table

    def chart(
        self,
        kind: str,
        x: float,
        y: float,
        w: float,
        h: float,
        categories: Sequence[str],
        series: Sequence[tuple[str, Sequence[float], str]],
        *,
        values: bool = True,
        legend: bool = True,
        size: float = 12,
    ) -> Any:
        """``kind``: line, column or bar. ``values``: show numbers on the value axis."""
        data = CategoryChartData()
        data.categories = categories
        for name, numbers, _ink in series:
            data.add_series(name, numbers)
        kinds = {
            "line": XL_CHART_TYPE.LINE,
            "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
            "bar": XL_CHART_TYPE.BAR_CLUSTERED,
        }
        chart = self.page.shapes.add_chart(kinds[kind], px(x), px(y), px(w), px(h), data).chart
        chart.has_title = False
        chart.has_legend = legend
        if legend:
            chart.legend.position = XL_LEGEND_POSITION.BOTTOM
            chart.legend.include_in_layout = False
        chart.font.size = Pt(size)
        chart.font.name = self.deck.face
        chart.font.color.rgb = colour(self.deck.ink)
        chart.value_axis.major_gridlines.format.line.color.rgb = colour("#dddddd")
        chart.value_axis.visible = values
        for drawn, (_name, _numbers, ink) in zip(chart.plots[0].series, series, strict=True):
            if kind == "line":
                drawn.smooth = True
                drawn.format.line.color.rgb = colour(ink)
                drawn.format.line.width = Pt(2.5)
                drawn.marker.style = None
                drawn.marker.size = 2
            else:
                drawn.format.fill.solid()
                drawn.format.fill.fore_color.rgb = colour(ink)
        return chart


def _underline(cell: Any, ink: str) -> None:
    """Draw only the bottom border of a cell; python-pptx has no API for borders."""
    properties = cell._tc.get_or_add_tcPr()
    fill = properties.find(qn("a:solidFill"))
    for position, side in enumerate(("a:lnL", "a:lnR", "a:lnT", "a:lnB")):
        border = etree.Element(qn(side), {"w": "9525" if side == "a:lnB" else "0"})
        if side == "a:lnB":
            solid = etree.SubElement(border, qn("a:solidFill"))
            etree.SubElement(solid, qn("a:srgbClr"), {"val": ink.lstrip("#").upper()})
        else:
            etree.SubElement(border, qn("a:noFill"))
        properties.insert(position, border)
    if fill is not None:
        properties.remove(fill)
        properties.append(fill)


@dataclass
class Deck:
    """Colours: ``ink`` text, ``accent`` emphasis, ``paper`` background, ``quiet`` footer."""

    title: str
    ink: str
    accent: str
    paper: str
    quiet: str
    face: str = SANS
    title_face: str = SANS
    notice_align: str = "left"
    overflows: list[str] = field(default_factory=list)
    footers: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = px(1280), px(720)
        self.file.core_properties.title = self.title
        self.file.core_properties.author = "资源共享库（演示）"
        self.count = 0

    def slide(
        self,
        title: str,
        notes: str,
        *,
        at: tuple[float, float, float, float] = (64, 36, 1150, 64),
        size: float = 28,
        ink: str | None = None,
        align: str = "left",
        paper: str | None = None,
        anchor: str = "middle",
        quiet: str | None = None,
    ) -> Slide:
        """Add a slide with a title placeholder, speaker notes, page number and notice."""
        page = self.file.slides.add_slide(self.file.slide_layouts[5])
        self.count += 1
        page.background.fill.solid()
        page.background.fill.fore_color.rgb = colour(paper or self.paper)
        slide = Slide(self, page.shapes, page)
        holder = page.shapes.title
        holder.left, holder.top, holder.width, holder.height = (px(value) for value in at)
        slide.set_text(
            holder.text_frame, title, at[2], at[3], size, ink or self.ink, True, align, anchor, 0, self.title_face, 1.25
        )
        page.notes_slide.notes_text_frame.text = notes
        foot = quiet or self.quiet
        notice = slide.text(64, 686, 1000, 22, NOTICE, 10.5, ink=foot, align=self.notice_align, leading=1.2)
        number = slide.text(1136, 686, 80, 22, str(self.count), 10.5, ink=foot, align="right", leading=1.2)
        self.footers += [notice._element, number._element]
        return slide

    def add_runs(
        self,
        paragraph: Any,
        text: str,
        *,
        size: float,
        ink: str | None = None,
        bold: bool = False,
        align: str = "left",
        face: str | None = None,
        leading: float = 1.45,
    ) -> None:
        paragraph.alignment = ALIGN[align]
        paragraph.line_spacing = Pt(round(size * leading, 1))
        for part in _BOLD.split(_GAP.sub("", text)):
            if not part:
                continue
            strong = part.startswith("**") and part.endswith("**") and len(part) > 4
            run = paragraph.add_run()
            run.text = part[2:-2] if strong else part
            run.font.size = Pt(size)
            run.font.bold = bold or strong
            run.font.color.rgb = colour(self.accent if strong and not ink else (ink or self.ink))
            run.font.name = face or self.face
            properties = run._r.get_or_add_rPr()
            properties.set("lang", "zh-CN")
            east = etree.SubElement(properties, qn("a:ea"))
            east.set("typeface", face or self.face)

    def data(self) -> bytes:
        # Footers last: text extraction then reads the content first, and no shape covers a footer.
        for footer in self.footers:
            footer.getparent().append(footer)
        target = io.BytesIO()
        self.file.save(target)
        return reproducible_archive(target.getvalue())
