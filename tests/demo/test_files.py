"""The demo's files are real, reproducible and marked on every page, and no two decks are alike."""

from __future__ import annotations

import functools
import io
import itertools
import re
import zipfile

import docx
import openpyxl
import pypdfium2
import pytest
from pptx import Presentation

from demo import NOTICE
from demo.catalogue import ITEMS
from demo.content.decks import (
    family_talk,
    feeding,
    growth,
    hand_foot_mouth,
    handwashing,
    hazards,
    motor,
    picture_books,
    responsive,
    safe_sleep,
)

DECKS = [
    handwashing,
    feeding,
    responsive,
    safe_sleep,
    growth,
    picture_books,
    hazards,
    hand_foot_mouth,
    motor,
    family_talk,
]
FILES = {file.name: file for item in ITEMS for file in (*item.files, *item.newer)}


@functools.cache
def bytes_of(name):
    return FILES[name].make()


@functools.cache
def drawn(module):
    return module.deck()


@functools.cache
def slides(module):
    return list(Presentation(io.BytesIO(drawn(module).data())).slides)


def named(module):
    return module.__name__.rsplit(".", 1)[-1]


def of_type(*extensions):
    return [name for name in FILES if name.endswith(extensions)]


def texts_of(shapes):
    for shape in shapes:
        if shape.shape_type == 6:
            yield from texts_of(shape.shapes)
        elif shape.has_text_frame:
            yield shape.text_frame.text
        elif getattr(shape, "has_table", False) and shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)


def sentences(module):
    text = [
        words
        for slide in slides(module)
        for words in (*texts_of(slide.shapes), slide.notes_slide.notes_text_frame.text)
    ]
    found = {part.strip() for words in text for part in re.split(r"[。！？；\n]", words)}
    return {part for part in found if len(part) >= 8 and part != NOTICE and "（演示）" not in part}


@pytest.mark.parametrize("module", DECKS, ids=named)
def test_nothing_runs_out_of_its_box(module):
    assert drawn(module).overflows == []


@pytest.mark.parametrize("module", DECKS, ids=named)
def test_every_slide_has_a_title_notes_and_the_notice(module):
    assert 12 <= len(slides(module)) <= 24
    for slide in slides(module):
        assert slide.shapes.title.text.strip()
        assert len(slide.notes_slide.notes_text_frame.text) >= 8
        assert NOTICE in list(texts_of(slide.shapes))


@pytest.mark.parametrize("module", DECKS, ids=named)
def test_no_two_slides_of_a_deck_have_one_title(module):
    titles = [slide.shapes.title.text for slide in slides(module)]
    assert len(set(titles)) == len(titles)


def test_the_decks_differ_in_what_they_say():
    said = {named(module): sentences(module) for module in DECKS}
    for one, other in itertools.combinations(said, 2):
        shared = said[one] & said[other]
        assert len(shared) <= 0.02 * min(len(said[one]), len(said[other])), (one, other, shared)


def test_the_decks_differ_in_how_they_look():
    grounds = {(deck.ink, deck.accent, deck.paper) for deck in map(drawn, DECKS)}
    assert len(grounds) == len(DECKS)


def test_words_stand_in_notes_tables_groups_and_charts():
    kinds = set()
    for module in DECKS:
        for slide in slides(module):
            for shape in slide.shapes:
                kinds |= {name for name in ("has_table", "has_chart") if getattr(shape, name, False)}
                kinds |= {"group"} if shape.shape_type == 6 and list(texts_of(shape.shapes)) else set()
    assert kinds == {"has_table", "has_chart", "group"}


@pytest.mark.parametrize("name", of_type(".pdf"))
def test_every_page_of_a_paper_bears_the_notice(name):
    paper = pypdfium2.PdfDocument(bytes_of(name))
    for page in paper:
        assert NOTICE in page.get_textpage().get_text_range()


@pytest.mark.parametrize("name", of_type(".docx"))
def test_the_notice_stands_in_the_footer_of_every_section(name):
    document = docx.Document(io.BytesIO(bytes_of(name)))
    assert all(NOTICE in section.footer.paragraphs[0].text for section in document.sections)


@pytest.mark.parametrize("name", of_type(".xlsx"))
def test_every_worksheet_begins_with_the_notice(name):
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(name)))
    assert all(sheet["A1"].value == NOTICE for sheet in book)


@pytest.mark.parametrize("name", of_type(".zip"))
def test_an_archive_says_so_in_its_note(name):
    archive = zipfile.ZipFile(io.BytesIO(bytes_of(name)))
    assert NOTICE in archive.read("读我.txt").decode()


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_same_content_makes_the_same_bytes(name):
    assert FILES[name].make() == bytes_of(name)
