"""The words for every reason a file was refused, has no preview, or only half of one. Codes: processing/reason.py."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from resources.processing.outcome_codes import Reason as Code


class Reason(models.TextChoices):
    """Code and sentence. Each sentence says what is the matter, what is kept, and what to do."""

    MISSING = Code.MISSING, _("The file did not arrive completely. Please upload it again.")
    WRONG_SIZE = Code.WRONG_SIZE, _("The file arrived with a different size than announced. Please upload it again.")
    EMPTY = Code.EMPTY, _("The file is empty. Please choose the right file and upload it again.")
    MISLABELLED = (
        Code.MISLABELLED,
        _("The content is not what the file's ending says. Save it in the right format and upload it again."),
    )
    MACROS = (
        Code.MACROS,
        _(
            "The file contains macros. Save it without macros (for example as .pptx, .docx or .xlsx)"
            " and upload it again."
        ),
    )
    VIRUS = Code.VIRUS, _("The virus scanner found something harmful. Clean the file and upload it again.")
    ARCHIVE_BOMB = (
        Code.ARCHIVE_BOMB,
        _("Unpacked, this archive would be far larger than it is. Pack the files anew and upload them again."),
    )
    ARCHIVE_TOO_MANY = (
        Code.ARCHIVE_TOO_MANY,
        _("The archive holds more than 20,000 files. Split it and upload the parts."),
    )
    ARCHIVE_UNSAFE_NAMES = (
        Code.ARCHIVE_UNSAFE_NAMES,
        _("The archive contains paths or links that lead outside of it. Pack the files anew and upload them again."),
    )
    UNSAFE_XML = (
        Code.UNSAFE_XML,
        _("The file contains declarations that no office program writes. Save it anew and upload it again."),
    )
    SCANNER_DOWN = (
        Code.SCANNER_DOWN,
        _("The virus scanner is not reachable. The file is kept and will be checked as soon as it is."),
    )
    SCANNED_PARTLY = Code.SCANNED_PARTLY, _("The file is very large; the virus scanner looked at its beginning only.")
    DUPLICATE = Code.DUPLICATE, _("The library already holds the same file; that one is used.")
    ENCRYPTED = (
        Code.ENCRYPTED,
        _("The file is protected by a password. It is stored and can be downloaded, but not previewed or searched."),
    )
    DAMAGED = (
        Code.DAMAGED,
        _("The file can't be opened; it may be damaged. It is stored as it is. Check it and upload it again."),
    )
    ACTIVE_CONTENT = (
        Code.ACTIVE_CONTENT,
        _("Web pages and scripts are not shown here for safety. The file is stored and can be downloaded."),
    )
    PROGRAM = Code.PROGRAM, _("Programs are not shown here. The file is stored and can be downloaded.")
    ARCHIVE = (
        Code.ARCHIVE,
        _("This is an archive. Download it to open it; its contents are listed where they can be read."),
    )
    MEDIA = Code.MEDIA, _("There is no preview of sound and film yet. The file is stored and can be downloaded.")
    UNKNOWN_TYPE = Code.UNKNOWN_TYPE, _("There is no preview of this kind of file. It is stored and can be downloaded.")
    TOO_LARGE = Code.TOO_LARGE, _("The file is too large for a preview. It is stored and can be downloaded.")
    TEXT_ONLY = Code.TEXT_ONLY, _("This kind of file is shown as text.")
    NO_RENDERER = (
        Code.NO_RENDERER,
        _("Page pictures can't be made here because LibreOffice is not installed. The text can be read and searched."),
    )
    NO_TEXT = Code.NO_TEXT, _("The pages are pictures without text, so they can be looked at but not searched.")
    GARBLED_TEXT = (
        Code.GARBLED_TEXT,
        _("The text inside the file is unreadable, so those pages can be looked at but not searched."),
    )
    SOME_PAGES = Code.SOME_PAGES, _("Some pages could not be drawn. The download holds all of them.")
    RENDER_FAILED = Code.RENDER_FAILED, _("The pages could not be drawn. The text can be read and searched.")
    TIMED_OUT = Code.TIMED_OUT, _("Making the preview took too long. The file is stored; you can try again.")
    TOO_DEMANDING = (
        Code.TOO_DEMANDING,
        _("Making the preview needs too much memory. The file is stored and can be downloaded."),
    )
    CRASHED = Code.CRASHED, _("The file could not be read. It is stored and can be downloaded; you can try again.")
    INTERRUPTED = Code.INTERRUPTED, _("Making the preview was interrupted. The file is stored; please try again.")


def describe(code: str) -> str:
    """The sentence for a code, in the reader's language; an unknown code (from a later version) is shown as it is."""
    return str(Reason(code).label) if code in Reason.values else code
