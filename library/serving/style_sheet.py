"""The style sheets of the site and of the admin: one file each, made of many source files.

Reasons: docs/decisions/0024-style-sheets.md.
"""

from __future__ import annotations

import gzip
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
ADMIN_NAME = "css/admin.css"
SHEETS = {NAME: INDEX, ADMIN_NAME: SOURCES / "admin" / "index.css"}
THEMES = {':root:not([data-theme="light"])': ".w-theme-system", ':root[data-theme="dark"]': ".w-theme-dark"}
"""Selectors of our themes → classes that Wagtail's own switch of themes puts on the document."""

IMPORT = re.compile(r'^@import url\("([\w/.-]+)"\);$', re.MULTILINE)


class StyleSheetFinder(BaseFinder):
    """Finds ``css/site.css`` and ``css/admin.css``, generated from the imports of their index files."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=Path(settings.VAR) / "generated-static")

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The path of the file; with ``find_all`` a list of it. Empty for every other name."""
        if path not in SHEETS:
            return []
        found = str(self._current(path))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in SHEETS:
            self._current(name)
            yield name, self.storage
            if getattr(settings, "WHITENOISE_USE_FINDERS", False):
                # WhiteNoise sends it to browsers that take it. Elsewhere collectstatic writes it.
                yield f"{name}.gz", self.storage

    def _current(self, name: str) -> Path:
        path, text = Path(self.storage.path(name)), joined(name)
        small = path.with_name(f"{path.name}.gz")
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            small.unlink(missing_ok=True)
            _replace(path, text.encode())
        if not small.exists():
            _replace(small, gzip.compress(text.encode(), mtime=0))
        return path


def joined(name: str = NAME) -> str:
    """The imported files, in the order of the index; for the admin with Wagtail's classes of themes."""
    index = SHEETS[name]
    sources = [(index.parent / each).resolve() for each in IMPORT.findall(index.read_text(encoding="utf-8"))]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    if name == ADMIN_NAME:
        for ours, wagtails in THEMES.items():
            text = text.replace(ours, wagtails)
    return text


def _replace(path: Path, content: bytes) -> None:
    """Write the file in one step: another process may be serving it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)
