"""Shapes, lines and text on a slide of 1280 x 720 pixels. Font sizes are points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from demo.formats.text_metrics import text_height

ALIGN = {"left": PP_ALIGN.LEFT, "center": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}
ANCHOR = {"top": MSO_ANCHOR.TOP, "middle": MSO_ANCHOR.MIDDLE, "bottom": MSO_ANCHOR.BOTTOM}
SHAPES = {
    "rect": MSO_SHAPE.RECTANGLE,
    "round": MSO_SHAPE.ROUNDED_RECTANGLE,
    "oval": MSO_SHAPE.OVAL,
    "arrow": MSO_SHAPE.RIGHT_ARROW,
    "chevron": MSO_SHAPE.CHEVRON,
    "pentagon": MSO_SHAPE.PENTAGON,
    "diamond": MSO_SHAPE.DIAMOND,
    "triangle": MSO_SHAPE.ISOSCELES_TRIANGLE,
    "bubble": MSO_SHAPE.ROUNDED_RECTANGULAR_CALLOUT,
    "moon": MSO_SHAPE.MOON,
    "drop": MSO_SHAPE.TEAR,
    "donut": MSO_SHAPE.DONUT,
    "no": MSO_SHAPE.NO_SYMBOL,
    "house": MSO_SHAPE.PENTAGON,
    "up": MSO_SHAPE.UP_ARROW,
    "down": MSO_SHAPE.DOWN_ARROW,
    "sun": MSO_SHAPE.SUN,
    "heart": MSO_SHAPE.HEART,
    "hexagon": MSO_SHAPE.HEXAGON,
    "arc": MSO_SHAPE.BLOCK_ARC,
    "plus": MSO_SHAPE.CROSS,
    "fold": MSO_SHAPE.FOLDED_CORNER,
}


def px(value: float) -> Emu:
    return Emu(int(value * 9525))


def colour(value: str) -> RGBColor:
    return RGBColor.from_string(value.lstrip("#").upper())


class Typesetter(Protocol):
    """The part of a deck that a canvas needs: its fonts, and a list of texts that do not fit."""

    overflows: list[str]
    count: int
    ink: str
    face: str

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
    ) -> None: ...


@dataclass
class Canvas:
    """A slide, or a group of shapes on it."""

    deck: Typesetter
    shapes: Any

    def shape(
        self,
        kind: str,
        x: float,
        y: float,
        w: float,
        h: float,
        *,
        fill: str | None = None,
        line: str | None = None,
        weight: float = 1.5,
        dash: bool = False,
        text: str = "",
        size: float = 16,
        ink: str | None = None,
        bold: bool = False,
        align: str = "center",
        anchor: str = "middle",
        pad: float = 8,
        face: str | None = None,
        leading: float = 1.35,
        turn: float = 0,
        adjust: Sequence[float] = (),
    ) -> Any:
        shape = self.shapes.add_shape(SHAPES[kind], px(x), px(y), px(w), px(h))
        _remove_shadow(shape)
        for index, value in enumerate(adjust):
            shape.adjustments[index] = value
        if kind == "round" and not adjust:
            shape.adjustments[0] = min(0.5, 8 / min(w, h))
        shape.rotation = turn
        if fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = colour(fill)
        else:
            shape.fill.background()
        if line:
            shape.line.color.rgb = colour(line)
            shape.line.width = Pt(weight)
            if dash:
                shape.line.dash_style = MSO_LINE.DASH
        else:
            shape.line.fill.background()
        if text:
            # The text frame of these shapes is smaller than the shape already.
            pad = 0 if kind in ("oval", "hexagon", "diamond") else pad
            self.set_text(shape.text_frame, text, w, h, size, ink, bold, align, anchor, pad, face, leading)
        return shape

    def text(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        text: str,
        size: float = 16,
        *,
        ink: str | None = None,
        bold: bool = False,
        align: str = "left",
        anchor: str = "top",
        face: str | None = None,
        leading: float = 1.45,
    ) -> Any:
        shape = self.shapes.add_textbox(px(x), px(y), px(w), px(h))
        self.set_text(shape.text_frame, text, w, h, size, ink, bold, align, anchor, 0, face, leading)
        return shape

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        ink: str,
        weight: float = 1.5,
        *,
        dash: bool = False,
        head: bool = False,
    ) -> Any:
        connector = self.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, px(x1), px(y1), px(x2), px(y2))
        connector.line.color.rgb = colour(ink)
        connector.line.width = Pt(weight)
        if dash:
            connector.line.dash_style = MSO_LINE.DASH
        if head:
            properties = connector.line._get_or_add_ln()
            etree.SubElement(properties, qn("a:tailEnd"), {"type": "triangle", "w": "med", "len": "med"})
        return connector

    def curve(
        self, points: Sequence[tuple[float, float]], ink: str, weight: float = 2, *, fill: str | None = None
    ) -> Any:
        """A polyline through the points; closed and filled when ``fill`` is given."""
        (x, y), *rest = points
        builder = self.shapes.build_freeform(px(x), px(y), scale=1.0)
        builder.add_line_segments([(px(a), px(b)) for a, b in rest], close=fill is not None)
        shape = builder.convert_to_shape()
        _remove_shadow(shape)
        if fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = colour(fill)
        else:
            shape.fill.background()
        shape.line.color.rgb = colour(ink)
        shape.line.width = Pt(weight)
        return shape

    def set_text(
        self,
        frame: Any,
        text: str,
        w: float,
        h: float,
        size: float,
        ink: str | None,
        bold: bool,
        align: str,
        anchor: str,
        pad: float,
        face: str | None,
        leading: float,
    ) -> None:
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = px(pad)
        frame.margin_top = frame.margin_bottom = px(min(pad, 4))
        frame.vertical_anchor = ANCHOR[anchor]
        if text_height(text, size, w - 2 * pad, leading) > h + size * 0.6:
            self.deck.overflows.append(f"{self.deck.count}: {text[:24]}")
        for index, line in enumerate(text.split("\n")):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            self.deck.add_runs(paragraph, line, size=size, ink=ink, bold=bold, align=align, face=face, leading=leading)


def _remove_shadow(shape: Any) -> None:
    """LibreOffice draws the theme's shadow despite an empty effect list, so delete the reference as well."""
    shape.shadow.inherit = False
    for reference in shape._element.iter(qn("a:effectRef")):
        reference.set("idx", "0")
