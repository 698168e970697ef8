"""Carry slides of one source into the deck, each with everything it shows.

Parts are copied as they are and keep their relationship ids. Only slides, layouts and masters are parsed, and parts with
relationships that can't come along.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from lessons.decks.fit import fit_chart, fit_into, fit_slide, scale_lengths
from lessons.decks.opc import HEAD, CannotCarry, Relation, Source
from lessons.decks.text_defaults import carry_style, default_style, fingerprint
from resources.processing.extract.ooxml import A, P, R

if TYPE_CHECKING:
    from lessons.decks.deck import Deck

NOT_CARRIED = frozenset(
    {
        *("comments", "comment", "commentAuthors", "authors", "threadedComment", "person"),
        *("vbaProject", "control", "activeXControlBinary", "printerSettings", "attachedTemplate"),
        *("handoutMaster", "presProps", "viewProps", "customXml"),
    }
)
"""Kinds of relationships that stay behind: remarks to the authors, programs, and what belongs to a whole file."""
LINKS = frozenset({"hyperlink"})
WEB = ("http://", "https://", "mailto:")
JUMP = "ppaction://hlinksldjump"
RELATIVE_JUMP = "ppaction://hlinkshowjump"
CLICKS = frozenset({A + "hlinkClick", A + "hlinkHover", A + "hlinkMouseOver"})
XML_KINDS = frozenset({"slide", "slideLayout", "slideMaster"})
TABLE_STYLE = A + "tableStyleId"


class Carrier:
    """``slide_names``: source part → name of its first copy in the deck. Complete before writing."""

    def __init__(self, source: Source, deck: Deck) -> None:
        self.source, self.deck = source, deck
        self.fit = fit_into(source.size, deck.size)
        self.slide_names: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._waiting: list[tuple[str, str, str]] = []
        self._table_styles = deck.table_styles.take(source)
        style = default_style(source.root)
        self._style = style if self.fit.scale != 1 or fingerprint(style) != deck.style_fingerprint else None

    def reserve(self, number: int) -> str:
        """The name of a new copy of a slide. Raises CannotCarry if there is no such slide or it can't be read."""
        slides = self.source.slides
        if not 1 <= number <= len(slides):
            raise CannotCarry(f"slide {number}")
        part = slides[number - 1]
        if self.source.xml(part).tag != P + "sld":
            raise CannotCarry(part)
        self._check_layout(part)
        name = self.deck.writer.new_name("ppt/slides/slide1.xml")
        self.slide_names.setdefault(part, name)
        return name

    def _check_layout(self, part: str) -> None:
        for kind in ("slideLayout", "slideMaster", "theme"):
            found = [relation.target for relation in self.source.relations_of(part) if relation.kind == kind]
            if not found or not self.source.has(found[0]):
                raise CannotCarry(f"{part} has no {kind}")
            part = found[0]

    def write_slide(self, number: int, name: str, *, note: str, corner: str) -> None:
        """Write a slide under a reserved name, and the parts it needs that are not in the deck yet."""
        part = self.source.slides[number - 1]
        root = self.source.xml(part)
        relations, dropped = [], set()
        notes = ""
        for relation in self.source.relations_of(part):
            if relation.kind == "notesSlide":
                notes = relation.target if self.source.has(relation.target) else ""
            elif (carried := self._carried(relation)) is not None:
                relations.append(carried)
            else:
                dropped.add(relation.id)
        self._adapt(root, dropped)
        if corner:
            self.deck.own.add_corner(root, corner)
        if notes or note:
            notes_name = self._write_notes(notes, name, note)
            used = {relation.id for relation in relations} | dropped
            relations.append(self.deck.relation("notesSlide", notes_name, used=used))
        self.deck.writer.add(name, _text(root), self.source.content_type(part), relations)
        self._write_waiting()

    def _write_notes(self, part: str, slide: str, note: str) -> str:
        """The notes of the slide, below the teacher's own note."""
        name = self.deck.writer.new_name("ppt/notesSlides/notesSlide1.xml")
        if not part:
            self.deck.own.write_notes(name, slide, note)
            return name
        root = self.source.xml(part)
        relations, dropped = [], set()
        for relation in self.source.relations_of(part):
            if relation.kind == "notesMaster":
                relations.append(replace(relation, target=self.deck.own.notes_master))
            elif relation.kind == "slide":
                relations.append(replace(relation, target=slide))
            elif (carried := self._carried(relation)) is not None:
                relations.append(carried)
            else:
                dropped.add(relation.id)
        _drop(root, dropped)
        if note:
            self.deck.own.add_note(root, note)
        self.deck.writer.add(name, _text(root), self.source.content_type(part), relations)
        return name

    def _carried(self, relation: Relation) -> Relation | None:
        """The relationship as the deck has it; None if it stays behind."""
        if relation.external:
            # Files of the author's computer, programs, and pictures that would be fetched from the web stay behind.
            kept = relation.kind in LINKS and relation.target.lower().startswith(WEB)
            return relation if kept else None
        if relation.kind in NOT_CARRIED or not relation.target.startswith("ppt/"):
            return None
        if relation.kind == "slide":
            target = self.slide_names.get(relation.target)
            return replace(relation, target=target) if target else None
        if not self.source.has(relation.target):
            return None
        return replace(relation, target=self._take(relation.target, relation.kind))

    def _take(self, part: str, kind: str) -> str:
        """The new name of a part; it is written later if it is not in the deck yet."""
        if part not in self._names:
            name = self._names[part] = self.deck.writer.new_name(part)
            if kind == "slideMaster":
                self.deck.add_master(name)
            self._waiting.append((part, name, kind))
        return self._names[part]

    def _write_waiting(self) -> None:
        while self._waiting:
            part, name, kind = self._waiting.pop()
            relations, dropped = [], set()
            for relation in self.source.relations_of(part):
                carried = self._carried(relation)
                if carried is None:
                    dropped.add(relation.id)
                else:
                    relations.append(carried)
            content_type = self.source.content_type(part)
            change = self._change_of(kind, content_type)
            if change is None and not dropped:
                self.deck.writer.copy(name, self.source.open(part), content_type, relations)
                continue
            root = self.source.xml(part)
            if change is not None:
                change(root, dropped)
            else:
                _drop(root, dropped)
            self.deck.writer.add(name, _text(root), content_type, relations)

    def _change_of(self, kind: str, content_type: str) -> Callable[[etree._Element, set[str]], None] | None:
        """How a part of this kind must be changed; None: only what stayed behind is taken out."""
        if kind in XML_KINDS:
            return self._adapt
        if self.fit.scale == 1 or not content_type.endswith("xml"):
            return None
        if kind == "chart":
            return self._fit_chart
        return self._fit_theme if kind == "theme" else None

    def _fit_chart(self, root: etree._Element, dropped: set[str]) -> None:
        _drop(root, dropped)
        fit_chart(root, self.fit)

    def _fit_theme(self, root: etree._Element, dropped: set[str]) -> None:
        _drop(root, dropped)
        scale_lengths(root, self.fit)

    def _adapt(self, root: etree._Element, dropped: set[str]) -> None:
        """Make a slide, layout or master fit for the deck."""
        _drop(root, dropped)
        for found in root.iter(TABLE_STYLE):
            if (found.text or "").strip() in self._table_styles:
                found.text = self._table_styles[(found.text or "").strip()]
        for entry in root.iterfind(f"{P}sldLayoutIdLst/{P}sldLayoutId"):
            entry.set("id", str(self.deck.next_master_id()))
        if not self.fit.nothing:
            fit_slide(root, self.fit)
        if self._style is not None:
            carry_style(root, self._style, self.fit)


def _drop(root: etree._Element, dropped: set[str]) -> None:
    """Take out what names a relationship that stayed behind, and actions that would run something."""
    for element in list(root.iter(etree.Element)):
        if element.tag in CLICKS and _is_dead(element, dropped):
            _remove(element)
            continue
        for key in [key for key, value in element.attrib.items() if key.startswith(R) and value in dropped]:
            if element.tag == A + "blip":
                del element.attrib[key]
            else:
                _remove(element)
                break


def _is_dead(element: etree._Element, dropped: set[str]) -> bool:
    target, action = element.get(R + "id", ""), element.get("action", "")
    if action and not action.startswith((JUMP, RELATIVE_JUMP, "ppaction://media", "ppaction://noaction")):
        return True
    # A sound needs no target, and neither does "next slide".
    return target in dropped or (not target and action.startswith(JUMP))


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _text(root: etree._Element) -> bytes:
    return HEAD.encode() + bytes(etree.tostring(root))


def known_style(source: Source) -> bytes:
    """What tells the default text style of a source from others."""
    return fingerprint(default_style(source.root))
