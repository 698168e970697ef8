"""Word documents: headings, paragraphs, tables, boxes; the notice in every footer."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from demo import NOTICE
from demo.formats.reproducible import reproducible_archive

SANS, SERIF = "Noto Sans CJK SC", "Noto Serif CJK SC"


class WordDocument:
    """``accent``: hex without #. ``face``: font of the body text."""

    def __init__(self, title: str, subtitle: str, *, accent: str, face: str = SERIF) -> None:
        self.accent, self.face = accent, face
        self.file = Document()
        section = self.file.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin = section.bottom_margin = Cm(2.3)
        properties = self.file.core_properties
        properties.title, properties.author = title, "资源共享库（演示）"
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(foot, NOTICE, 9, ink="777777", face=SANS)
        head = self.file.add_heading(level=0)
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(head, title, 22, bold=True, ink="222222")
        line = self.file.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(line, subtitle, 11, ink=accent, face=SANS)

    def heading(self, text: str, level: int = 1) -> None:
        self._run(
            self.file.add_heading(level=level), text, 15 if level == 1 else 12.5, bold=True, ink=self.accent, face=SANS
        )

    def text(self, *paragraphs: str) -> None:
        for words in paragraphs:
            paragraph = self.file.add_paragraph()
            paragraph.paragraph_format.line_spacing = 1.5
            paragraph.paragraph_format.first_line_indent = Pt(22)
            self._run(paragraph, words, 11)

    def items(self, *lines: str, style: str = "List Number") -> None:
        for words in lines:
            paragraph = self.file.add_paragraph(style=style)
            paragraph.paragraph_format.line_spacing = 1.4
            self._run(paragraph, words, 11)

    def box(self, text: str) -> None:
        table = self.file.add_table(rows=1, cols=1, style="Table Grid")
        _shade(table.cell(0, 0), "F4F1EA")
        for index, words in enumerate(text.split("\n")):
            cell = table.cell(0, 0)
            self._run(cell.paragraphs[0] if index == 0 else cell.add_paragraph(), words, 11, face=SANS)
        self.file.add_paragraph()

    def table(self, widths: Sequence[float], rows: Sequence[Sequence[str]]) -> None:
        """Widths in centimetres; the first row is the header."""
        table = self.file.add_table(rows=len(rows), cols=len(widths), style="Table Grid")
        table.autofit = False
        for index, width in enumerate(widths):
            table.columns[index].width = Cm(width)
        for number, line in enumerate(rows):
            for column, words in enumerate(line):
                cell = table.cell(number, column)
                cell.width = Cm(widths[column])
                if number == 0:
                    _shade(cell, self.accent)
                for index, part in enumerate(words.split("\n")):
                    paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
                    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
                    self._run(
                        paragraph, part, 10.5, bold=number == 0, ink="FFFFFF" if number == 0 else "222222", face=SANS
                    )
        self.file.add_paragraph()

    def new_page(self) -> None:
        self.file.add_page_break()

    def data(self) -> bytes:
        target = io.BytesIO()
        self.file.save(target)
        return reproducible_archive(target.getvalue())

    def _run(
        self,
        paragraph: Any,
        text: str,
        size: float,
        *,
        bold: bool = False,
        ink: str = "222222",
        face: str | None = None,
    ) -> None:
        run = paragraph.add_run(text)
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = RGBColor.from_string(ink)
        run.font.name = face or self.face
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face or self.face)


def _shade(cell: Any, ink: str) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), ink)
    cell._tc.get_or_add_tcPr().append(shade)
