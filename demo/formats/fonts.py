"""The installed Noto CJK font, for PDF files and images. Office files only name a font."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
SIMPLIFIED = 2
"""Index of the Simplified Chinese font in a Noto CJK collection file."""


class NoCjkFont(Exception):
    """No Noto CJK font is installed; Debian's package is fonts-noto-cjk."""


@dataclass(frozen=True, slots=True)
class Face:
    path: Path
    index: int


@cache
def noto_cjk(*, bold: bool = False, serif: bool = False) -> Face:
    """The font file. Raises NoCjkFont."""
    name = f"Noto{'Serif' if serif else 'Sans'}CJK-{'Bold' if bold else 'Regular'}.ttc"
    for folder in FOLDERS:
        for path in sorted(folder.rglob(name)) if folder.is_dir() else ():
            return Face(path, SIMPLIFIED)
    raise NoCjkFont(name)
