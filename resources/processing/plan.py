"""What is done with a file of a kind, in which order. Data only."""

from __future__ import annotations

from dataclasses import dataclass

from resources.processing import formats
from resources.processing.outcome_codes import Reason


@dataclass(frozen=True, slots=True)
class Plan:
    """``text``: how its own text is read. ``convert``: what LibreOffice makes of it. ``pictures``: how pages are drawn.

    ``pages_from_pdf``: the converted PDF decides what a page is, and its text replaces the file's own.
    ``nothing``: why there is no preview at all.
    """

    text: str = ""
    convert: str = ""
    pictures: str = ""
    pages_from_pdf: bool = False
    nothing: Reason | None = None


_BY_FAMILY = {
    "pdf": Plan(text="pdf", pictures="pdf"),
    "ooxml-slides": Plan(text="pptx", convert="slides", pictures="pdf"),
    "ole-slides": Plan(convert="slides", pictures="pdf", pages_from_pdf=True),
    "odf-slides": Plan(convert="slides", pictures="pdf", pages_from_pdf=True),
    "ooxml-document": Plan(text="docx", convert="document", pictures="pdf", pages_from_pdf=True),
    "ole-document": Plan(convert="document", pictures="pdf", pages_from_pdf=True),
    "odf-document": Plan(convert="document", pictures="pdf", pages_from_pdf=True),
    "rtf": Plan(convert="document", pictures="pdf", pages_from_pdf=True),
    "ooxml-sheet": Plan(text="xlsx"),
    "ole-sheet": Plan(convert="sheet"),
    "odf-sheet": Plan(convert="sheet"),
}
_BY_KIND = {
    formats.TEXT: Plan(text="text"),
    formats.IMAGE: Plan(pictures="image"),
    formats.ARCHIVE: Plan(text="zip"),
    formats.PACKAGE: Plan(text="zip"),
    formats.EBOOK: Plan(nothing=Reason.UNKNOWN_TYPE),
    formats.WEB: Plan(nothing=Reason.ACTIVE_CONTENT),
    formats.PROGRAM: Plan(nothing=Reason.PROGRAM),
    formats.AUDIO: Plan(nothing=Reason.MEDIA),
    formats.VIDEO: Plan(nothing=Reason.MEDIA),
    formats.OTHER: Plan(nothing=Reason.UNKNOWN_TYPE),
}


def plan_for(kind: str, family: str) -> Plan:
    if kind in (formats.PDF, formats.SLIDES, formats.DOCUMENT, formats.SHEET):
        return _BY_FAMILY.get(family, Plan(nothing=Reason.UNKNOWN_TYPE))
    if kind in (formats.ARCHIVE, formats.PACKAGE) and family not in ("zip", "epub"):
        return Plan(nothing=Reason.ARCHIVE)
    return _BY_KIND.get(kind, Plan(nothing=Reason.UNKNOWN_TYPE))
