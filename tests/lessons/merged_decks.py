"""Draw slides from many decks, merge them, compare every page with its original by LibreOffice."""

from __future__ import annotations

import posixpath
import random
import re
import subprocess
import tempfile
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
from lxml import etree
from PIL import Image, ImageChops, ImageFilter
from pptx import Presentation

from demo.catalogue import ITEMS
from lessons.decks.deck import DeckBuilder
from lessons.decks.fit import Fit, fit_into
from lessons.decks.opc import Source
from lessons.decks.plan import Credit, DeckPlan, Pick, Section
from resources.processing.extract.ooxml import A, P
from resources.processing.render.office import FILTERS

WIDTH = 960
"""Pixels of a rendered page."""
TOLERANCE = 64
EMU_PER_POINT = 12700


@dataclass(frozen=True, slots=True)
class Drawn:
    source: Path
    page: int


@dataclass(slots=True)
class Comparison:
    """``different``: what differs, by source slide. ``fitted``: slides of another size."""

    slides: int = 0
    fitted: int = 0
    slides_that_differ: int = 0
    different: dict[str, list[str]] = field(default_factory=dict)

    def note(self, drawn: Drawn, what: str) -> None:
        self.different.setdefault(f"{drawn.source.name} {drawn.page}", []).append(what)

    def add(self, other: Comparison) -> None:
        self.slides += other.slides
        self.fitted += other.fitted
        self.slides_that_differ += other.slides_that_differ
        for key, found in other.different.items():
            self.different.setdefault(key, []).extend(found)


def demo_decks(folder: Path) -> list[Path]:
    """Write every presentation of the demo into the folder."""
    made = []
    for item in ITEMS:
        for file in (*item.files, *item.newer):
            if file.name.endswith(".pptx"):
                path = folder / f"demo{len(made)}.pptx"
                path.write_bytes(file.make())
                made.append(path)
    return made


def draw(sources: list[Path], *, seed: int) -> list[Drawn]:
    """2 to 20 slides, by seed."""
    dice = random.Random(seed)
    counts = {path: len(Source(path).slides) for path in sources}
    slides = [Drawn(path, page) for path, count in counts.items() for page in range(1, count + 1)]
    return [dice.choice(slides) for _ in range(dice.randint(2, 20))]


def merge(drawn: list[Drawn], path: Path) -> dict[str, Any]:
    picks = tuple(Pick(str(one.source), "pptx", one.page, "", "", "", 0) for one in drawn)
    credit = Credit("示例", "示例教师", "示例院校（演示）", "CC BY 4.0", "示例[Z/OL].", "https://library.example/r/1/")
    plan = DeckPlan("合并", (Section("全部", picks),), (credit,))
    return DeckBuilder(plan, Path("/"), lambda _message: None).build(path)


# --- rendering


def freeze_fields(path: Path, target: Path) -> None:
    """A copy whose slide numbers and dates are plain text: they differ between deck and original by right."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for info in source.infolist():
            data = source.read(info)
            if re.match(r"ppt/(slides|slideLayouts|slideMasters)/[^/]+\.xml$", info.filename):
                data = _freeze(data)
            copy.writestr(info.filename, data)


def _freeze(data: bytes) -> bytes:
    root = etree.fromstring(data)
    for element in list(root.iter(A + "fld")):
        for child in element.findall(A + "pPr"):
            element.remove(child)
        element.tag = A + "r"
        element.attrib.clear()
    return bytes(etree.tostring(root))


def render(paths: list[Path], folder: Path) -> dict[Path, Path]:
    """Convert presentations to PDF in one run of LibreOffice."""
    frozen = folder / "frozen"
    frozen.mkdir(exist_ok=True)
    copies = {path: frozen / f"{number}.pptx" for number, path in enumerate(paths)}
    for path, copy in copies.items():
        freeze_fields(path, copy)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", FILTERS["slides"][1], "--outdir", str(folder / "pdf")]
    subprocess.run([*command, *map(str, copies.values())], check=True, capture_output=True, timeout=1800)
    return {path: folder / "pdf" / f"{copy.stem}.pdf" for path, copy in copies.items()}


def page_image(pdf: Path, page: int, *, width: int = WIDTH) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = document[page - 1]
        image: Image.Image = found.render(scale=width / found.get_width()).to_pil().convert("RGB")
        return image
    finally:
        document.close()


def differing(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of a pixel to its neighbourhood of one pixel in the other image."""
    return max(_beyond(one, other), _beyond(other, one))


def _beyond(one: Image.Image, other: Image.Image) -> int:
    above = ImageChops.subtract(one, other.filter(ImageFilter.MaxFilter(3)))
    below = ImageChops.subtract(other.filter(ImageFilter.MinFilter(3)), one)
    return max(high for image in (above, below) for _low, high in image.getextrema())


