"""Pages that the deck adds itself: pictures of pages, dividers and the credits."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import segno
from lxml import etree
from PIL import Image

from lessons.decks import blank
from lessons.decks.opc import HEAD, OFFICE, Relation
from lessons.decks.plan import Credit, DeckPlan, Pick
from resources.processing.extract.ooxml import A, P

if TYPE_CHECKING:
    from lessons.decks.deck import Deck

ML = "application/vnd.openxmlformats-officedocument.presentationml."
THEME_TYPE = "application/vnd.openxmlformats-officedocument.theme+xml"
PER_PAGE = 4
"""Credits on one page."""
DESIGN = (12192000, 6858000)
"""The page size that the positions below are meant for, in EMU; others are scaled."""
JPEG_QUALITY = 90
MAX_TEXT = 20_000
"""Characters of page text that go into the notes."""
ALT = 300


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph. ``size``: hundredths of a point on a page of DESIGN."""

    text: str
    size: int
    bold: bool = False
    quiet: bool = False
    link: str = ""


class OwnPages:
    def __init__(self, deck: Deck) -> None:
        self.deck = deck
        writer = deck.writer
        theme = writer.new_name("ppt/theme/theme1.xml")
        writer.add(theme, HEAD + blank.theme("Library"), THEME_TYPE)
        self.layout = writer.new_name("ppt/slideLayouts/slideLayout1.xml")
        self.master = writer.new_name("ppt/slideMasters/slideMaster1.xml")
        deck.add_master(self.master)
        to_layout = [_relation(1, "slideLayout", self.layout), _relation(2, "theme", theme)]
        layout_id = deck.next_master_id()
        writer.add(self.master, HEAD + blank.master(layout_id), f"{ML}slideMaster+xml", to_layout)
        to_master = [_relation(1, "slideMaster", self.master)]
        writer.add(self.layout, HEAD + blank.LAYOUT, f"{ML}slideLayout+xml", to_master)
        notes_theme = writer.new_name("ppt/theme/theme1.xml")
        writer.add(notes_theme, HEAD + blank.theme("Notes"), THEME_TYPE)
        self.notes_master = writer.new_name("ppt/notesMasters/notesMaster1.xml")
        to_theme = [_relation(1, "theme", notes_theme)]
        writer.add(self.notes_master, HEAD + blank.NOTES_MASTER, f"{ML}notesMaster+xml", to_theme)

    # --- pages

    def picture(self, pick: Pick, *, corner: str) -> str:
        """A page as a picture over the whole slide, its text in the notes."""
        data, size = _jpeg(pick.image)
        name = self.deck.writer.new_name("ppt/media/page1.jpg")
        self.deck.writer.add(name, data, "image/jpeg")
        width, height = self.deck.size
        scale = min(width / size[0], height / size[1])
        across, down = round(size[0] * scale), round(size[1] * scale)
        alt = " ".join(f"{pick.label} {pick.text}".split())[:ALT]
        box = ((width - across) // 2, (height - down) // 2, across, down)
        shapes = _picture(2, "rId2", box, alt)
        note = "\n".join(filter(None, (pick.note, pick.text[:MAX_TEXT])))
        slide = self._slide(shapes, [_relation(2, "image", name)], note=note, corner=corner)
        return slide

    def blank_page(self, pick: Pick, *, corner: str) -> str:
        """A page that has neither a slide to carry nor an image: its text."""
        lines = [Line(pick.label, 2800, bold=True), Line(pick.text[:1500], 1400)]
        shapes = self._text_box(2, (760000, 620000, 10672000, 5600000), lines)
        return self._slide(shapes, [], note=pick.note, corner=corner)

    def divider(self, text: str) -> str:
        shapes = self._bar(2, (760000, 3080000, 1200000, 50000))
        shapes += self._text_box(3, (670000, 1500000, 10800000, 1500000), [Line(text, 4000, bold=True)], anchor="b")
        return self._slide(shapes, [])

    def credits(self, plan: DeckPlan, pages: Sequence[Sequence[int]]) -> list[str]:
        """The credits, PER_PAGE sources on a page. ``pages``: the page numbers in the deck by source."""
        rows = [(credit, numbers) for credit, numbers in zip(plan.credits, pages, strict=True) if numbers]
        groups = [rows[start : start + PER_PAGE] for start in range(0, len(rows), PER_PAGE)]
        return [self._credits_page(plan, group, number, len(groups)) for number, group in enumerate(groups, 1)]

    def _credits_page(
        self, plan: DeckPlan, rows: Sequence[tuple[Credit, Sequence[int]]], number: int, count: int
    ) -> str:
        heading = plan.words.credits + (f" {number}/{count}" if count > 1 else "")
        lines = [Line(heading, 2400, bold=True), Line(plan.title, 1200, quiet=True)]
        shapes = self._text_box(2, (600000, 300000, 10992000, 830000), lines)
        terms = [Line(term, 1200, bold=True) for term in plan.terms]
        shapes += self._text_box(3, (600000, 1110000, 10992000, 480000), terms, anchor="ctr")
        shapes += self._bar(4, (690000, 1600000, 10812000, 12700))
        relations: list[Relation] = []
        for position, (credit, numbers) in enumerate(rows):
            top = 1700000 + position * 1250000
            first = len(relations) + 2
            relations += self._credit_relations(credit, first)
            link = f"rId{first + 1}" if len(relations) + 2 > first + 1 else ""
            box = self._scaled((690000, top + 60000, 1060000, 1060000))
            shapes += _picture(10 + 2 * position, f"rId{first}", box, credit.url)
            text = _credit_lines(plan, credit, numbers, link)
            shapes += self._text_box(11 + 2 * position, (1850000, top, 9700000, 1200000), text, anchor="ctr")
        return self._slide(shapes, relations)

    def _credit_relations(self, credit: Credit, first: int) -> list[Relation]:
        name = self.deck.writer.new_name("ppt/media/qr1.png")
        self.deck.writer.add(name, _qr(credit.url), "image/png")
        link = Relation(f"rId{first + 1}", f"{OFFICE}hyperlink", credit.url, external=True)
        return [_relation(first, "image", name), link]

    def _slide(self, shapes: str, relations: list[Relation], *, note: str = "", corner: str = "") -> str:
        name = self.deck.writer.new_name("ppt/slides/slide1.xml")
        root = etree.fromstring(
            f"<p:sld {blank.XMLNS}><p:cSld><p:spTree>{blank.GROUP}{shapes}</p:spTree></p:cSld>"
            "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
        )
        if corner:
            self.add_corner(root, corner)
        relations = [_relation(1, "slideLayout", self.layout), *relations]
        if note:
            notes = self.deck.writer.new_name("ppt/notesSlides/notesSlide1.xml")
            self.write_notes(notes, name, note)
            relations.append(_relation(len(relations) + 1, "notesSlide", notes))
        self.deck.writer.add(name, HEAD.encode() + etree.tostring(root), f"{ML}slide+xml", relations)
        return name

    # --- parts of carried slides

    def write_notes(self, name: str, slide: str, text: str) -> None:
        root = (
            f"<p:notes {blank.XMLNS}><p:cSld><p:spTree>{blank.GROUP}"
            '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" '
            'noChangeAspect="1"/></p:cNvSpPr><p:nvPr><p:ph type="sldImg"/></p:nvPr></p:nvSpPr><p:spPr/></p:sp>'
            '<p:sp><p:nvSpPr><p:cNvPr id="3" name="Notes"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
            '<p:ph type="body" idx="1"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/>'
            f"{_paragraphs(text)}</p:txBody></p:sp></p:spTree></p:cSld>"
            "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:notes>"
        )
        relations = [_relation(1, "notesMaster", self.notes_master), _relation(2, "slide", slide)]
        self.deck.writer.add(name, HEAD + root, f"{ML}notesSlide+xml", relations)

    def add_note(self, root: etree._Element, text: str) -> None:
        """Put the teacher's note above the notes of the source."""
        for shape in root.iter(P + "sp"):
            place = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
            body = shape.find(P + "txBody")
            if place is None or place.get("type", "body") != "body" or body is None:
                continue
            first = body.find(A + "p")
            added = etree.fromstring(f"<x {blank.XMLNS}>{_paragraphs(text)}</x>")
            for paragraph in list(added):
                if first is None:
                    body.append(paragraph)
                else:
                    first.addprevious(paragraph)
            return

    def add_corner(self, root: etree._Element, text: str) -> None:
        """Print the source at the lower right edge of a slide."""
        tree = root.find(f"{P}cSld/{P}spTree")
        if tree is None:
            return
        used = [int(found.get("id", "0")) for found in root.iter(P + "cNvPr") if found.get("id", "0").isdigit()]
        line = [Line(text[:90], 900, quiet=True)]
        box = self._text_box(max(used, default=1) + 1, (5200000, 6570000, 6900000, 260000), line, align="r")
        shape = etree.fromstring(f"<x {blank.XMLNS}>{box}</x>")[0]
        last = tree.find(P + "extLst")
        if last is None:
            tree.append(shape)
        else:
            last.addprevious(shape)

    # --- shapes

    def _scaled(self, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        """A box of the design on this page: same proportions, in the middle."""
        scale = self._scale
        dx, dy = ((self.deck.size[axis] - DESIGN[axis] * scale) / 2 for axis in (0, 1))
        x, y, width, height = (value * scale for value in box)
        return round(x + dx), round(y + dy), round(width), round(height)

    @property
    def _scale(self) -> float:
        return min(self.deck.size[axis] / DESIGN[axis] for axis in (0, 1))

    def _text_box(
        self, number: int, box: tuple[int, int, int, int], lines: Sequence[Line], *, anchor: str = "t", align: str = "l"
    ) -> str:
        if not lines:
            return ""
        paragraphs = "".join(_paragraph(line, self._scale, align) for line in lines)
        return (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Text {number}"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
            f'<p:spPr>{_frame(self._scaled(box))}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
            f'<p:txBody><a:bodyPr wrap="square" anchor="{anchor}"><a:normAutofit/></a:bodyPr><a:lstStyle/>'
            f"{paragraphs}</p:txBody></p:sp>"
        )

    def _bar(self, number: int, box: tuple[int, int, int, int]) -> str:
        return (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Rule {number}"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>'
            f'{_frame(self._scaled(box))}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill>'
            '<a:schemeClr val="accent1"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
        )


def _credit_lines(plan: DeckPlan, credit: Credit, numbers: Sequence[int], link: str) -> list[Line]:
    pages = plan.words.pages % page_ranges(numbers)
    who = "　".join(filter(None, (credit.school, credit.authors)))
    return [
        Line(f"{credit.title}　{pages}", 1400, bold=True),
        Line(f"{who}　{plan.words.licence}：{credit.licence}" if credit.licence else who, 1200),
        Line(credit.citation, 1000, quiet=True),
        Line(credit.url, 1000, link=link),
    ]


def page_ranges(numbers: Sequence[int]) -> str:
    """Page numbers as a reader writes them: 1～3、7."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return "、".join(str(first) if first == last else f"{first}～{last}" for first, last in ranges)


def _relation(number: int, kind: str, target: str) -> Relation:
    return Relation(f"rId{number}", OFFICE + kind, target)


def _frame(box: tuple[int, int, int, int]) -> str:
    x, y, width, height = box
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'


def _picture(number: int, relation: str, box: tuple[int, int, int, int], alt: str) -> str:
    return (
        f'<p:pic><p:nvPicPr><p:cNvPr id="{number}" name="Picture {number}" descr={quoteattr(_clean(alt))}/><p:cNvPicPr>'
        f'<a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed="{relation}"/>'
        f'<a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>{_frame(box)}<a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></p:spPr></p:pic>"
    )


def _paragraph(line: Line, scale: float, align: str) -> str:
    colour = '<a:solidFill><a:srgbClr val="5B5750"/></a:solidFill>' if line.quiet else ""
    link = f'<a:hlinkClick r:id="{line.link}"/>' if line.link else ""
    bold = ' b="1"' if line.bold else ""
    size = max(600, round(line.size * scale))
    runs = "<a:br/>".join(
        f'<a:r><a:rPr lang="zh-CN" sz="{size}"{bold}>{colour}{link}</a:rPr><a:t>{escape(_clean(piece))}</a:t></a:r>'
        for piece in line.text.split("\n")
    )
    return f'<a:p><a:pPr algn="{align}"/>{runs}</a:p>'


def _paragraphs(text: str) -> str:
    return "".join(
        f'<a:p><a:r><a:rPr lang="zh-CN"/><a:t>{escape(_clean(line))}</a:t></a:r></a:p>' if line else "<a:p/>"
        for line in text.split("\n")
    )


def _clean(text: str) -> str:
    """Without characters that XML forbids."""
    return "".join(
        c
        for c in text
        if c in "\t\n" or ((c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe") or c > "\uffff")
    )


def _qr(text: str) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=6, border=2)
    return out.getvalue()


def _jpeg(path: str) -> tuple[bytes, tuple[int, int]]:
    with Image.open(path) as image:
        size = image.size
        out = io.BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue(), size
