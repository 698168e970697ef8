"""Labels for the kinds of files in processing/formats.py, which has no Django."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from resources.processing import formats

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

KIND_LABELS: dict[str, StrOrPromise] = {
    formats.SLIDES: _("Slides"),
    formats.PDF: _("PDF"),
    formats.DOCUMENT: _("Document"),
    formats.SHEET: _("Spreadsheet"),
    formats.TEXT: _("Plain text"),
    formats.IMAGE: _("Image"),
    formats.VIDEO: _("Video"),
    formats.AUDIO: _("Audio"),
    formats.ARCHIVE: _("Archive"),
    formats.PACKAGE: _("Course package"),
    formats.EBOOK: _("E-book"),
    formats.WEB: _("Web page"),
    formats.PROGRAM: _("Program"),
    formats.OTHER: _("Other"),
}
