"""The default text style: a deck has one, so slides of other sources carry theirs along.

Text boxes and table cells inherit from it; placeholders inherit from their master.
"""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from lessons.decks.fit import Fit, scale_lengths
from lessons.decks.opc import canonical
from resources.processing.extract.ooxml import A, P

LEVELS = tuple(f"{A}lvl{number}pPr" for number in range(1, 10))
CHOICES = (
    ("lnSpc",),
    ("spcBef",),
    ("spcAft",),
    ("buClrTx", "buClr"),
    ("buSzTx", "buSzPct", "buSzPts"),
    ("buFontTx", "buFont"),
    ("buNone", "buAutoNum", "buChar", "buBlip"),
    ("tabLst",),
    ("defRPr",),
)
"""Children of paragraph properties in the order of the schema; of each group one may stand there."""
RUN_CHOICES = (
    ("ln",),
    ("noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill"),
    ("effectLst", "effectDag"),
    ("highlight",),
    ("uLnTx", "uLn"),
    ("uFillTx", "uFill"),
    ("latin",),
    ("ea",),
    ("cs",),
    ("sym",),
)
BUILT_IN = {"sz": "1800"}


def default_style(root: etree._Element) -> etree._Element:
    """The presentation's style, all levels with a size."""
    found = root.find(P + "defaultTextStyle")
    style = deepcopy(found) if found is not None else etree.Element(P + "defaultTextStyle", nsmap={"a": A[1:-1]})
    for extension in style.findall(A + "extLst"):
        style.remove(extension)
    for name in LEVELS:
        level = style.find(name)
        level = etree.SubElement(style, name) if level is None else level
        run = level.find(A + "defRPr")
        run = etree.SubElement(level, A + "defRPr") if run is None else run
        for key, value in BUILT_IN.items():
            _set_default(run, key, value)
    return style


def _set_default(element: etree._Element, key: str, value: str) -> None:
    if key not in element.attrib:
        element.set(key, value)


def fingerprint(style: etree._Element) -> bytes:
    """Equal for styles that look equal: the language is no look."""
    copy = deepcopy(style)
    for element in copy.iter(A + "defRPr"):
        element.attrib.pop("lang", None)
        element.attrib.pop("altLang", None)
    for element in copy.findall(A + "defPPr"):
        copy.remove(element)
    return canonical(copy)


def carry_style(root: etree._Element, style: etree._Element, fit: Fit) -> None:
    """Write ``style`` into every text of a slide, layout or master that inherits it."""
    own = deepcopy(style)
    if fit.scale != 1:
        scale_lengths(own, fit)
    for body in root.iter(P + "txBody", A + "txBody"):
        shape = body.getparent()
        if body.tag == P + "txBody" and shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph") is not None:
            continue
        listed = body.find(A + "lstStyle")
        if listed is None:
            listed = etree.Element(A + "lstStyle")
            properties = body.find(A + "bodyPr")
            body.insert(0 if properties is None else 1, listed)
        # A shape's own style names a colour and font for its text; the default must not hide them.
        _fill_levels(listed, own, styled=shape.find(P + "style") is not None or shape.tag == A + "tc")


def _fill_levels(listed: etree._Element, style: etree._Element, *, styled: bool) -> None:
    for position, name in enumerate(LEVELS):
        wanted = style.find(name)
        level = listed.find(name)
        if level is None:
            level = etree.Element(name)
            before = [listed.find(earlier) for earlier in (f"{A}defPPr", *LEVELS[:position])]
            last = [found for found in before if found is not None]
            if last:
                last[-1].addnext(level)
            else:
                listed.insert(0, level)
        _fill(level, wanted, CHOICES, leave_out=())
        run, wanted_run = level.find(A + "defRPr"), wanted.find(A + "defRPr")
        if run is not None and wanted_run is not None:
            leave_out = ("solidFill", "latin", "ea", "cs", "sym") if styled else ()
            _fill(run, wanted_run, RUN_CHOICES, leave_out=leave_out)


def _fill(
    element: etree._Element, wanted: etree._Element, choices: tuple[tuple[str, ...], ...], *, leave_out: tuple[str, ...]
) -> None:
    for key, value in wanted.attrib.items():
        _set_default(element, key, value)
    for group in choices:
        if any(element.find(A + name) is not None for name in group):
            continue
        for name in group:
            child = wanted.find(A + name)
            if child is None or name in leave_out:
                continue
            child = etree.Element(child.tag) if name == "defRPr" else deepcopy(child)
            _insert(element, child, choices)


def _insert(element: etree._Element, child: etree._Element, choices: tuple[tuple[str, ...], ...]) -> None:
    order = [name for group in choices for name in group]
    rank = order.index(etree.QName(child).localname)
    for position, other in enumerate(element):
        name = etree.QName(other).localname
        if name not in order or order.index(name) > rank:
            element.insert(position, child)
            return
    element.append(child)
