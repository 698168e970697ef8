"""The cost of our processing over the bare libraries, on the same file in the same run.

    python benchmarks/processing.py [FILE.pdf|FILE.pptx] [--slides 60]

Without a file it makes a deck. Prints seconds and ratios to one soffice call and to rendering the same images with
pypdfium2 and Pillow in this process. Ours adds the subprocess, its isolation and limits, and the word boxes.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pypdfium2
from PIL import Image

from resources.processing import isolation, sandbox
from resources.processing.render.renditions import EFFORT, QUALITY, WIDTHS
from resources.processing.sandbox import GB, Limits

BODY = (
    "内：掌心相对，手指并拢相互揉搓。\n外：手心对手背，手指交叉相互揉搓，交换进行。\n夹：掌心相对，手指交叉相互揉搓。"
)


def make_deck(path: Path, slides: int) -> None:
    from pptx import Presentation

    deck = Presentation()
    for number in range(1, slides + 1):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = f"第{number}节 七步洗手法"
        slide.placeholders[1].text = BODY
    deck.save(str(path))


def timed(function: Any, *args: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    result = function(*args)
    return time.perf_counter() - started, result


def raw_convert(source: Path, folder: Path) -> Path:
    profile = (folder / "raw-profile").as_uri()
    argv = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "pdf"]
    subprocess.run([*argv, "--outdir", str(folder / "raw"), str(source)], check=True, capture_output=True)
    return folder / "raw" / f"{source.stem}.pdf"


def raw_render(pdf: Path, folder: Path) -> int:
    out = folder / "raw-images"
    out.mkdir()
    document = pypdfium2.PdfDocument(str(pdf))
    for index in range(len(document)):
        page = document[index]
        picture = page.render(scale=max(WIDTHS) / page.get_width()).to_pil()
        for width in sorted(WIDTHS, reverse=True):
            size = (width, round(picture.height * width / picture.width))
            picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
            picture.save(out / f"{index}-{width}.webp", "WEBP", quality=QUALITY, method=EFFORT)
    return len(document)


def raw_text(pdf: Path) -> int:
    document = pypdfium2.PdfDocument(str(pdf))
    return sum(len(document[index].get_textpage().get_text_range()) for index in range(len(document)))


def ours(command: str, folder: Path, **asked: Any) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    limits = Limits(memory=6 * GB if command == "convert" else 2 * GB, wall=600, cpu=600, disk=6 * GB)
    outcome = sandbox.run(command, asked, folder=folder, limits=limits, report=said.append)
    assert outcome.ended is sandbox.Ended.WELL, outcome
    return said


def line(what: str, own: float, raw: float, pages: int) -> None:
    print(f"{what:<28}{own:8.2f} s {raw:8.2f} s   ratio {own / raw:5.2f}   {1000 * own / pages:7.1f} ms a page")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--slides", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="library-benchmark-") as scratch:
        folder = sandbox.new_folder(Path(scratch), "work")
        suffix = options.file.suffix.lower() if options.file else ".pptx"
        source = folder / f"source{suffix}"
        if options.file:
            shutil.copyfile(options.file, source)
        else:
            make_deck(source, options.slides)
        print(f"isolation: {isolation.detect_isolation()}\n{'':<28}{'ours':>10} {'raw':>10}")
        total_own = total_raw = 0.0
        pdf = source
        if suffix != ".pdf":
            raw, made = timed(raw_convert, source, folder)
            own, said = timed(lambda: ours("convert", folder, name=source.name, kind="slides"))
            pdf, pages = folder / said[-1]["made"], len(pypdfium2.PdfDocument(str(made)))
            line("office to PDF (soffice)", own, raw, pages)
            total_own, total_raw = own, raw
        name = str(pdf.relative_to(folder))
        raw, pages = timed(raw_render, pdf, folder)
        own, _said = timed(lambda: ours("render", folder, name=name, renderer="pdf", first=1, last=pages))
        line("images (pypdfium2)", own, raw, pages)
        total_own, total_raw = total_own + own, total_raw + raw
        raw, _count = timed(raw_text, pdf)
        own, _said = timed(lambda: ours("extract", folder, name=name, extractor="pdf"))
        line("text and boxes (pypdfium2)", own, raw, pages)
        line("altogether", total_own + own, total_raw + raw, pages)


if __name__ == "__main__":
    main()
