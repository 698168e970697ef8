"""Which steps make the preview of a file of some kind and content. Data only."""

from __future__ import annotations

from dataclasses import dataclass

from resources.processing import formats
from resources.processing.extract import EXTRACTORS
from resources.processing.outcome_codes import OutcomeCode
from resources.processing.render import RENDERERS


@dataclass(frozen=True, slots=True)
class PreviewPlan:
    """The steps for one file.

    ``extractor``: key of EXTRACTORS for the file's own text. ``convert``: LibreOffice's target. ``renderer``: key of
    RENDERERS for page images. ``pages_from_pdf``: the converted PDF defines the pages, and its text replaces the file's.
    ``no_preview``: why there is no preview.
    """

    extractor: str = ""
    convert: str = ""
    renderer: str = ""
    pages_from_pdf: bool = False
    no_preview: OutcomeCode | None = None

    def __post_init__(self) -> None:
        if self.extractor not in ("", *EXTRACTORS) or self.renderer not in ("", *RENDERERS):
            raise ValueError(f"Unknown step: {self}")


_BY_FAMILY = {
    "pdf": PreviewPlan(extractor="pdf", renderer="pdf"),
    "ooxml-slides": PreviewPlan(extractor="pptx", convert="slides", renderer="pdf"),
    "ole-slides": PreviewPlan(convert="slides", renderer="pdf", pages_from_pdf=True),
    "odf-slides": PreviewPlan(convert="slides", renderer="pdf", pages_from_pdf=True),
    "ooxml-document": PreviewPlan(extractor="docx", convert="document", renderer="pdf", pages_from_pdf=True),
    "ole-document": PreviewPlan(convert="document", renderer="pdf", pages_from_pdf=True),
    "odf-document": PreviewPlan(convert="document", renderer="pdf", pages_from_pdf=True),
    "rtf": PreviewPlan(convert="document", renderer="pdf", pages_from_pdf=True),
    "ooxml-sheet": PreviewPlan(extractor="xlsx"),
    "ole-sheet": PreviewPlan(convert="sheet"),
    "odf-sheet": PreviewPlan(convert="sheet"),
}
_BY_KIND = {
    formats.TEXT: PreviewPlan(extractor="text"),
    formats.IMAGE: PreviewPlan(renderer="image"),
    formats.ARCHIVE: PreviewPlan(extractor="zip"),
    formats.PACKAGE: PreviewPlan(extractor="zip"),
    formats.EBOOK: PreviewPlan(no_preview=OutcomeCode.UNKNOWN_TYPE),
    formats.WEB: PreviewPlan(no_preview=OutcomeCode.ACTIVE_CONTENT),
    formats.PROGRAM: PreviewPlan(no_preview=OutcomeCode.PROGRAM),
    formats.AUDIO: PreviewPlan(no_preview=OutcomeCode.MEDIA),
    formats.VIDEO: PreviewPlan(no_preview=OutcomeCode.MEDIA),
    formats.OTHER: PreviewPlan(no_preview=OutcomeCode.UNKNOWN_TYPE),
}


def plan_for(kind: str, family: str) -> PreviewPlan:
    """``kind``: of the format, as stored on the blob. ``family``: of the content, as ``sniff`` found it."""
    if kind in (formats.PDF, formats.SLIDES, formats.DOCUMENT, formats.SHEET):
        return _BY_FAMILY.get(family, PreviewPlan(no_preview=OutcomeCode.UNKNOWN_TYPE))
    if kind in (formats.ARCHIVE, formats.PACKAGE) and family not in ("zip", "epub"):
        return PreviewPlan(no_preview=OutcomeCode.ARCHIVE)
    return _BY_KIND.get(kind, PreviewPlan(no_preview=OutcomeCode.UNKNOWN_TYPE))
