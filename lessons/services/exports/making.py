"""Make the file of each format in a working folder. User files are opened in the sandbox only."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lessons.decks.archive import ArchiveFile, write_archive
from lessons.decks.plan import write_plan
from lessons.services.exports.plans import LANGUAGE, Prepared, credit_of, terms_lines
from lessons.services.exports.selection import Selection
from lessons.services.exports.subjects import Entry
from resources.catalogue.licence_terms import licence_terms, whole_terms
from resources.delivery.downloads import file_name
from resources.models import Licence
from resources.processing import sandbox
from resources.processing.sandbox import GB, MB, Ended, Limits
from resources.storage import get_store

PLAN = "plan.json"
OWN, OWN_PDF = "own.pptx", "converted/own.pdf"
BUILD = Limits(memory=2 * GB, cpu=600, wall=900, file_size=8 * GB, disk=20 * GB, output=4 * MB)
# LibreOffice maps far more memory than it uses.
CONVERT = Limits(memory=6 * GB, cpu=120, wall=180, file_size=GB, disk=20 * GB, output=MB)
MOST_BYTES = 8 * GB
"""All sources of one deck."""
Progress = Callable[[int], None]


class MakingFailed(Exception):
    """The file can't be made. ``reason``: a code of messages.py."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason


def make_pptx(prepared: Prepared, folder: Path, progress: Progress) -> tuple[Path, dict[str, Any]]:
    _fetch(prepared, folder)
    answer = _run("lessons.decks.deck:build", {"plan": PLAN, "name": "deck.pptx"}, folder, BUILD, progress)
    return folder / "deck.pptx", answer


def make_pdf(prepared: Prepared, folder: Path, progress: Progress) -> tuple[Path, dict[str, Any]]:
    _fetch(prepared, folder)
    _run("lessons.decks.deck:build_own", {"plan": PLAN, "name": OWN}, folder, BUILD, progress)
    converted = _run("convert", {"name": OWN, "kind": "slides"}, folder, CONVERT, progress)
    if converted.get("made") != OWN_PDF:
        raise MakingFailed("no_office", str(converted))
    shutil.rmtree(folder / "profile", ignore_errors=True)
    arguments = {"plan": PLAN, "name": "deck.pdf", "own": OWN_PDF}
    answer = _run("lessons.decks.pdf:assemble", arguments, folder, BUILD, progress)
    return folder / "deck.pdf", answer


def make_zip(selection: Selection, folder: Path, progress: Progress) -> tuple[Path, dict[str, Any]]:
    """The originals, copied from the store without being opened."""
    path = folder / "files.zip"
    with override(LANGUAGE):
        write_archive(
            path,
            [_archive_file(selection, entry) for entry in selection.files],
            columns=[
                _("File"),
                _("Title"),
                _("Creators"),
                _("School"),
                _("Licensed as"),
                _("Citation"),
                _("Web address"),
                "SHA-256",
            ],
            texts=_licence_texts(selection),
            report=progress,
            when=timezone.localtime().replace(tzinfo=None),
        )
    return path, {"pages": 0}


def _archive_file(selection: Selection, entry: Entry) -> ArchiveFile:
    blob = entry.blob.canonical
    credit = credit_of(entry)
    several = len({file.resource.pk for file in selection.files}) > 1
    return ArchiveFile(
        folder=entry.resource.title if several else "",
        name=file_name(entry.name, entry.blob),
        size=blob.size,
        chunks=lambda: get_store().read(str(blob.key)),
        row=[
            *(credit.title, credit.authors, credit.school, credit.licence),
            credit.citation,
            credit.url,
            blob.sha256 or "",
        ],
    )


def _licence_texts(selection: Selection) -> dict[str, str]:
    """One text for each licence, and what holds for the whole."""
    lines = [f"{selection.subject.title}\n", *terms_lines(whole_terms(selection.together.conditions))]
    texts = {_("About these files") + ".txt": "\n".join(lines) + "\n"}
    by_licence = {entry.resource.licence: entry.resource for entry in selection.files if entry.resource.licence}
    for licence, resource in by_licence.items():
        terms = [("" if term.allowed else "× ") + term.text for term in licence_terms(resource)[1:]]
        texts[_("Licensed as") + f" {licence.label_zh}.txt"] = _licence_text(licence, terms)
    return texts


def _licence_text(licence: Licence, terms: list[str]) -> str:
    return "\n".join(filter(None, [licence.label_zh, licence.statement, licence.url, "", *terms])) + "\n"


def _fetch(prepared: Prepared, folder: Path) -> None:
    if prepared.bytes > MOST_BYTES:
        raise MakingFailed("too_large")
    write_plan(prepared.plan, folder / PLAN)
    for name, key in prepared.objects.items():
        get_store().fetch(key, folder / name)


def _run(command: str, arguments: dict[str, Any], folder: Path, limits: Limits, progress: Progress) -> dict[str, Any]:
    """Run a command in the sandbox; returns its answer."""
    answer: dict[str, Any] = {}

    def take(message: dict[str, Any]) -> None:
        if isinstance(page := message.get("page"), int):
            progress(page)
        else:
            answer.update(message)

    outcome = sandbox.run(command, arguments, folder=folder, limits=limits, report=take)
    if outcome.ended is Ended.WELL:
        return answer
    reasons = {Ended.TIMED_OUT: "too_slow", Ended.TOO_DEMANDING: "too_large"}
    raise MakingFailed(reasons.get(outcome.ended, "crashed"), outcome.stderr[-500:])
