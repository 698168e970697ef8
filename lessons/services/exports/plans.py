"""From a selection to the plan of a deck, with the objects of the store that it needs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lessons.decks.plan import EDITABLE, Credit, DeckPlan, Pick, Section, Words
from lessons.models import ExportJob
from lessons.services.exports.selection import Chosen, Selection, pages_of
from lessons.services.exports.subjects import Entry
from resources.catalogue.citation import citation
from resources.catalogue.licence_terms import LicenceTerm, whole_terms
from resources.models import FileBlob, FilePage
from resources.models.file import rendition_key

MADE_WITH = 1
"""Grows when the same pages give another file."""
IMAGE_WIDTH = 1600
LANGUAGE = "zh-hans"
"""The language of a file is that of the site, not that of a job's process."""


@dataclass(slots=True)
class Prepared:
    """``objects``: file in the working folder → key in the store. ``fingerprint``: what decides the bytes."""

    plan: DeckPlan
    objects: dict[str, str] = field(default_factory=dict)
    fingerprint: list[Any] = field(default_factory=list)
    bytes: int = 0


def prepare_deck(selection: Selection, export: ExportJob) -> Prepared:
    """The plan of a PPTX or PDF."""
    with override(LANGUAGE):
        return _Preparation(selection, export).prepare()


class _Preparation:
    def __init__(self, selection: Selection, export: ExportJob) -> None:
        self.selection, self.export = selection, export
        self.rows = pages_of(selection)
        self.prepared = Prepared(DeckPlan(export.title, (), ()))
        self.files: dict[int, str] = {}
        self.credits: dict[int, int] = {}
        self.native = EDITABLE if export.format == ExportJob.Format.PPTX else "pdf"

    def prepare(self) -> Prepared:
        options = self.export.options
        credits = tuple(self._credits())
        sections = tuple(
            Section(
                part.name or self.export.title,
                tuple(pick for chosen in part.chosen for pick in self._picks(chosen)),
                divider=bool(part.name and options.get("dividers")),
            )
            for part in self.selection.parts
            if part.chosen
        )
        self.prepared.plan = DeckPlan(
            self.export.title,
            sections,
            credits,
            terms=tuple(terms_lines(whole_terms(self.selection.together.conditions))),
            corner=bool(options.get("corner")),
            words=Words(_("Sources and credits"), _("page %s"), _("Licensed as")),
        )
        self.prepared.fingerprint += [MADE_WITH, self.export.format, asdict(self.prepared.plan)]
        return self.prepared

    def _credits(self) -> list[Credit]:
        made: list[Credit] = []
        for entry in self.selection.files:
            if entry.version.pk not in self.credits:
                self.credits[entry.version.pk] = len(made)
                made.append(credit_of(entry))
        return made

    def _picks(self, chosen: Chosen) -> list[Pick]:
        entry = chosen.entry
        blob = entry.blob.canonical
        path = self._file(blob)
        picks = []
        for position, number in enumerate(chosen.pages):
            row = self.rows.get((blob.pk, number))
            note = entry.note if position == 0 and self.export.options.get("notes") else ""
            picks.append(
                Pick(
                    path=path,
                    format=blob.extension,
                    page=number,
                    image=self._image(blob, row),
                    text=_text_of(row),
                    label=row.label if row else "",
                    credit=self.credits[entry.version.pk],
                    note=note,
                )
            )
        return picks

    def _file(self, blob: FileBlob) -> str:
        """The name of the source in the working folder; empty if its pages come as images."""
        if blob.extension != self.native:
            return ""
        if blob.pk not in self.files:
            self.files[blob.pk] = name = f"source{len(self.files)}.{self.native}"
            self.prepared.objects[name] = str(blob.key)
            self.prepared.bytes += blob.size
            self.prepared.fingerprint.append([name, blob.sha256])
        return self.files[blob.pk]

    def _image(self, blob: FileBlob, row: FilePage | None) -> str:
        if row is None or not row.widths:
            return ""
        width = max((one for one in row.widths if one <= IMAGE_WIDTH), default=min(row.widths))
        name = f"page-{blob.pk}-{row.number}.webp"
        self.prepared.objects[name] = rendition_key(blob.uid, row.number, width, url_generation=blob.edition)
        return name


def _text_of(row: FilePage | None) -> str:
    return "\n".join(filter(None, (row.text, row.notes))) if row else ""


def credit_of(entry: Entry) -> Credit:
    resource = entry.resource
    url = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + resource.get_absolute_url()
    return Credit(
        title=resource.title,
        authors=resource.creators.removeprefix(resource.school.name).strip("，、, "),
        school=resource.school.name,
        licence=str(resource.licence or ""),
        citation=citation(resource, version=entry.version, url=url),
        url=url,
    )


def terms_lines(terms: Sequence[LicenceTerm]) -> list[str]:
    """Terms as one line of the credits page."""
    return ["　".join(term.text for term in terms)]


def content_key(fingerprint: Sequence[Any]) -> str:
    """The hash of what decides the bytes of a result. The day counts, because citations name it."""
    text = json.dumps([*fingerprint, timezone.localdate().isoformat()], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
