"""Titles that files give themselves."""

from __future__ import annotations

import re

from resources.processing.cleaning import clean, is_garbage

# Titles that programs write by default: "幻灯片 1", "Microsoft Word - 教案.doc", "<4D6963…>", "Untitled-1".
_DEFAULT_TITLE = re.compile(
    r"(幻灯片|slide|スライド|演示文稿|powerpoint 演示文稿|powerpoint[ -]?presentation|presentation|document|文档|无标题"
    r"|untitled)[ -]?\d*|<[0-9A-F]+>|https?://.*",
    re.IGNORECASE,
)
_PROGRAM = re.compile(r"^microsoft (word|powerpoint|excel) - ", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(docx?|pptx?|xlsx?|pdf|wps|dps|et)$", re.IGNORECASE)


def usable_title(title: str) -> str:
    """The title without what the program added; empty for a default title or an unreadable one."""
    title = _EXTENSION.sub("", _PROGRAM.sub("", " ".join(clean(title).split()))).strip()[:300]
    return "" if _DEFAULT_TITLE.fullmatch(title) or is_garbage(title) else title
