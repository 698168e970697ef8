"""Read a file that is not in the library with the subprocesses of the preview, and store nothing."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from resources.pipeline.page_store import ExtractedPage, InvalidResult, read_pages
from resources.pipeline.preview import CODES, CONVERT, CONVERTED, EXTRACT, INSPECT, MAX_SIZE, TIME_FOR_ALL
from resources.processing import formats, sandbox
from resources.processing.extract import RESULT
from resources.processing.outcome_codes import OutcomeCode
from resources.processing.preview_plan import PreviewPlan, plan_for
from resources.processing.render import office
from resources.processing.sandbox import Ended, Limits

CAPTIONS = frozenset({"srt", "vtt"})
LATIN_WORD = re.compile(r"[a-zà-öø-ÿ]+")
HAN, KANA, HANGUL = ("\u3400", "\u9fff"), ("\u3040", "\u30ff"), ("\uac00", "\ud7af")
SAMPLE = 20_000
"""Characters by which the language is told."""
ASIAN_SHARE = 0.3
"""The share of Han characters, among them and Latin words, in a Chinese text with many foreign words and formulas."""
COMMON_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "is",
        "for",
        "that",
        "with",
        "on",
        "as",
        "are",
        "it",
        "be",
        "this",
        "by",
        "or",
        "from",
        "at",
        "an",
        "not",
    ]
)
COMMON_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class ReadPage:
    """``source``: where the text comes from: ``text``, ``notes`` or ``caption``; empty without text.

    ``took``: seconds in the extractor.
    """

    page: ExtractedPage
    source: str


@dataclass(frozen=True, slots=True)
class FileReading:
    """``reason``: the OutcomeCode why there are no pages or no page images, or empty.

    ``language``: ``zh``, ``ja``, ``ko``, ``en`` or empty. ``took``: seconds for all steps.
    """

    kind: str
    family: str
    title: str
    language: str
    reason: str
    pages: tuple[ReadPage, ...]
    took: float


class _Ended(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_file(path: Path, *, folder: Path) -> FileReading:
    """What the library reads in a file. ``folder``: a private one of ``sandbox.new_folder``."""
    begun = time.monotonic()
    reader = _Reader(path, folder)
    try:
        reason = reader.read()
    except _Ended as end:
        reason = end.code
    except InvalidResult:
        reason = OutcomeCode.CRASHED
    source = "caption" if reader.extension in CAPTIONS else "text"
    pages = tuple(ReadPage(page, _source(page, source)) for page in reader.pages)
    return FileReading(
        kind=reader.kind,
        family=reader.family,
        title=reader.title,
        language=language_of("\n".join(f"{each.page.text}\n{each.page.notes}" for each in pages)),
        reason=str(reason),
        pages=pages,
        took=time.monotonic() - begun,
    )


def _source(page: ExtractedPage, source: str) -> str:
    if page.text:
        return source
    return "notes" if page.notes else ""


class _Reader:
    """The steps of one file, as ``preview.PreviewBuilder`` takes them, without page images."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self.folder = path, folder
        self.extension = formats.extension_of(path.name)
        self.source = f"source.{self.extension if self.extension in formats.BY_EXTENSION else 'bin'}"
        self.kind, self.family, self.title = formats.OTHER, "", ""
        self.pages: Sequence[ExtractedPage] = ()
        self.deadline = time.monotonic() + TIME_FOR_ALL

    def read(self) -> str:
        """Read the pages; returns the outcome code, or empty."""
        plan = self.plan()
        if plan.renderer == "image":
            self.pages = [ExtractedPage(number=1)]
            return OutcomeCode.NO_TEXT
        pages_follow = plan.pages_from_pdf and office.available()
        if plan.extractor and not pages_follow:
            self.pages = self.extract(self.source, plan.extractor)
        if not plan.convert:
            return self.shortcoming()
        try:
            self.read_converted(plan)
        except _Ended as end:
            if not (plan.extractor and plan.pages_from_pdf):
                return end.code
            self.pages = self.extract(self.source, plan.extractor)
            return end.code
        return self.shortcoming()

    def shortcoming(self) -> str:
        return "" if any(page.text or page.notes for page in self.pages) else OutcomeCode.NO_TEXT

    def plan(self) -> PreviewPlan:
        if self.path.stat().st_size > MAX_SIZE:
            raise _Ended(OutcomeCode.TOO_LARGE)
        shutil.copyfile(self.path, self.folder / self.source)
        answer = self.run("inspect", {"name": self.source, "declared_name": self.path.name, "whole": True}, INSPECT)
        self.kind, self.family = str(answer["kind"]), str(answer.get("family", ""))
        if unusable := answer.get("refused") or answer.get("unreadable"):
            raise _Ended(str(unusable))
        plan = plan_for(self.kind, self.family)
        if plan.no_preview:
            raise _Ended(plan.no_preview)
        return plan

    def run(self, command: str, arguments: dict[str, Any], limits: Limits) -> dict[str, Any]:
        messages: list[dict[str, Any]] = []
        stretched = sandbox.stretch(limits, times=1, deadline=self.deadline)
        outcome = sandbox.run(command, arguments, folder=self.folder, limits=stretched, report=messages.append)
        if outcome.ended is not Ended.WELL or not messages:
            raise _Ended(CODES.get(outcome.ended, OutcomeCode.CRASHED))
        return messages[-1]

    def extract(self, name: str, extractor: str) -> list[ExtractedPage]:
        answer = self.run("extract", {"name": name, "extractor": extractor}, EXTRACT)
        if answer.get("reason") or not answer.get("count"):
            raise _Ended(str(answer.get("reason") or OutcomeCode.DAMAGED))
        self.title = self.title or str(answer.get("title", ""))
        return list(read_pages(self.folder / RESULT))

    def read_converted(self, plan: PreviewPlan) -> None:
        """Take the pages of the converted file, or its boxes where the file's own pages stay."""
        if not office.available():
            raise _Ended(OutcomeCode.NO_RENDERER)
        answer = self.run("convert", {"name": self.source, "kind": plan.convert, "first": 0}, CONVERT)
        made = str(answer.get("made", ""))
        path = self.folder / made if made in CONVERTED else None
        if path is None or path.is_symlink() or path.parent.is_symlink() or not path.is_file():
            raise _Ended(str(answer.get("reason") or OutcomeCode.RENDER_FAILED))
        found = self.extract(made, "xlsx" if plan.convert == "sheet" else "pdf")
        if plan.pages_from_pdf or plan.convert == "sheet" or len(found) != len(self.pages):
            self.pages = found
        else:
            self.pages = [_with_boxes(own, shown) for own, shown in zip(self.pages, found, strict=True)]


def _with_boxes(own: ExtractedPage, shown: ExtractedPage) -> ExtractedPage:
    return replace(
        own,
        text=own.text or shown.text,
        boxes=shown.boxes,
        width=shown.width,
        height=shown.height,
        took=own.took + shown.took,
    )


def language_of(text: str) -> str:
    """The language of a text as ISO 639-1, or empty if it is none of ``zh``, ``ja``, ``ko`` and ``en``."""
    sample = text[:SAMPLE].lower()
    words = LATIN_WORD.findall(sample)
    han, kana, hangul = (sum(low <= each <= high for each in sample) for low, high in (HAN, KANA, HANGUL))
    units = len(words) + han + kana + hangul
    if not units:
        return ""
    if kana > 0.1 * units:
        return "ja"
    if hangul > ASIAN_SHARE * units:
        return "ko"
    if han > ASIAN_SHARE * units:
        return "zh"
    return "en" if sum(word in COMMON_ENGLISH for word in words) > COMMON_SHARE * len(words) else ""
