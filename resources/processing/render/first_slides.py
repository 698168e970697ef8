"""Write a copy of a presentation with its first slides only. Runs in the sandbox.

LibreOffice needs seconds for a long deck with photos. The copy leaves out slides, notes, and media that page images do
not show, so that the first pages can be converted before the whole deck is.
"""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path

from lxml import etree

from resources.processing.extract.ooxml import P, Package, R

NOT_SHOWN = frozenset({"slide", "notesSlide", "notesMaster", "handoutMaster", "comments", "audio", "video", "media"})
"""Types of relationships that are not followed. Slides are added one by one."""
REMOVED = ("custShowLst", "extLst", "notesMasterIdLst", "handoutMasterIdLst")
"""Elements of the presentation that name parts which the copy does not have."""
MAX_COPY = 128 * 1024 * 1024
"""Bytes of all parts of a copy. Copying more would take longer than it saves."""


def write_first_slides(source: Path, target: Path, count: int) -> bool:
    """Copy the first ``count`` slides with everything they show. False if there is nothing to gain.

    Raises CannotRead for a file that is no presentation.
    """
    package = Package(source)
    main = package.main_part()
    root = package.xml(main)
    slides = root.find(f"{P}sldIdLst") if root is not None else None
    if root is None or slides is None or len(slides) <= count:
        return False
    for entry in list(slides)[count:]:
        slides.remove(entry)
    for name in REMOVED:
        for entry in root.findall(P + name):
            root.remove(entry)
    related = package.related(main)
    first = [related[key][1] for key in (entry.get(R + "id", "") for entry in slides) if key in related]
    parts = _reachable(package, ["", *first])
    changed = {main: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)}
    return _write(package, parts, changed, target)


def _reachable(package: Package, start: list[str]) -> set[str]:
    """The parts that these need, themselves included."""
    found, waiting = set[str](), list(start)
    while waiting:
        part = waiting.pop()
        if part in found:
            continue
        found.add(part)
        waiting += [target for kind, target in package.related(part).values() if kind not in NOT_SHOWN]
    return found


def _write(package: Package, parts: set[str], changed: dict[str, bytes], target: Path) -> bool:
    names = [package.names[name.lower()] for name in _with_relationships(parts) if name.lower() in package.names]
    if sum(package.archive.getinfo(name).file_size for name in names) > MAX_COPY:
        return False
    changed = {package.names[name.lower()]: content for name, content in changed.items()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
        for name in names:
            copy.writestr(name, changed[name] if name in changed else package.archive.read(name))
    return True


def _with_relationships(parts: set[str]) -> list[str]:
    names = ["[Content_Types].xml"]
    for part in sorted(parts):
        folder, name = posixpath.split(part)
        names += [part, posixpath.join(folder, "_rels", f"{name}.rels")]
    return names
