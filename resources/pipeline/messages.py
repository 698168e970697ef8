"""Texts for the outcome codes of a file: what is wrong, what is kept, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from resources.processing.outcome_codes import Finding, OutcomeCode

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MESSAGES: dict[str, StrOrPromise] = {
    OutcomeCode.MISSING: _("The file did not arrive completely. Please upload it again."),
    OutcomeCode.WRONG_SIZE: _("The file arrived with a different size than announced. Please upload it again."),
    OutcomeCode.EMPTY: _("The file is empty. Please choose the right file and upload it again."),
    OutcomeCode.MISLABELLED: _(
        "The content does not match the file extension. Save the file in the right format and upload it again."
    ),
    OutcomeCode.MACROS: _(
        "The file contains macros. Save it without macros (for example as .pptx, .docx or .xlsx) and upload it again."
    ),
    OutcomeCode.VIRUS: _("The virus scanner found something harmful. Clean the file and upload it again."),
    OutcomeCode.ARCHIVE_BOMB: _(
        "Unpacked, this archive would be far too large. Repack the files and upload them again."
    ),
    OutcomeCode.ARCHIVE_TOO_MANY: _("The archive holds more than 20,000 files. Split it and upload the parts."),
    OutcomeCode.ARCHIVE_UNSAFE_NAMES: _(
        "The archive contains paths or links that lead outside it. Repack the files and upload them again."
    ),
    OutcomeCode.UNSAFE_XML: _(
        "The file contains declarations that no office program writes. Save it again in your office program and upload it."
    ),
    OutcomeCode.PHOTO_DAMAGED: _(
        "The photo is damaged, so the place where it was taken can't be removed. Open it, save it as JPEG or PNG and upload"
        " it again."
    ),
    OutcomeCode.PHOTO_TOO_LARGE: _(
        "The photo is larger than 512 MB, so the place where it was taken can't be removed. Save it smaller or as PDF and"
        " upload it again."
    ),
    OutcomeCode.PHOTO_NOT_CLEANED: _(
        "Removing the place where the photo was taken took too long. Upload it again, or save it smaller before."
    ),
    OutcomeCode.SCANNER_DOWN: _(
        "The virus scanner can't be reached. The file is kept and will be checked once the scanner is back."
    ),
    OutcomeCode.SCANNED_PARTLY: _("The file is very large; the virus scanner looked at its beginning only."),
    OutcomeCode.POSITION_REMOVED: _(
        "The photo said where it was taken. The place and the camera's data were removed; the picture is unchanged."
    ),
    OutcomeCode.PHOTO_DATA_REMOVED: _("The camera's data were removed from the photo; the picture is unchanged."),
    OutcomeCode.DUPLICATE: _("The library already has this file; the existing copy is used."),
    OutcomeCode.ENCRYPTED: _(
        "The file is protected by a password. It is stored and can be downloaded, but not previewed or searched."
    ),
    OutcomeCode.DAMAGED: _(
        "The file can't be opened; it may be damaged. It is stored as it is. Check it and upload it again."
    ),
    OutcomeCode.ACTIVE_CONTENT: _(
        "Web pages and scripts are not shown here for safety. The file is stored and can be downloaded."
    ),
    OutcomeCode.PROGRAM: _("Programs are not shown here. The file is stored and can be downloaded."),
    OutcomeCode.ARCHIVE: _(
        "This is an archive. Download it to open it; its contents are listed where they can be read."
    ),
    OutcomeCode.MEDIA: _("There is no preview of sound and film yet. The file is stored and can be downloaded."),
    OutcomeCode.UNKNOWN_TYPE: _("There is no preview of this kind of file. It is stored and can be downloaded."),
    OutcomeCode.TOO_LARGE: _("The file is too large for a preview. It is stored and can be downloaded."),
    OutcomeCode.TEXT_ONLY: _("This kind of file is shown as text."),
    OutcomeCode.NO_RENDERER: _(
        "Page pictures can't be made here because LibreOffice is not installed. The text can be read and searched."
    ),
    OutcomeCode.NO_TEXT: _("The pages are pictures without text, so they can be looked at but not searched."),
    OutcomeCode.GARBLED_TEXT: _(
        "The text inside the file is unreadable, so those pages can be looked at but not searched."
    ),
    OutcomeCode.PAGES_CUT: _(
        "Only the first 3,000 pages can be searched, and only the first 1,500 are drawn. The download holds all of them."
    ),
    OutcomeCode.IMAGES_CUT: _(
        "Only the first 1,500 pages are drawn; the others are shown as text. The download holds all of them."
    ),
    OutcomeCode.SOME_PAGES: _("Some pages could not be rendered. The download contains all of them."),
    OutcomeCode.RENDER_FAILED: _("The pages could not be drawn. The text can be read and searched."),
    OutcomeCode.TIMED_OUT: _("Making the preview took too long. The file is stored; you can try again."),
    OutcomeCode.TOO_DEMANDING: _(
        "The file is very large or intricate: its preview needs more memory than there is. It is stored and can be "
        "downloaded."
    ),
    OutcomeCode.CRASHED: _("The file could not be read. It is stored and can be downloaded; you can try again."),
    OutcomeCode.INTERRUPTED: _("Making the preview was interrupted. The file is stored; please try again."),
}

FINDINGS: dict[str, StrOrPromise] = {
    Finding.UNCHECKED: _(
        "The file is so large or so intricate that it was not searched for macros and links. Open it before you approve."
    ),
    Finding.EMBEDDED_PROGRAM: _("A program is embedded in the file. Look at where it comes from before you approve."),
    Finding.OLE_OBJECT: _("Objects of other programs are embedded in the file."),
    Finding.REMOTE_TEMPLATE: _("The file loads its template from the internet when it is opened."),
    Finding.EXTERNAL_LINK: _("The file loads linked contents from elsewhere when it is opened."),
    Finding.DDE: _("The file contains a field that starts other programs (DDE)."),
    Finding.PHOTO_POSITION: _("A photo in the file says where it was taken."),
}
"""What reviewers are told about a file that was accepted."""


def describe_findings(codes: Iterable[str]) -> list[str]:
    """The findings as sentences. An unknown code (of a later version) is returned as it is."""
    return [str(FINDINGS.get(code, code)) for code in codes]


def describe(code: str) -> str:
    """The text for a code in the user's language.

    An unknown code (of a later version) is returned as it is.
    """
    return str(MESSAGES.get(code, code))
