"""Open a PDF with pdfium, with errors as outcome codes. Runs in the sandbox."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from resources.processing.errors import CannotRead
from resources.processing.outcome_codes import OutcomeCode


def open_pdf(path: Path) -> pdfium.PdfDocument:
    """Raises CannotRead: encrypted (a password is needed to open it) or damaged."""
    try:
        document = pdfium.PdfDocument(str(path))
        pages = len(document)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise CannotRead(OutcomeCode.ENCRYPTED if locked else OutcomeCode.DAMAGED) from error
    if pages < 1:
        raise CannotRead(OutcomeCode.DAMAGED)
    return document
