"""Shapes, lines and letters on a 1280 x 720 surface: a slide, or a group on it.

Sizes of letters are points, everything else is pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from demo.lettering import height

if TYPE_CHECKING:
    from demo.deck import Deck

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


@dataclass
class Canvas:
    """Something shapes can be drawn on: a slide, or a group on it."""

    deck: Deck
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
        _flat(shape)
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
            pad = (
                0 if kind in ("oval", "hexagon", "diamond") else pad
            )  # their text already keeps to the inner rectangle
            self.letter(shape.text_frame, text, w, h, size, ink, bold, align, anchor, pad, face, leading)
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
        self.letter(shape.text_frame, text, w, h, size, ink, bold, align, anchor, 0, face, leading)
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
        _flat(shape)
        if fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = colour(fill)
        else:
            shape.fill.background()
        shape.line.color.rgb = colour(ink)
        shape.line.width = Pt(weight)
        return shape

    def letter(
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
        if height(text, size, w - 2 * pad, leading) > h + size * 0.6:
            self.deck.overflows.append(f"{self.deck.count}: {text[:24]}")
        for index, line in enumerate(text.split("\n")):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            self.deck.run_on(paragraph, line, size=size, ink=ink, bold=bold, align=align, face=face, leading=leading)


def _flat(shape: Any) -> None:
    """No shadow: LibreOffice draws the theme's in spite of an empty effect list, so the reference goes too."""
    shape.shadow.inherit = False
    for reference in shape._element.iter(qn("a:effectRef")):
        reference.set("idx", "0")
