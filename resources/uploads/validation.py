"""What an upload must be before anything is asked of the store: a usable name, a size, a school. And how it is cut."""

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
PARTS_WANTED = 2000
"""Parts grow beyond PART_SIZE so that a file has no more than about this many."""
NAME_MAX = 255
FORM_MAX = 20 * MEGABYTE
"""The largest file of the form without JavaScript: it goes through a web process in one piece."""


def part_size_for(size: int) -> int:
    """Bytes per part: 8 MiB, doubled until the file has at most PARTS_WANTED parts."""
    part = PART_SIZE
    while size > part * PARTS_WANTED:
        part *= 2
    return part


def size_of_part(session: UploadSession, number: int) -> int:
    if number < session.part_count:
        return session.part_size
    return session.size - (session.part_count - 1) * session.part_size


def clean_name(name: str) -> str:
    """The file's own name, without the folders some browsers and systems put in front. Raises UploadRefused."""
    refuse_unstorable(name, code="name_bad")
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1].strip()
    if not last.strip(". "):
        raise UploadRefused("name_empty")
    # Control characters, and those that turn the direction of writing: "gnp.exe" could look like "exe.png".
    if not all(character.isprintable() for character in last):
        raise UploadRefused("name_bad")
    if len(last) > NAME_MAX:
        raise UploadRefused("name_too_long", limit=NAME_MAX)
    return last


def refuse_unstorable(text: str, *, code: str = "text_bad") -> None:
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise UploadRefused(code) from error
    if b"\0" in encoded:
        raise UploadRefused(code)


def check_size(size: int) -> None:
    if size <= 0:
        raise UploadRefused("size_zero")
    if size > settings.UPLOAD_MAX_BYTES:
        raise UploadRefused("too_large", limit=readable(settings.UPLOAD_MAX_BYTES))


def school_for(who: User, school_id: int | None) -> int:
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


def refuse_who_left(who: User, school_id: int) -> None:
    """An upload goes on only while its owner works at the school and the school takes part. Raises UploadRefused."""
    if school_id not in as_viewer(who).schools:
        raise UploadRefused("not_a_member")


def is_md5(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False
