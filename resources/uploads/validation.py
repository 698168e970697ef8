"""Checks of a new upload that need no store: name, size, school; and the division into parts."""

from __future__ import annotations

import base64
import binascii
import unicodedata

from django.conf import settings

from common.templatetags.ui import size as readable
from members.models import User
from resources.models import UploadSession
from resources.policies import as_viewer
from resources.uploads.errors import UploadRefused

MEGABYTE = 1024 * 1024
PART_SIZE = 8 * MEGABYTE
MAX_PARTS = 2000
"""Parts grow beyond PART_SIZE so that a file has at most this many."""
MAX_NAME = 255
FORM_MAX = 20 * MEGABYTE
"""The largest file of the form without JavaScript, which passes through a web process as a whole."""


def part_size_for(size: int) -> int:
    """Bytes per part: 8 MiB, doubled until the file has at most MAX_PARTS parts."""
    part = PART_SIZE
    while size > part * MAX_PARTS:
        part *= 2
    return part


def size_of_part(session: UploadSession, number: int) -> int:
    if number < session.part_count:
        return session.part_size
    return session.size - (session.part_count - 1) * session.part_size


def clean_name(name: str) -> str:
    """The name without the folders that some browsers send. Raises UploadRefused."""
    check_storable(name, code="name_bad")
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1].strip()
    if not last.strip(". "):
        raise UploadRefused("name_empty")
    # Control characters, and those that change the writing direction: "gnp.exe" could look like "exe.png".
    if not all(character.isprintable() for character in last):
        raise UploadRefused("name_bad")
    if len(last) > MAX_NAME:
        raise UploadRefused("name_too_long", limit=MAX_NAME)
    return last


def check_storable(text: str, *, code: str = "text_bad") -> str:
    """``text`` itself. Raises UploadRefused for lone surrogates and NUL, which databases reject."""
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise UploadRefused(code) from error
    if b"\0" in encoded:
        raise UploadRefused(code)
    return text


def check_size(size: int) -> None:
    if size <= 0:
        raise UploadRefused("size_zero")
    if size > settings.UPLOAD_MAX_BYTES:
        raise UploadRefused("too_large", limit=readable(settings.UPLOAD_MAX_BYTES))


def school_for(who: User, school_id: int | None) -> int:
    """The school that will provide the file; by default the user's only one. Raises UploadRefused."""
    schools = as_viewer(who).schools
    if not schools:
        raise UploadRefused("not_a_member")
    if school_id is None:
        if len(schools) > 1:
            raise UploadRefused("school_missing")
        return next(iter(schools))
    if school_id not in schools:
        raise UploadRefused("school_unknown")
    return school_id


def check_member(who: User, school_id: int) -> None:
    """Raise UploadRefused if the user has left the school, or the school is suspended."""
    if school_id not in as_viewer(who).schools:
        raise UploadRefused("not_a_member")


def check_md5(text: str | None) -> None:
    """Raise UploadRefused unless ``text`` is an MD5 in base64, or None."""
    if text is None:
        return
    try:
        known = len(base64.b64decode(text, validate=True)) == 16
    except (binascii.Error, ValueError):
        known = False
    if not known:
        raise UploadRefused("checksum_bad")
