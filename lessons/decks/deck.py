"""Build one PPTX from a plan. Runs in the sandbox."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from lessons.decks import blank
from lessons.decks.carry import Carrier, known_style
from lessons.decks.opc import CORE, HEAD, MAIN, OFFICE, CannotCarry, Relation, Source, Writer
from lessons.decks.own_pages import DESIGN, ML, OwnPages
from lessons.decks.plan import EDITABLE, DeckPlan, Pick, read_plan
from lessons.decks.table_styles import TableStyles
from lessons.decks.text_defaults import default_style, fingerprint

FIRST_MASTER_ID = 2147483648
FIRST_SLIDE_ID = 256
SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"
NAMESPACE = uuid.UUID("0b0f2a55-9a0e-4a53-8f37-6a2f5d0d7f31")
Report = Callable[[dict[str, Any]], None]


class Deck:
    """``size``: of a page in EMU. ``base``: the default text style of the deck."""

    def __init__(self, path: Path, *, size: tuple[int, int], base: etree._Element) -> None:
        self.writer = Writer(path)
        self.size = size
        self.base = base
        self.style_fingerprint = fingerprint(base)
        self.table_styles = TableStyles()
        self._masters: list[tuple[int, str]] = []
        self._last_id = FIRST_MASTER_ID - 1
        self.own = OwnPages(self)

    def next_master_id(self) -> int:
        """Masters and layouts share one range of ids."""
        self._last_id += 1
        return self._last_id

    def add_master(self, name: str) -> None:
        self._masters.append((self.next_master_id(), name))

    def relation(self, kind: str, target: str, *, used: set[str]) -> Relation:
        """A relationship whose id is not in use."""
        number = 1
        while f"rId{number}" in used:
            number += 1
        return Relation(f"rId{number}", OFFICE + kind, target)

    def close(self, title: str, sections: list[tuple[str, list[str]]]) -> None:
        """Write the presentation itself. ``sections``: name and slides of each."""
        relations: list[Relation] = []

        def relate(kind: str, target: str) -> str:
            relations.append(Relation(f"rId{len(relations) + 1}", OFFICE + kind, target))
            return relations[-1].id

        masters = "".join(
            f'<p:sldMasterId id="{number}" r:id="{relate("slideMaster", name)}"/>' for number, name in self._masters
        )
        notes = f'<p:notesMasterId r:id="{relate("notesMaster", self.own.notes_master)}"/>'
        numbers: dict[str, int] = {}
        slides = ""
        for name in (name for _title, names in sections for name in names):
            numbers[name] = FIRST_SLIDE_ID + len(numbers)
            slides += f'<p:sldId id="{numbers[name]}" r:id="{relate("slide", name)}"/>'
        self.writer.add("ppt/tableStyles.xml", self.table_styles.xml(), f"{ML}tableStyles+xml")
        relate("tableStyles", "ppt/tableStyles.xml")
        relate("theme", "ppt/theme/theme1.xml")
        width, height = self.size
        root = (
            f'<p:presentation {blank.XMLNS} saveSubsetFonts="1"><p:sldMasterIdLst>{masters}</p:sldMasterIdLst>'
            f"<p:notesMasterIdLst>{notes}</p:notesMasterIdLst><p:sldIdLst>{slides}</p:sldIdLst>"
            f'<p:sldSz cx="{width}" cy="{height}"/><p:notesSz cx="6858000" cy="9144000"/>'
            f"{etree.tostring(self.base, encoding=str, with_tail=False)}{_sections(sections, numbers)}</p:presentation>"
        )
        self.writer.add(MAIN, HEAD + root, f"{ML}presentation.main+xml", relations)
        self.writer.add(CORE, HEAD + _properties(title), "application/vnd.openxmlformats-package.core-properties+xml")
        self.writer.close()


def _sections(sections: list[tuple[str, list[str]]], numbers: dict[str, int]) -> str:
    rows = ""
    for position, (title, names) in enumerate(sections):
        if names:
            identity = str(uuid.uuid5(NAMESPACE, f"{position} {title}")).upper()
            ids = "".join(f'<p14:sldId id="{numbers[name]}"/>' for name in names)
            rows += f'<p14:section name={quoteattr(title)} id="{{{identity}}}"><p14:sldIdLst>{ids}</p14:sldIdLst></p14:section>'
    return f'<p:extLst><p:ext uri="{SECTIONS}"><p14:sectionLst xmlns:p14="{P14}">{rows}</p14:sectionLst></p:ext></p:extLst>'


def _properties(title: str) -> str:
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title></cp:coreProperties>"
    )


class DeckBuilder:
    """Builds the deck of a plan. A source that can't be carried gives pictures of its pages instead."""

    def __init__(self, plan: DeckPlan, folder: Path, report: Report) -> None:
        self.plan, self.folder, self.report = plan, folder, report
        self.pictures_only: set[str] = set()
        self.sources: dict[str, Source] = {}

    def build(self, path: Path) -> dict[str, Any]:
        """Write the deck. Returns ``{"pages", "pictures"}``: how many pages, and which picks became pictures."""
        self._open_sources()
        while True:
            try:
                return self._write(path)
            except SourceFailed as failure:
                # A part breaks only while it is read: start again without this source.
                self.pictures_only.add(failure.path)
                path.unlink(missing_ok=True)

    def _open_sources(self) -> None:
        for path in dict.fromkeys(pick.path for pick in self.plan.picks if pick.path and pick.format == EDITABLE):
            try:
                self.sources[path] = Source(self.folder / path)
            except CannotCarry:
                self.pictures_only.add(path)

    def _carries(self, pick: Pick) -> bool:
        return pick.path in self.sources and pick.path not in self.pictures_only

    def _write(self, path: Path) -> dict[str, Any]:
        carried = [pick for pick in self.plan.picks if self._carries(pick)]
        deck = Deck(path, size=self._size(carried), base=self._base(carried))
        carriers = {name: Carrier(self.sources[name], deck) for name in dict.fromkeys(p.path for p in carried)}
        names = self._reserve(carriers)
        sections: list[tuple[str, list[str]]] = []
        pages: list[list[int]] = [[] for _credit in self.plan.credits]
        count, pictures, position = 0, [], 0
        for section in self.plan.sections:
            slides = [deck.own.divider(section.name)] if section.divider else []
            count += len(slides)
            for pick in section.picks:
                slides.append(self._write_pick(deck, carriers, pick, names[position]))
                count += 1
                pages[pick.credit].append(count)
                pictures += [] if names[position] else [position]
                position += 1
                self.report({"page": position})
            sections.append((section.name, slides))
        credits = deck.own.credits(self.plan, pages)
        sections.append((self.plan.words.credits, credits))
        deck.close(self.plan.title, sections)
        return {"pages": count + len(credits), "pictures": pictures}

    def _reserve(self, carriers: dict[str, Carrier]) -> list[str]:
        """The names of the carried slides in the order of the picks; empty for what becomes a picture.

        All names are known before a slide is written, because slides link to each other.
        """
        names = []
        for pick in self.plan.picks:
            try:
                names.append(carriers[pick.path].reserve(pick.page) if pick.path in carriers else "")
            except CannotCarry:
                names.append("")
        return names

    def _write_pick(self, deck: Deck, carriers: dict[str, Carrier], pick: Pick, name: str) -> str:
        credit = self.plan.credits[pick.credit]
        corner = f"{credit.title}　{credit.school}" if self.plan.corner else ""
        if name:
            try:
                carriers[pick.path].write_slide(pick.page, name, note=pick.note, corner=corner)
            except (CannotCarry, etree.LxmlError, ValueError) as error:
                raise SourceFailed(pick.path) from error
            return name
        image = str(self.folder / pick.image) if pick.image else ""
        own = Pick(pick.path, pick.format, pick.page, image, pick.text, pick.label, pick.credit, pick.note)
        return deck.own.picture(own, corner=corner) if image else deck.own.blank_page(own, corner=corner)

    def _size(self, carried: list[Pick]) -> tuple[int, int]:
        """The size of most slides, so that few are scaled."""
        sizes = Counter(self.sources[pick.path].size for pick in carried)
        return sizes.most_common(1)[0][0] if sizes else DESIGN

    def _base(self, carried: list[Pick]) -> etree._Element:
        """The default text style of most slides."""
        known = {path: known_style(source) for path, source in self.sources.items()}
        styles = Counter(known[pick.path] for pick in carried)
        for pick in carried:
            if known[pick.path] == styles.most_common(1)[0][0]:
                return default_style(self.sources[pick.path].root)
        return plain_style()


