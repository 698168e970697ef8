"""Fit slides of another size: scale everything that has a length, and centre the slide on the page."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from resources.processing.extract.ooxml import CHART, A, P

LENGTHS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("rPr", "defRPr", "endParaRPr"), ("sz", "spc")),
    **dict.fromkeys(("ln", "lnL", "lnR", "lnT", "lnB", "lnTlToBr", "lnBlToTr"), ("w",)),
    **dict.fromkeys(("pPr", "defPPr", *(f"lvl{n}pPr" for n in range(1, 10))), ("marL", "marR", "indent", "defTabSz")),
    **dict.fromkeys(("outerShdw", "innerShdw", "prstShdw", "reflection"), ("blurRad", "dist")),
    "bodyPr": ("lIns", "tIns", "rIns", "bIns", "spcCol"),
    "tcPr": ("marL", "marR", "marT", "marB"),
    "spcPts": ("val",),
    "buSzPts": ("val",),
    "tab": ("pos",),
    "glow": ("rad",),
    "softEdge": ("rad",),
    "blur": ("rad",),
    "bevelT": ("w", "h"),
    "bevelB": ("w", "h"),
    "sp3d": ("z", "extrusionH", "contourW"),
    "gridCol": ("w",),
    "tr": ("h",),
}
"""Attributes by element that are lengths: EMU, or hundredths of a point."""
DEFAULTS: dict[str, dict[str, int]] = {
    "bodyPr": {"lIns": 91440, "tIns": 45720, "rIns": 91440, "bIns": 45720},
    "tcPr": {"marL": 91440, "marR": 91440, "marT": 45720, "marB": 45720},
}
"""What a missing attribute means; it must be written out once lengths are scaled."""
CHART_TEXT = 1000
"""The size of a chart's texts where the file names none, in hundredths of a point."""


@dataclass(frozen=True, slots=True)
class Fit:
    """``scale``, then ``dx`` and ``dy`` in EMU. ``size``: of the page."""

    scale: float
    dx: int
    dy: int
    size: tuple[int, int]

    @property
    def nothing(self) -> bool:
        return self.scale == 1 and not self.dx and not self.dy

    def length(self, value: str) -> str:
        try:
            return str(round(int(value) * self.scale))
        except ValueError:
            return value


def fit_into(source: tuple[int, int], page: tuple[int, int]) -> Fit:
    """The largest centred place for a slide of the source's size on the page."""
    scale = min(page[0] / source[0], page[1] / source[1])
    # Programs round the same format differently.
    if abs(scale - 1) < 0.001:
        scale = 1
    dx, dy = (round((page[axis] - source[axis] * scale) / 2) for axis in (0, 1))
    return Fit(scale, dx if abs(dx) > 1000 else 0, dy if abs(dy) > 1000 else 0, page)


def fit_slide(root: etree._Element, fit: Fit) -> None:
    """Fit a slide, layout or master."""
    tree = root.find(f"{P}cSld/{P}spTree")
    for shape in tree if tree is not None else ():
        for frame in _frames(shape):
            _place(frame, fit)
    for fill in root.iterfind(f"{P}cSld/{P}bg/{P}bgPr/{A}blipFill/{A}stretch"):
        _letterbox(fill, fit)
    if fit.scale != 1:
        scale_lengths(root, fit, complete=root.tag == P + "sld")


def scale_lengths(root: etree._Element, fit: Fit, *, complete: bool = False) -> None:
    """Scale sizes of text, lines, margins and effects. ``complete``: write out what is missing."""
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        if name in DEFAULTS and (not complete or not _is_placeholder(element)):
            for key, value in DEFAULTS[name].items():
                if key not in element.attrib:
                    element.set(key, str(value))
        for key in LENGTHS.get(name, ()):
            if key in element.attrib:
                element.set(key, fit.length(element.get(key, "")))


def fit_chart(root: etree._Element, fit: Fit) -> None:
    """Scale the texts and lines of a chart, whose shapes follow its frame."""
    if root.tag == CHART + "chartSpace" and root.find(CHART + "txPr") is None:
        text = etree.fromstring(
            f'<c:txPr xmlns:c="{CHART[1:-1]}" xmlns:a="{A[1:-1]}"><a:bodyPr/><a:lstStyle/><a:p><a:pPr>'
            f'<a:defRPr sz="{CHART_TEXT}"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
        )
        before = root.find(CHART + "spPr")
        before = root.find(CHART + "chart") if before is None else before
        if before is not None:
            before.addnext(text)
    scale_lengths(root, fit, complete=True)


def _is_placeholder(element: etree._Element) -> bool:
    """Whether these properties are a placeholder's, which inherits what it does not say."""
    shape = element.getparent()
    shape = shape.getparent() if shape is not None else None
    return shape is not None and shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph") is not None


def _frames(shape: etree._Element) -> list[etree._Element]:
    """The transforms of a shape on the slide itself; those of alternative contents come in several."""
    if not isinstance(shape.tag, str):
        return []
    if shape.tag.endswith("}AlternateContent"):
        return [frame for choice in shape for inner in choice for frame in _frames(inner)]
    places = (f"{P}spPr/{A}xfrm", f"{P}grpSpPr/{A}xfrm", f"{P}xfrm")
    return [found for place in places if (found := shape.find(place)) is not None]


def _place(frame: etree._Element, fit: Fit) -> None:
    # A group keeps chOff and chExt, so its shapes follow.
    for name, keys in (("off", ("x", "y")), ("ext", ("cx", "cy"))):
        element = frame.find(A + name)
        if element is None:
            continue
        for key, shift in zip(keys, (fit.dx, fit.dy), strict=True):
            value = int(float(fit.length(element.get(key, "0"))))
            element.set(key, str(value + shift if name == "off" else value))


def _letterbox(fill: etree._Element, fit: Fit) -> None:
    """Keep the proportions of a background image."""
    for child in fill.findall(A + "fillRect"):
        if child.attrib:
            return
        fill.remove(child)
    x, y = round(fit.dx / fit.size[0] * 100000), round(fit.dy / fit.size[1] * 100000)
    etree.SubElement(fill, A + "fillRect", {"l": str(x), "t": str(y), "r": str(x), "b": str(y)})
