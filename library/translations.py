"""Compiles the Chinese catalogues and lists messages that lack Chinese, without gettext's binaries.

``python -m library.translations`` does both; with ``--compile`` it only compiles.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, mofile, pofile
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
CATALOGUE = LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"
SOURCES = ("library", "demo", "home", "lessons", "search", "resources", "members", "common")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "_lazy": None,
}

Message = str | tuple[str, ...]


def used() -> Iterator[tuple[Message, str]]:
    """Every message the sources use, with the file that uses it."""
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix == ".py" and "migrations" not in path.parts:
                source = path.read_bytes()
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                text = templatize(path.read_text(encoding="utf-8"))
                # The Python extractor would fail on a template's indentation.
                source = "\n".join(line.lstrip() for line in text.splitlines()).encode()
            else:
                continue
            for _line, message, _comments, _context in extract("python", io.BytesIO(source), keywords=KEYWORDS):
                yield message, str(path.relative_to(ROOT))


def read() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return pofile.read_po(file, locale="zh_Hans")


def missing() -> dict[str, str]:
    """Messages without Chinese → the file that uses them."""
    catalogue = read()
    found: dict[str, str] = {}
    for message, path in used():
        # Babel puts the context first; the catalogue distinguishes messages by it itself.
        key = message if isinstance(message, str) else tuple(part for part in message if part is not None)
        first = key if isinstance(key, str) else key[0]
        if not first.strip():
            continue
        entry = catalogue.get(first)
        text = entry.string if entry else ""
        if not (text if isinstance(text, str) else all(text or ("",))):
            found.setdefault(first, path)
    return found


def compile_catalogues() -> None:
    """Write the .mo files. pybabel's own command fails: it takes “{percent}% in all” for a printf format."""
    for path in sorted(LOCALE.rglob("*.po")):
        with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
            mofile.write_mo(target, pofile.read_po(source, locale="zh_Hans"))


def main() -> int:
    compile_catalogues()
    if "--compile" in sys.argv:
        return 0
    lacking = missing()
    for message, path in lacking.items():
        print(f"no Chinese: {path}: {message!r}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