def plain_style() -> etree._Element:
    """The default text style of a deck without a slide that is carried over."""
    return etree.fromstring(f"<p:defaultTextStyle {blank.XMLNS}>{blank.levels(size=1800)}</p:defaultTextStyle>")


class SourceFailed(Exception):
    """A source that looked sound broke while it was copied."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def build_own(plan: str, name: str) -> dict[str, Any]:
    """As ``build``, but only the pages that the deck adds itself, in the order of a PDF (pdf.py).

    These are dividers, pages that have neither a file to take them from nor an image, and the credits.
    """
    whole = read_plan(Path(plan))
    path = Path(name)
    deck = Deck(path, size=DESIGN, base=plain_style())
    pages: list[list[int]] = [[] for _credit in whole.credits]
    slides: list[str] = []
    count = 0
    for section in whole.sections:
        if section.divider:
            slides.append(deck.own.divider(section.name))
            count += 1
        for pick in section.picks:
            count += 1
            pages[pick.credit].append(count)
            if not pick.image:
                slides.append(deck.own.blank_page(pick, corner=""))
    credits = deck.own.credits(whole, pages)
    deck.close(whole.title, [("", [*slides, *credits])])
    return {"pages": count + len(credits)}


def build(plan: str, name: str, report: Report) -> dict[str, Any]:
    """The command of the subprocess: build the plan in the file ``plan`` into the file ``name``."""
    return DeckBuilder(read_plan(Path(plan)), Path(), report).build(Path(name))
