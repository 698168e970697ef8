"""Detect the type of an uploaded file and reasons to refuse it. Runs in the sandbox."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from resources.processing import formats
from resources.processing.inspect import archive, ole, sniff
from resources.processing.outcome_codes import OutcomeCode

OOXML_HEAD = 4096
# In two halves, or scanners would refuse this source file. Detected here so that it works without ClamAV.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_ZIPS = ("zip", "epub", "ooxml-", "odf-")
_MACRO_PARTS = ("vbaproject.bin", "xl/macrosheets/", "vbadata.xml")
_ODF_MACROS = ("basic/", "scripts/")


def inspect(name: str, declared_name: str, whole: bool) -> dict[str, Any]:
    """The findings for verification.

    ``whole``: the file is complete; otherwise only its beginning is here, and containers are not opened.
    ``refused``: an OutcomeCode if the file must be refused, or empty. ``unreadable``: an OutcomeCode if the file is
    accepted but can have no preview (encrypted, damaged), or empty.
    """
    path = Path(name)
    if _is_test_virus(path):
        return {"kind": formats.OTHER, "media_type": formats.UNKNOWN.media_type, "refused": OutcomeCode.VIRUS}
    family = sniff.family_of(path)
    extension = formats.extension_of(declared_name)
    promised = formats.BY_EXTENSION.get(extension)
    format_ = promised or formats.BY_FAMILY.get(family, formats.UNKNOWN)
    answer = {
        "kind": format_.kind,
        "media_type": format_.media_type,
        "family": family,
        "extension": extension,
        "refused": "",
        "unreadable": "",
    }
    return answer | _problem(path, format_, promised, family, whole=whole)


def _is_test_virus(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(EICAR)) == EICAR


def _problem(
    path: Path, format_: formats.Format, promised: formats.Format | None, family: str, *, whole: bool
) -> dict[str, str]:
    """``refused`` or ``unreadable`` with an OutcomeCode, or nothing.

    ``promised``: the format of a known extension.
    """
    if promised and family == "ole-encrypted" and promised.kind in (formats.SLIDES, formats.DOCUMENT, formats.SHEET):
        # An encrypted .pptx is an OLE file around the encrypted ZIP, so the extension is right.
        return {"unreadable": OutcomeCode.ENCRYPTED}
    if promised and family not in promised.families:
        damaged = _is_damaged_office(promised, family)
        return {"unreadable": OutcomeCode.DAMAGED} if damaged else {"refused": OutcomeCode.MISLABELLED}
    if not whole:
        return {}
    if family.startswith(_ZIPS):
        return _inspect_zip(path, format_, family)
    if family.startswith("ole-"):
        return _inspect_ole(path)
    return {}


def _is_damaged_office(promised: formats.Format, family: str) -> bool:
    """Whether the container is right but its contents are unreadable: damaged, not mislabelled."""
    return (family == "zip" and any(name.startswith(("ooxml-", "odf-")) for name in promised.families)) or (
        family == "ole" and any(name.startswith("ole-") for name in promised.families)
    )


def _inspect_zip(path: Path, promised: formats.Format, family: str) -> dict[str, str]:
    listing = archive.read_listing(path, opened=promised.kind in formats.OPENED_ZIPS)
    if listing.reason == OutcomeCode.DAMAGED:
        return {"unreadable": OutcomeCode.DAMAGED}
    if listing.reason:
        return {"refused": listing.reason}
    names = [name.lower() for name, _size in listing.entries]
    if family.startswith("ooxml-") and any(part in name for name in names for part in _MACRO_PARTS):
        return {"refused": OutcomeCode.MACROS}
    if family.startswith("odf-") and any(name.startswith(_ODF_MACROS) and _is_script(name) for name in names):
        return {"refused": OutcomeCode.MACROS}
    if listing.encrypted:
        return {"unreadable": OutcomeCode.ENCRYPTED}
    if family.startswith("odf-") and _odf_is_encrypted(path):
        return {"unreadable": OutcomeCode.ENCRYPTED}
    if family.startswith(("ooxml-", "odf-")) and _declares_entities(path, dtd_too=family.startswith("ooxml-")):
        return {"refused": OutcomeCode.UNSAFE_XML}
    return {"unreadable": OutcomeCode.DAMAGED} if not listing.entries else {}


def _is_script(name: str) -> bool:
    # OpenOffice files may have the empty lists script-lc.xml and script-lb.xml; modules are the other files.
    return not name.endswith(("script-lc.xml", "script-lb.xml", "/"))


def _odf_is_encrypted(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as file, file.open("META-INF/manifest.xml") as part:
            return b"encryption-data" in part.read(4 * 1024 * 1024)
    except (KeyError, zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return False


def _declares_entities(path: Path, *, dtd_too: bool) -> bool:
    """Whether a part declares entities or a DTD.

    OOXML forbids DTDs (ECMA-376 part 2); old ODF files have harmless ones.
    """
    words = (b"<!ENTITY", b"<!DOCTYPE") if dtd_too else (b"<!ENTITY",)
    patterns = [form for word in words for form in (word, word.decode().encode("utf-16-le"))]
    with zipfile.ZipFile(path) as file:
        for info in file.infolist():
            if not info.filename.lower().endswith((".xml", ".rels", ".vml")):
                continue
            try:
                with file.open(info) as part:
                    head = part.read(OOXML_HEAD)
            except Exception:  # noqa: BLE001, S112 - the extractor reports unreadable parts
                continue
            if any(pattern in head for pattern in patterns):
                return True
    return False


def _inspect_ole(path: Path) -> dict[str, str]:
    try:
        if ole.is_encrypted(path):
            return {"unreadable": OutcomeCode.ENCRYPTED}
        if ole.has_macros(path):
            return {"refused": OutcomeCode.MACROS}
    except Exception:  # noqa: BLE001 - olefile raises many types for a damaged file
        return {"unreadable": OutcomeCode.DAMAGED}
    return {}
