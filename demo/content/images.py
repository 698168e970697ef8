"""Images drawn with Pillow: two wall charts, and the seven steps as an animation."""

from __future__ import annotations

import io
import math
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from demo import NOTICE
from demo.content.decks.handwashing import STEPS
from demo.formats.fonts import noto_cjk

TEAL, INK, PALE, SAND, GOLD = "#1d6670", "#14302f", "#e6f1f1", "#fbf1de", "#b87514"


def _font(size: int, *, bold: bool = False) -> Any:
    face = noto_cjk(bold=bold)
    return ImageFont.truetype(str(face.path), size, index=face.index)


def _centred(
    draw: Any, box: tuple[float, float, float, float], text: str, size: int, ink: str, *, bold: bool = False
) -> None:
    font = _font(size, bold=bold)
    left, top, right, bottom = draw.multiline_textbbox((0, 0), text, font=font, align="center", spacing=size * 0.4)
    x = (box[0] + box[2] - right - left) / 2
    y = (box[1] + box[3] - bottom - top) / 2
    draw.multiline_text((x, y), text, font=font, fill=ink, align="center", spacing=size * 0.4)


def washing_chart() -> bytes:
    """A portrait poster for the washing place (PNG, 1240 x 1754)."""
    picture = Image.new("RGB", (1240, 1754), "#ffffff")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1240, 250), fill=TEAL)
    _centred(draw, (0, 20, 1240, 150), "七步洗手，不少于 20 秒", 84, "#ffffff", bold=True)
    _centred(draw, (0, 150, 1240, 230), "内外夹弓大立腕", 52, "#cfe4e2")
    for index, (word, name, how) in enumerate(STEPS):
        y = 290 + index * 176
        draw.rounded_rectangle((60, y, 1180, y + 156), 18, fill=PALE if index % 2 == 0 else SAND)
        draw.ellipse((90, y + 14, 218, y + 142), fill=TEAL if index % 2 == 0 else GOLD)
        _centred(draw, (90, y + 14, 218, y + 142), word, 66, "#ffffff", bold=True)
        draw.text((260, y + 22), name, font=_font(46, bold=True), fill=INK)
        draw.text((260, y + 90), how, font=_font(36), fill=INK)
        draw.text((1090, y + 96), str(index + 1), font=_font(40, bold=True), fill=TEAL)
    _centred(draw, (0, 1540, 1240, 1640), "先湿手，揉搓时关水；冲净，擦干", 44, INK, bold=True)
    _centred(draw, (0, 1680, 1240, 1740), NOTICE, 28, "#777777")
    return _png(picture)


def texture_chart() -> bytes:
    """The staircase of textures for a kitchen wall (JPEG, 1754 x 1240)."""
    picture = Image.new("RGB", (1754, 1240), "#fffaf3")
    draw = ImageDraw.Draw(picture)
    _centred(draw, (0, 40, 1754, 150), "从稀到稠，从细到粗", 84, "#3d2413", bold=True)
    steps = [
        ("泥糊", "6 月龄起", "挂勺不滴", "#f3d7b8"),
        ("末、碎", "7～9 月", "舌能压碎", "#e9bd8d"),
        ("粒、小块", "10～12 月", "牙龈能嚼", "#d98f52"),
        ("软烂块", "13～24 月", "家常饭切软", "#b2571a"),
    ]
    for index, (name, months, test, fill) in enumerate(steps):
        x, top = 100 + index * 390, 860 - index * 150
        draw.rectangle((x, top, x + 370, 1060), fill=fill)
        _centred(draw, (x, top - 170, x + 370, top - 90), name, 60, "#3d2413", bold=True)
        _centred(draw, (x, top - 90, x + 370, top - 20), months, 44, "#6b4a33")
        _centred(draw, (x, 960, x + 370, 1050), test, 40, "#3d2413" if index < 2 else "#ffffff", bold=True)
    _centred(draw, (0, 1080, 1754, 1150), "月龄只是参考：看孩子的咀嚼与吞咽", 46, "#3d2413")
    _centred(draw, (0, 1170, 1754, 1220), NOTICE, 28, "#85664f")
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=88)
    return target.getvalue()


def washing_animation() -> bytes:
    """Seven steps, one after the other, with a ring that fills (GIF, 640 x 400, about twenty seconds)."""
    frames = []
    for index, (word, name, how) in enumerate(STEPS):
        for beat in range(4):
            picture = Image.new("RGB", (640, 400), "#ffffff")
            draw = ImageDraw.Draw(picture)
            draw.rectangle((0, 0, 640, 64), fill=TEAL)
            draw.text((24, 12), f"第 {index + 1} 步　{name}", font=_font(28, bold=True), fill="#ffffff")
            draw.ellipse((56, 104, 256, 304), outline=PALE, width=16)
            draw.arc((56, 104, 256, 304), -90, -90 + 360 * (index * 4 + beat + 1) / 28, fill=GOLD, width=16)
            _centred(draw, (56, 104, 256, 304), word, 96, TEAL, bold=True)
            for hand in (0, 1):
                shift = (6, 14, 6, -2)[beat] * (1 if hand else -1)
                angle = math.radians(20 if hand else -20)
                x, y = 390 + hand * 110 + shift, 200
                draw.ellipse((x - 46, y - 30, x + 46, y + 62), fill="#f0d9c0", outline="#8a6a4c", width=3)
                for finger in range(4):
                    reach = 62 if finger in (1, 2) else 50
                    tip = (x - 33 + finger * 22 + reach * math.sin(angle) * 0.3, y - reach)
                    draw.line(((x - 33 + finger * 22, y), tip), fill="#8a6a4c", width=22)
                    draw.line(((x - 33 + finger * 22, y), tip), fill="#f0d9c0", width=17)
            draw.text((300, 290), how[:14], font=_font(22), fill=INK)
            draw.text((300, 322), how[14:], font=_font(22), fill=INK)
            _centred(draw, (0, 366, 640, 396), NOTICE, 16, "#777777")
            frames.append(picture.quantize(64))
    target = io.BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:], duration=720, loop=0)
    return target.getvalue()


def _png(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()
