"""Run one command of the child on some bytes, as the services do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resources.processing import sandbox
from resources.processing.extract import RESULT


@dataclass
class ChildAnswer:
    ended: sandbox.Ended
    lines: list[dict[str, Any]]
    folder: Path
    pages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def last(self) -> dict[str, Any]:
        return self.lines[-1] if self.lines else {}

    @property
    def text(self) -> str:
        return "\n".join(page["text"] for page in self.pages)


def run(
    folder: Path,
    command: str,
    content: bytes,
    *,
    name: str = "source",
    limits: sandbox.Limits | None = None,
    **asked: Any,
) -> ChildAnswer:
    place = sandbox.new_folder(folder, "work")
    (place / name).write_bytes(content)
    lines: list[dict[str, Any]] = []
    limits = limits or sandbox.Limits()
    outcome = sandbox.run(command, {"name": name, **asked}, folder=place, limits=limits, report=lines.append)
    result = place / RESULT
    pages = [json.loads(line) for line in result.read_text().splitlines()] if result.exists() else []
    return ChildAnswer(outcome.ended, lines, place, pages)


def inspect(folder: Path, content: bytes, declared_name: str, *, whole: bool = True) -> dict[str, Any]:
    return run(folder, "inspect", content, declared_name=declared_name, whole=whole).last


def extract(folder: Path, content: bytes, extractor: str) -> ChildAnswer:
    return run(folder, "extract", content, extractor=extractor)