# --- comparing


class Originals:
    """The originals, rendered once."""

    def __init__(self, paths: list[Path], folder: Path) -> None:
        self.paths = paths
        self._pdfs = render(paths, folder)
        self._decks = {path: Presentation(str(path)) for path in paths}
        self._sizes = {path: Source(path).size for path in paths}

    def slide(self, drawn: Drawn) -> Any:
        return self._decks[drawn.source].slides[drawn.page - 1]

    def fit(self, drawn: Drawn, size: tuple[int, int]) -> Fit:
        return fit_into(self._sizes[drawn.source], size)

    def image(self, drawn: Drawn, size: tuple[int, int], width: int) -> Image.Image:
        fit = self.fit(drawn, size)
        return page_image(
            self._pdfs[drawn.source],
            drawn.page,
            width=round(self._sizes[drawn.source][0] * fit.scale / size[0] * width),
        )


def compare(deck: Path, pdf: Path, drawn: list[Drawn], originals: Originals, *, fitted_too: bool = True) -> Comparison:
    """Compare images, notes, links and descriptions of the drawn slides; package rules of the whole."""
    result = Comparison(slides=len(drawn))
    merged = Presentation(str(deck))
    size = (merged.slide_width, merged.slide_height)
    for problem in package_problems(deck):
        result.note(drawn[0], problem)
    for number, one in enumerate(drawn, 1):
        before_this = sum(map(len, result.different.values()))
        fit = originals.fit(one, size)
        result.fitted += not fit.nothing
        if fit.nothing or fitted_too:
            image = page_image(pdf, number)
            original = originals.image(one, size, WIDTH)
            x, y = (round(value / size[0] * WIDTH) for value in (fit.dx, fit.dy))
            cut = image.crop((x, y, x + original.width, y + original.height))
            if (worst := differing(cut, original)) > TOLERANCE:
                result.note(one, f"pixels {worst}{'' if fit.nothing else ' (fitted)'}")
        for what, before, after in facts(originals.slide(one), merged.slides[number - 1]):
            if before != after:
                result.note(one, f"{what}: {before!r} became {after!r}")
        result.slides_that_differ += sum(map(len, result.different.values())) > before_this
    return result


def facts(original: Any, merged: Any) -> list[tuple[str, Any, Any]]:
    return [
        ("notes", _notes(original), _notes(merged)),
        ("links", _links(original), _links(merged)),
        ("descriptions", _descriptions(original), _descriptions(merged)),
        ("shapes", [shape.name for shape in original.shapes], [shape.name for shape in merged.shapes]),
    ]


def _notes(slide: Any) -> str:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    return frame.text if frame is not None else ""


def _links(slide: Any) -> Counter[str]:
    kept = [rel.target_ref for rel in slide.part.rels.values() if rel.is_external]
    return Counter(url for url in kept if url.startswith(("http:", "https:", "mailto:")))


def _descriptions(slide: Any) -> list[tuple[str, str]]:
    return [(e.get("descr", ""), e.get("title", "")) for e in slide._element.iter(P + "cNvPr")]


def package_problems(path: Path) -> list[str]:
    """Names that are not unique, targets that are missing, parts without a content type."""
    problems = []
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        if len({name.lower() for name in names}) != len(names):
            problems.append("part names are not unique")
        types = etree.fromstring(package.read("[Content_Types].xml"))
        typed = {entry.get("PartName", "").lstrip("/") for entry in types}
        extensions = {entry.get("Extension", "") for entry in types}
        reached = {"[Content_Types].xml"}
        for name in names:
            if name not in typed and posixpath.splitext(name)[1][1:] not in extensions:
                problems.append(f"{name} has no content type")
            if not name.endswith(".rels"):
                continue
            reached.add(name)
            for entry in etree.fromstring(package.read(name)):
                if entry.get("TargetMode") != "External":
                    reached.add(entry.get("Target", "").lstrip("/"))
        problems += [f"{name} is missing" for name in reached - set(names)]
        problems += [f"nothing names {name}" for name in set(names) - reached]
    return problems


def run(sources: list[Path], *, seeds: list[int], folder: Path, originals: Originals | None = None) -> Comparison:
    """Draw, merge, render and compare once for each seed."""
    total = Comparison()
    originals = originals or Originals(sources, folder)
    with tempfile.TemporaryDirectory(dir=folder) as inner:
        work = Path(inner)
        draws = {work / f"deck{seed}.pptx": draw(sources, seed=seed) for seed in seeds}
        for path, drawn in draws.items():
            answer = merge(drawn, path)
            for position in answer["pictures"]:
                total.note(drawn[position], "became a picture")
        pdfs = render(list(draws), work)
        for path, drawn in draws.items():
            total.add(compare(path, pdfs[path], drawn, originals))
    return total
