"""Detect the type of an uploaded file and reasons to refuse it. Runs in the sandbox."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from resources.processing import formats
from resources.processing.inspect import active_content, archive, ole, sniff
from resources.processing.outcome_codes import OutcomeCode

# In two halves, or scanners would refuse this source file. Detected here so that it works without ClamAV.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_ZIPS = ("zip", "epub", "ooxml-", "odf-")


def inspect(name: str, declared_name: str, whole: bool) -> dict[str, Any]:
    """The findings for verification.

    ``whole``: the file is complete; otherwise only its beginning is here, and containers are not opened.
    ``refused``: an OutcomeCode if the file must be refused, or empty. ``unreadable``: an OutcomeCode if the file is
    accepted but can have no preview (encrypted, damaged), or empty. ``findings``: what reviewers are told.
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
        "findings": [],
    }
    return answer | _problem(path, format_, promised, family, whole=whole)


def _is_test_virus(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(EICAR)) == EICAR


def _problem(
    path: Path, format_: formats.Format, promised: formats.Format | None, family: str, *, whole: bool
) -> dict[str, Any]:
    """``refused`` or ``unreadable`` with an OutcomeCode, or ``findings``.

    ``promised``: the format of a known extension.
    """
    if promised and family == "ole-encrypted" and promised.kind in (formats.SLIDES, formats.DOCUMENT, formats.SHEET):
        # An encrypted .pptx is an OLE file around the encrypted ZIP, so the extension is right.
        return {"unreadable": OutcomeCode.ENCRYPTED}
    if promised and promised.families and family not in promised.families:
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


def _inspect_zip(path: Path, promised: formats.Format, family: str) -> dict[str, Any]:
    listing = archive.read_listing(path, hard_limit=promised.kind in formats.HARD_LIMITED_ZIPS)
    if listing.reason == OutcomeCode.DAMAGED:
        return {"unreadable": OutcomeCode.DAMAGED}
    if listing.reason:
        return {"refused": listing.reason}
    if family.startswith(("ooxml-", "odf-")):
        return _inspect_office(path, family, listing)
    if listing.encrypted:
        return {"unreadable": OutcomeCode.ENCRYPTED}
    if not listing.entries:
        return {"unreadable": OutcomeCode.DAMAGED}
    return {"findings": sorted(active_content.look_for_positions(path))}


def _inspect_office(path: Path, family: str, listing: archive.Listing) -> dict[str, Any]:
    active = active_content.look(path, family)
    if active.refused:
        return {"refused": active.refused}
    if listing.encrypted or (family.startswith("odf-") and _odf_is_encrypted(path)):
        return {"unreadable": OutcomeCode.ENCRYPTED}
    if not listing.entries:
        return {"unreadable": OutcomeCode.DAMAGED}
    return {"findings": sorted(active.findings)}


def _odf_is_encrypted(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as file, file.open("META-INF/manifest.xml") as part:
            return b"encryption-data" in part.read(4 * 1024 * 1024)
    except (KeyError, zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return False


def _inspect_ole(path: Path) -> dict[str, Any]:
    try:
        if ole.is_encrypted(path):
            return {"unreadable": OutcomeCode.ENCRYPTED}
        if ole.has_macros(path):
            return {"refused": OutcomeCode.MACROS}
        return {"findings": sorted(active_content.look_at_ole(path))}
    except Exception:  # noqa: BLE001 - olefile raises many types for a damaged file
        return {"unreadable": OutcomeCode.DAMAGED}
