"""Old office files (OLE): application, encryption, macros.

Formats: [MS-DOC] FibBase, [MS-XLS] FilePass and BoundSheet8, [MS-PPT] CurrentUserAtom and VBAInfoContainer,
[MS-OFFCRYPTO] DataSpaces.
"""

from __future__ import annotations

import struct
from pathlib import Path

import olefile

MAX_STREAM = 64 * 1024 * 1024
ENCRYPTED_POWERPOINT = 0xF3D1C4DF
VBA_INFO_ATOM = 0x0400
FILEPASS, BOUNDSHEET, EOF_RECORD = 0x2F, 0x85, 0x0A
MACRO_SHEET = 1


def family_of(path: Path) -> str:
    """The family of an OLE file: ``ole-encrypted`` if encrypted, ``ole`` for files of other programs."""
    try:
        with olefile.OleFileIO(str(path)) as file:
            names = {"/".join(entry) for entry in file.listdir()}
    except Exception:  # noqa: BLE001 - olefile raises many types for a damaged file
        return "ole"
    if "EncryptedPackage" in names:
        return "ole-encrypted"
    if "WordDocument" in names:
        return "ole-document"
    if "PowerPoint Document" in names:
        return "ole-slides"
    if "Workbook" in names or "Book" in names:
        return "ole-sheet"
    return "ole"


def is_encrypted(path: Path) -> bool:
    """Password or rights management. A damaged file counts as not encrypted; its parser will report it."""
    with olefile.OleFileIO(str(path)) as file:
        if any(entry[0].lower() == "encryptedpackage" or "DRMContent" in entry[0] for entry in file.listdir()):
            return True
        if file.exists("WordDocument"):
            head = file.openstream("WordDocument").read(32)
            return len(head) >= 12 and bool(struct.unpack_from("<H", head, 10)[0] & 0x0100)
        if file.exists("Current User"):
            head = file.openstream("Current User").read(32)
            return len(head) >= 16 and struct.unpack_from("<I", head, 12)[0] == ENCRYPTED_POWERPOINT
        return any(kind == FILEPASS for kind, _body in _records(file))


def has_macros(source: Path | bytes) -> bool:
    """``source``: the file, or the bytes of an OLE object inside another file."""
    with olefile.OleFileIO(source if isinstance(source, bytes) else str(source)) as file:
        for entry in file.listdir(streams=True, storages=True):
            if any(part.upper() in ("VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "MACROS") for part in entry):
                return True
        if any(kind == BOUNDSHEET and len(body) > 5 and body[5] == MACRO_SHEET for kind, body in _records(file)):
            return True
        return file.exists("PowerPoint Document") and _slides_have_macros(file)


def has_objects(path: Path) -> bool:
    """Embedded objects: Word's ObjectPool, Excel's MBD storages, packages of any program."""
    with olefile.OleFileIO(str(path)) as file:
        names = [part.lower() for entry in file.listdir(streams=True, storages=True) for part in entry]
    return any(name == "objectpool" or name.endswith("ole10native") or name.startswith("mbd") for name in names)


def _records(file: olefile.OleFileIO) -> list[tuple[int, bytes]]:
    """The records of a workbook up to the first EOF: encryption and the list of sheets."""
    name = next((name for name in ("Workbook", "Book") if file.exists(name)), "")
    if not name:
        return []
    data = file.openstream(name).read(MAX_STREAM)
    found, place = [], 0
    while place + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, place)
        found.append((kind, data[place + 4 : place + 4 + length]))
        place += 4 + length
        if kind == EOF_RECORD:
            break
    return found


def _slides_have_macros(file: olefile.OleFileIO) -> bool:
    """Whether a VBAInfoAtom declares macros. Its fields: reference to the project, has macros, version."""
    data = file.openstream("PowerPoint Document").read(MAX_STREAM)
    header = struct.pack("<HHI", 2, VBA_INFO_ATOM, 12)
    place = data.find(header)
    while place >= 0:
        body = data[place + 8 : place + 20]
        if len(body) == 12 and struct.unpack_from("<I", body, 4)[0] == 1:
            return True
        place = data.find(header, place + 1)
    return False
