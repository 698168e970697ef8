"""Print what the library reads in a file, page by page. Stores nothing and needs no database row."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from resources.management.file_reader import FileReading, ReadPage
from resources.management.file_reader import read_file as read
from resources.processing import sandbox

LINE = 100
"""Characters of a page's text that are printed without ``--json``."""


class Command(BaseCommand):
    help = "Print what the library reads in a file, page by page, in the sandbox of the preview. Stores nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="One JSON object with the whole texts.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path} is not a file.")
        with tempfile.TemporaryDirectory(prefix="read_file-") as parent:
            try:
                reading = read(path, folder=sandbox.new_folder(Path(parent), "work"))
            except sandbox.SandboxUnavailable as error:
                raise CommandError(f"The subprocess could not be started: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(reading), ensure_ascii=False, indent=1))
        else:
            self.print(reading)

    def print(self, reading: FileReading) -> None:
        for each in reading.pages:
            page = each.page
            shown = " ".join((page.text or page.notes).split())
            begins = f"{page.number:>4} {each.source or '-':<8} {len(page.boxes):>5} boxes {page.took:7.3f} s"
            self.stdout.write(f"{begins}  {page.label}{' | ' if page.label else ''}{shown[:LINE]}")
        said = {
            "kind": reading.kind,
            "family": reading.family,
            "language": reading.language,
            "title": reading.title,
            "reason": reading.reason,
            "pages": len(reading.pages),
            "took": f"{reading.took:.2f} s",
        }
        self.stdout.write("  ".join(f"{name}: {value}" for name, value in said.items() if value))


def _as_json(reading: FileReading) -> dict[str, Any]:
    return {
        "pages": [_page_as_json(each) for each in reading.pages],
        "kind": reading.kind,
        "family": reading.family,
        "language": reading.language,
        "title": reading.title,
        "reason": reading.reason,
        "took": round(reading.took, 3),
    }


def _page_as_json(each: ReadPage) -> dict[str, Any]:
    page = each.page
    return {
        "number": page.number,
        "label": page.label,
        "start_second": None,
        "source": each.source,
        "text": page.text,
        "notes": page.notes,
        "boxes": len(page.boxes),
        "took": page.took,
    }
