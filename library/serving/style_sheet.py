"""The site's style sheet: one file for browsers, made of one source file per component.

Reasons: docs/decisions/0024-style-sheets.md.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from library.environment import ROOT

SOURCES = ROOT / "common" / "static" / "css"
INDEX = SOURCES / "index.css"
NAME = "css/site.css"
IMPORT = re.compile(r'^@import url\("([\w/.-]+)"\);$', re.MULTILINE)


class StyleSheetFinder(BaseFinder):
    """Finds ``css/site.css``, the imports of ``css/index.css`` joined into one generated file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=Path(settings.VAR) / "generated-static")

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The path of the file; with ``find_all`` a list of it. Empty for every other name."""
        if path != NAME:
            return []
        found = str(self._current())
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        self._current()
        yield NAME, self.storage

    def _current(self) -> Path:
        path, text = Path(self.storage.path(NAME)), joined()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            _replace(path, text)
        return path


def joined() -> str:
    """The imported files, in the order of the index."""
    names = IMPORT.findall(INDEX.read_text(encoding="utf-8"))
    return "\n".join((SOURCES / name).read_text(encoding="utf-8") for name in names)


def _replace(path: Path, text: str) -> None:
    """Write the file in one step: another process may be serving it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)
