"""Refusals of an upload: a stable code, an HTTP status and a sentence that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from common.errors import UserError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class UploadRefused(UserError):
    """``code``: a key of REFUSALS. ``details`` fill its sentence; ``numbers``: the missing parts."""

    def __init__(self, code: str, **details: Any) -> None:
        http_status, text = REFUSALS[code]
        self.details = details
        super().__init__(text % details if details else text, code=code, http_status=http_status)

    def as_json(self) -> dict[str, Any]:
        return {**super().as_json(), "numbers": self.details.get("numbers", [])}


REFUSALS: dict[str, tuple[int, StrOrPromise]] = {
    "not_found": (404, _("There is no such upload.")),
    "not_a_member": (403, _("Only people of a member school can upload. Ask your school to add you.")),
    "school_unknown": (422, _("Choose one of the schools you work at.")),
    "school_missing": (422, _("You work at several schools. Say for which one you are uploading.")),
    "name_empty": (422, _("The file has no name. Give it one and choose it again.")),
    "name_too_long": (422, _("The file name is too long. Shorten it to %(limit)s characters and choose it again.")),
    "name_bad": (
        422,
        _("The file name contains characters that can't be stored. Rename the file and choose it again."),
    ),
    "size_zero": (422, _("This file is empty (0 bytes). Check that it was saved completely, then choose it again.")),
    "too_large": (413, _("This file is larger than %(limit)s. Split it or make it smaller, then choose it again.")),
    "quota_full": (
        409,
        _("Your school's storage is full: this file doesn't fit. Ask your school's manager for more room."),
    ),
    "too_many": (
        429,
        _("%(limit)s of your uploads are unfinished. Finish or cancel some of them before you start new ones."),
    ),
    "text_bad": (422, _("Something in the request can't be stored as text.")),
    "key_used": (409, _("This upload was started before for another file. Choose the file again.")),
    "part_number": (422, _("This file has parts 1 to %(count)s; there is no part %(number)s.")),
    "checksum_bad": (422, _("The checksum of a part is not an MD5 in base64.")),
    "parts_missing": (409, _("Some parts have not arrived yet. Send the missing ones, then finish.")),
    "size_differs": (409, _("The uploaded size does not match your file. Choose the file again.")),
    "closed": (409, _("This upload is finished or was cancelled. Choose the file again to start a new one.")),
    "completing": (409, _("This upload is just being put together. Wait a moment.")),
    "lost": (409, _("The store no longer has this upload. Choose the file again to start a new one.")),
    "store_unavailable": (
        503,
        _("The file store can't be reached at the moment. The part already uploaded is kept; try again later."),
    ),
    "too_large_for_form": (
        413,
        _("Without JavaScript a file can have at most %(limit)s. Turn JavaScript on to upload larger ones."),
    ),
    "expired": (409, _("This upload was left unfinished for too long. Choose the file again to start a new one.")),
    "not_uploaded": (409, _("This file is not uploaded completely yet. Finish its upload first.")),
    "nothing_to_retry": (409, _("There is nothing to try again with this file.")),
    "no_file": (422, _("No file was chosen. Choose one, then upload.")),
}
