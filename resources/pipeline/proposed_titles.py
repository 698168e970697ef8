"""Propose a title from the names of files.

Office files and PDFs come before pictures. A camera's or a phone's name (IMG_2031) is used only when there is no other.
Endings such as “最新终稿（2）” are cut off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from common.text import one_line
from resources.processing import formats

MAX_TITLE = 200

KINDS = (
    (formats.SLIDES,),
    (formats.DOCUMENT, formats.PDF),
    (formats.SHEET, formats.EBOOK, formats.PACKAGE, formats.TEXT),
    (formats.VIDEO, formats.AUDIO),
    (formats.IMAGE,),
)
"""From the kinds that name a resource best to those that name it worst. All others come last."""
RANKS = {kind: rank for rank, kinds in enumerate(KINDS) for kind in kinds}

_SEPARATORS = r"[\s_\-—·.、，,+]*"
_ENDINGS = re.compile(
    _SEPARATORS
    + r"(?:"
    + r"[（(【\[]\s*(?:\d{1,3}|最新|终稿|定稿|最终版?|修改版?|副本|copy|final)\s*[）)】\]]"
    + r"|(?:最新|最终|最后|修改|修订|修正|改|更新|完整|提交|上传|打印)+(?:版本|版|稿)\d?"
    + r"|最新|最终|终稿|终版|定稿|定版|初稿|草稿|副本\s*\d*"
    + r"|(?<![a-z])(?:final|copy|draft|latest|new)\s*\d*"
    + r"|(?<![a-z0-9])v\d+(?:\.\d+)*"
    + r"|(?<!\d)20\d\d[-.年_]?(?:0?[1-9]|1[0-2])[-.月_]?(?:0?[1-9]|[12]\d|3[01])日?"
    + r")$",
    re.IGNORECASE,
)
_MEANINGLESS = re.compile(
    r"(?:img|dsc[nf]?|pxl|vid|mvi|mov|wp|screenshots?|scan|image|photo|video|untitled|presentation|document|book|sheet|"
    r"mmexport|wx_camera|微信图片|微信截图|qq图片|qq截图|屏幕截图|屏幕录制|截图|截屏|扫描件?|照片|图片|录屏|视频|"
    r"新建\s?[a-z ]*\s?(?:演示文稿|文档|文件|文本文档|工作表|幻灯片)?|未命名|无标题|演示文稿|幻灯片|文档|工作簿)?"
    r"[\s_\-—（()）.\d:x]*",
    re.IGNORECASE,
)
_HEX = re.compile(r"[0-9a-f\-]{16,}", re.IGNORECASE)


def propose_title(names: Sequence[str]) -> str:
    """The title that file names suggest, empty without files."""
    ranked = sorted(names, key=lambda name: (is_meaningless(PurePath(name).stem), _rank(name)))
    return one_line(without_ending(PurePath(ranked[0]).stem))[:MAX_TITLE] if ranked else ""


def without_ending(stem: str) -> str:
    """``七步洗手法-最新终稿（2）`` is 七步洗手法. A name that is nothing but endings stays."""
    short = stem.strip()
    while (cut := _ENDINGS.sub("", short).strip()) != short and cut:
        short = cut
    return re.sub(_SEPARATORS + "$", "", short) or stem


def is_meaningless(stem: str) -> bool:
    """Whether a camera, a phone or an office program made up the name."""
    return bool(_MEANINGLESS.fullmatch(stem) or _HEX.fullmatch(stem))


def _rank(name: str) -> int:
    found = formats.BY_EXTENSION.get(formats.extension_of(name))
    return RANKS.get(found.kind, len(KINDS)) if found else len(KINDS)
