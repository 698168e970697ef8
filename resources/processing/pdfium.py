"""Open a PDF with pdfium and say in our words why it can't be opened. Runs in the child."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from resources.processing.extract import CannotRead
from resources.processing.outcome_codes import Reason


def open_pdf(path: Path) -> pdfium.PdfDocument:
    """Raises CannotRead: encrypted (a password is needed to open it) or damaged."""
    try:
        document = pdfium.PdfDocument(str(path))
        pages = len(document)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise CannotRead(Reason.ENCRYPTED if locked else Reason.DAMAGED) from error
    if pages < 1:
        raise CannotRead(Reason.DAMAGED)
    return document
