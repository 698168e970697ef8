"""A4 PDF papers with cover, headings, paragraphs, tables and figures.

Millimetres; font sizes in points.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from fpdf import FPDF

from demo import NOTICE
from demo.formats.fonts import noto_cjk

NOT_FIRST = "，。、；：？！”’）》〉】…～"
NOT_LAST = "“‘（《〈【"
LEFT, WIDTH, BOTTOM = 24.0, 162.0, 272.0


class Paper(FPDF):
    """``accent`` and ``tint``: hex colours. ``serif``: body in Song instead of Hei."""

    def __init__(self, title: str, *, accent: str, tint: str, serif: bool = False) -> None:
        super().__init__(format="A4")
        self.name, self.accent, self.tint = title, accent, tint
        # Each font takes a third of a second to load.
        for family, style in [("hei", ""), ("hei", "B"), ("song", "B"), *([("song", "")] if serif else [])]:
            face = noto_cjk(bold=style == "B", serif=family == "song")
            self.add_font(family, style, face.path, collection_font_number=face.index)
        self.body = "song" if serif else "hei"
        self.set_margins(LEFT, 26, 24)
        self.set_auto_page_break(auto=False)
        self.set_title(title)
        self.set_author("资源共享库（演示）")
        self.set_lang("zh-CN")
        self.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
        self.bare = False

    # --- on every page

    def header(self) -> None:
        if self.bare:
            return
        self.set_font("hei", "", 9)
        self.set_text_color("#777777")
        self.set_xy(LEFT, 13)
        self.cell(WIDTH, 6, self.name)
        self.set_draw_color(self.accent)
        self.line(LEFT, 20, LEFT + WIDTH, 20)
        self.set_xy(LEFT, 28)

    def footer(self) -> None:
        self.set_font("hei", "", 9)
        self.set_text_color("#777777")
        self.set_xy(LEFT, 284)
        self.cell(WIDTH - 20, 6, NOTICE)
        self.cell(20, 6, str(self.page_no()), align="R")

    # --- parts

    def cover(self, subtitle: str, lines: Sequence[str]) -> None:
        self.bare = True
        self.add_page()
        self.set_fill_color(self.tint)
        self.rect(0, 0, 210, 297, style="F")
        self.set_fill_color(self.accent)
        self.rect(0, 0, 14, 297, style="F")
        self.set_xy(36, 84)
        self._lines(self.name, 28, "B", "#222222", 150, 14, family="song")
        self.set_xy(36, self.get_y() + 6)
        self._lines(subtitle, 15, "", self.accent, 150, 9)
        self.set_xy(36, self.get_y() + 14)
        for line in lines:
            self.set_x(36)
            self._lines(line, 11, "", "#444444", 150, 7)
        self.footer()
        self.bare = False
        self.add_page()

    def heading(self, text: str) -> None:
        self._room(24)
        self.ln(4)
        self.set_fill_color(self.accent)
        self.rect(LEFT, self.get_y() + 1, 3, 7, style="F")
        self.set_x(LEFT + 7)
        self._lines(text, 16, "B", "#222222", WIDTH - 7, 9)
        self.ln(3)

    def subheading(self, text: str) -> None:
        self._room(18)
        self.ln(1)
        self._lines(text, 12.5, "B", self.accent, WIDTH, 8)
        self.ln(1)

    def text_block(self, *paragraphs: str) -> None:
        for paragraph in paragraphs:
            self._lines(paragraph, 11, "", "#222222", WIDTH, 7, family=self.body)
            self.ln(2.5)

    def items(self, *lines: str, marks: Sequence[str] | None = None) -> None:
        for index, line in enumerate(lines):
            self._room(8)
            y = self.get_y()
            self.set_font("hei", "B", 11)
            self.set_text_color(self.accent)
            self.set_xy(LEFT + 2, y)
            self.cell(10, 7, marks[index] if marks else str(index + 1))
            self.set_xy(LEFT + 12, y)
            self._lines(line, 11, "", "#222222", WIDTH - 12, 7, family=self.body)
            self.ln(1)
        self.ln(2)

    def box(self, text: str, *, bold: bool = False) -> None:
        lines = self._wrap(text, 11, "B" if bold else "", WIDTH - 16, "hei")
        tall = len(lines) * 7 + 9
        self._room(tall + 4)
        y = self.get_y()
        self.set_fill_color(self.tint)
        self.set_draw_color(self.accent)
        self.rect(LEFT, y, WIDTH, tall, style="DF", round_corners=True, corner_radius=2)
        self.set_xy(LEFT + 8, y + 4.5)
        self._lines(text, 11, "B" if bold else "", "#222222", WIDTH - 16, 7)
        self.set_xy(LEFT, y + tall + 5)

    def grid(self, widths: Sequence[float], rows: Sequence[Sequence[str]], *, size: float = 10) -> None:
        """A table; its first row repeats on a new page."""
        self._row(widths, rows[0], size, head=True)
        for line in rows[1:]:
            if self.get_y() + self._row_height(widths, line, size) > BOTTOM:
                self.add_page()
                self._row(widths, rows[0], size, head=True)
            self._row(widths, line, size, head=False)
        self.ln(5)

    # --- letters

    def _row_height(self, widths: Sequence[float], cells: Sequence[str], size: float) -> float:
        return max(len(self._wrap(c, size, "", w - 5, "hei")) for w, c in zip(widths, cells, strict=True)) * 6 + 4

    def _row(self, widths: Sequence[float], cells: Sequence[str], size: float, *, head: bool) -> None:
        tall = self._row_height(widths, cells, size)
        self._room(tall + (12 if head else 0))
        x, y = LEFT, self.get_y()
        self.set_draw_color("#bbbbbb")
        for width, words in zip(widths, cells, strict=True):
            self.set_fill_color(self.accent if head else "#ffffff")
            self.rect(x, y, width, tall, style="DF")
            self.set_xy(x + 2.5, y + 2)
            self._lines(words, size, "B" if head else "", "#ffffff" if head else "#222222", width - 5, 6)
            x += width
        self.set_xy(LEFT, y + tall)

    def _lines(
        self, text: str, size: float, style: str, ink: str, width: float, step: float, *, family: str = "hei"
    ) -> None:
        x = self.get_x()
        for line in self._wrap(text, size, style, width, family):
            if self.get_y() + step > BOTTOM and not self.bare:
                self.add_page()
            self.set_font(family, style, size)
            self.set_text_color(ink)
            self.set_x(x)
            self.cell(width, step, line)
            self.ln(step)
        self.set_x(LEFT)

    def _wrap(self, text: str, size: float, style: str, width: float, family: str) -> list[str]:
        """Break between Han characters, but not before closing or after opening punctuation."""
        self.set_font(family, style, size)
        result: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for letter in paragraph:
                if line and self.get_string_width(line + letter) > width and letter not in NOT_FIRST:
                    keep = ""
                    while line and (
                        line[-1] in NOT_LAST
                        or (letter.isascii() and letter.isalnum() and line[-1].isascii() and line[-1].isalnum())
                    ):
                        keep, line = line[-1] + keep, line[:-1]
                    result.append(line)
                    line = keep
                line += letter
            result.append(line)
        return result

    def _room(self, needed: float) -> None:
        if self.get_y() + needed > BOTTOM:
            self.add_page()

    def data(self) -> bytes:
        return bytes(self.output())
