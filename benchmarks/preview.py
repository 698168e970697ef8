"""From the last byte of a deck to its first and its last page image, beside bare LibreOffice and pdfium.

The deck has photos, tables and charts. Raw: one ``soffice`` call and the same images by pypdfium2 and Pillow in this
process, without subprocess, isolation, checks, text or database.
"""

from __future__ import annotations

import random
import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter

from benchmarks.processing import BODY, raw_convert, raw_render, timed
from benchmarks.report import Table, publish
from benchmarks.upload import s3_environment, site
from tests.journeys.client import Client
from tests.journeys.site import Site
from tests.journeys.upload_client import send

SLIDES = 60
PROCESSES = ("web", "checks", "files", "jobs", "relay")
STATE = """
from resources.models import FileBlob, FilePage
blob = FileBlob.objects.select_related("preview").get(uid={uid!r})
pages = FilePage.objects.filter(blob=blob).exclude(widths=[])
preview = getattr(blob, "preview", None)
answer = [blob.state, preview.state if preview else "", pages.filter(number=1).exists(), pages.count()]
"""


def photo(seed: int) -> bytes:
    """A picture that takes as many bytes as a photo: blurred noise."""
    drawn = random.Random(seed)
    small = Image.frombytes("RGB", (160, 90), drawn.randbytes(160 * 90 * 3))
    grain = Image.frombytes("RGB", (800, 450), drawn.randbytes(800 * 450 * 3)).resize((1600, 900))
    image = Image.blend(small.resize((1600, 900), Image.Resampling.BICUBIC), grain, 0.15)
    written = BytesIO()
    image.filter(ImageFilter.GaussianBlur(1)).save(written, "JPEG", quality=85)
    return written.getvalue()


def make_deck(path: Path, slides: int = SLIDES) -> Path:
    """A deck of slides with text, each with a photo, every fifth with a table, every tenth with a chart."""
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Cm

    deck = Presentation()
    for number in range(1, slides + 1):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = f"第{number}节 七步洗手法"
        slide.placeholders[1].text = BODY
        slide.shapes.add_picture(BytesIO(photo(number)), Cm(13), Cm(9), width=Cm(11))
        if number % 5 == 0:
            table = slide.shapes.add_table(4, 3, Cm(1), Cm(12), Cm(11), Cm(4)).table
            for row in range(4):
                for column in range(3):
                    table.cell(row, column).text = f"{row}·{column} 月龄"
        if number % 10 == 0:
            data = CategoryChartData()
            data.categories = ["托小班", "托大班", "乳儿班"]
            data.add_series("人数", (12, 18, 9))
            slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Cm(1), Cm(3), Cm(9), Cm(6), data)
    deck.save(str(path))
    return path


def watch(made: Site, uid: str) -> dict[str, float]:
    """Seconds from now until the file is verified, its first page has an image, and all have."""
    begun, seen = time.perf_counter(), dict[str, float]()
    while time.perf_counter() < begun + 600:
        blob, preview, first, _count = made.python(STATE.format(uid=uid))
        now = time.perf_counter() - begun
        if blob == "verified":
            seen.setdefault("verified", now)
        if first:
            seen.setdefault("first", now)
        if preview in ("ready", "failed", "none", "outline"):
            assert preview == "ready", preview
            return {**seen, "all": now}
        time.sleep(0.05)
    raise AssertionError(made.logs())


def one_round(made: Site, teacher: Client, folder: Path, turn: int) -> list[Any]:
    # Another deck each time, or the site would recognise the bytes.
    deck = make_deck(folder / f"deck{turn}.pptx", SLIDES + turn)
    done = send(teacher, deck)
    ours = watch(made, done["blob"]["uid"])
    with tempfile.TemporaryDirectory(prefix="benchmark-raw-") as name:
        convert, pdf = timed(raw_convert, deck, Path(name))
        render, _pages = timed(raw_render, pdf, Path(name))
    size = deck.stat().st_size / 1e6
    figures = [ours["verified"], ours["first"], ours["all"], convert, convert + render]
    return [f"{size:.0f} MB", *(f"{value:.1f}" for value in figures), f"{ours['all'] / (convert + render):.2f}"]


def main(rounds: int = 3) -> None:
    rows: list[list[Any]] = []
    for store, extra in (("local folder", {}), ("S3", s3_environment())):
        with (
            tempfile.TemporaryDirectory(prefix="benchmark-preview-") as name,
            site(Path(name) / "site", extra, *PROCESSES) as (made, teacher),
        ):
            rows += [[store, *one_round(made, teacher, Path(name), turn)] for turn in range(rounds)]
    publish(
        Table(
            "preview",
            "From the last byte to the page images",
            f"A deck of {SLIDES} slides with photos, tables and charts, uploaded to an idle site. Seconds from the answer"
            " that the last byte has arrived until the file is checked, the first page image can be seen, and all can."
            " *soffice* and *raw*: the same deck afterwards by LibreOffice alone, and with the same images by pypdfium2"
            " and Pillow, in one process.",
            ["store", "deck", "checked", "first image", "all images", "soffice", "raw", "all / raw"],
            rows,
        )
    )
