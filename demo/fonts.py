"""A Han face for what is drawn here (PDF pages and pictures). Office files need none: they only name one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
SIMPLIFIED = 2
"""Where the Simplified Chinese face lies inside the Noto CJK collections."""


class NoHanFont(Exception):
    """No Noto CJK font is installed; Debian's package is fonts-noto-cjk."""


@dataclass(frozen=True, slots=True)
class Face:
    path: Path
    index: int


@cache
def han(*, bold: bool = False, serif: bool = False) -> Face:
    """Raises NoHanFont."""
    name = f"Noto{'Serif' if serif else 'Sans'}CJK-{'Bold' if bold else 'Regular'}.ttc"
    for folder in FOLDERS:
        for path in sorted(folder.rglob(name)) if folder.is_dir() else ():
            return Face(path, SIMPLIFIED)
    raise NoHanFont(name)
