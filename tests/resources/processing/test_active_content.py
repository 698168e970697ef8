"""Macros, document types and links in office files are found by what they are, not by the names of their parts."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from resources.processing.inspect import active_content
from tests.resources.processing import made_files
from tests.resources.processing.child_runner import inspect
from tests.shared_data import SHARED, needs_shared

DECK = made_files.simple_deck("洗手")
DOCUMENT = made_files.document()
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def with_parts(raw: bytes, **parts: bytes | str) -> bytes:
    """The package with more parts; ``__`` stands for a slash and ``_dot_`` for a dot."""
    added = {
        name.replace("__", "/").replace("_dot_", "."): body.encode() if isinstance(body, str) else body
        for name, body in parts.items()
    }
    return made_files.rezip(raw, lambda name, part: part, added=added)


def relation(kind: str, target: str, *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="{target}"{mode}/></Relationships>'
    )


def test_a_macro_project_under_another_name_is_refused_by_its_relationship(tmp_path: Path) -> None:
    deck = with_parts(
        DECK,
        ppt__media__notes_dot_dat=b"anything",
        ppt__media___rels__x_dot_xml_dot_rels=relation(f"{MICROSOFT}/vbaProject", "notes.dat"),
    )
    assert inspect(tmp_path, deck, "课件.pptx")["refused"] == "macros"


def test_a_macro_project_under_another_name_is_refused_by_its_content_type(tmp_path: Path) -> None:
    override = b'<Override PartName="/ppt/media/notes.dat" ContentType="application/vnd.ms-office.vbaProject"/></Types>'

    def declare(name: str, part: bytes) -> bytes:
        return part.replace(b"</Types>", override) if name == "[Content_Types].xml" else part

    deck = made_files.rezip(DECK, declare, added={"ppt/media/notes.dat": b"anything"})
    assert inspect(tmp_path, deck, "课件.pptx")["refused"] == "macros"


@needs_shared
@pytest.mark.parametrize("name", ["SimpleMacro.docm", "SimpleMacro.xlsm"])
def test_a_real_macro_project_is_refused_by_its_contents_alone(tmp_path: Path, name: str) -> None:
    """Renamed, and without any relationship or content type that names it."""
    source = SHARED / "data" / "files" / "hostile" / "macro-active" / name
    with zipfile.ZipFile(source) as file:
        project = next(file.read(entry) for entry in file.namelist() if entry.lower().endswith("vbaproject.bin"))
    deck = made_files.rezip(DECK, lambda name, part: part, added={"ppt/media/notes.dat": project})
    assert inspect(tmp_path, deck, "课件.pptx")["refused"] == "macros"


@needs_shared
def test_macros_in_an_embedded_workbook_are_refused(tmp_path: Path) -> None:
    workbook = (SHARED / "data" / "files" / "hostile" / "macro-active" / "SimpleMacro.xlsm").read_bytes()
    deck = made_files.rezip(DECK, lambda name, part: part, added={"ppt/embeddings/data.xlsx": workbook})
    assert inspect(tmp_path, deck, "课件.pptx")["refused"] == "macros"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["ppt/slides/slide9.xml", "ppt/slides/slide9.dat"])
def test_a_document_type_behind_a_long_comment_is_refused(tmp_path: Path, encoding: str, name: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?><!--{"x" * 5000}-->'
    bomb = f'{head}<!DOCTYPE a [<!ENTITY b "&c;&c;">]><a>&b;</a>'.encode(encoding)
    deck = made_files.rezip(DECK, lambda name, part: part, added={name: bomb})
    assert inspect(tmp_path, deck, "课件.pptx")["refused"] == "unsafe_xml"


def test_a_part_in_an_encoding_that_packages_may_not_use_is_refused(tmp_path: Path) -> None:
    part = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4APA-a/+AD4-'
    deck = with_parts(DECK, ppt__slides__slide9_dot_xml=part)
    assert inspect(tmp_path, deck, "课件.pptx")["refused"] == "unsafe_xml"


def test_macros_of_an_open_document_are_refused_also_with_windows_separators(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        file.writestr("content.xml", "<a/>")
        file.writestr("Basic\\Standard\\Module1.xml", "<a/>")
    assert inspect(tmp_path, out.getvalue(), "讲义.odt")["refused"] == "macros"


def findings(tmp_path: Path, content: bytes, name: str) -> list[str]:
    answer = inspect(tmp_path, content, name)
    assert answer["refused"] == ""
    return list(answer["findings"])


def test_an_ordinary_deck_has_no_findings(tmp_path: Path) -> None:
    assert findings(tmp_path, DECK, "课件.pptx") == []


def test_a_hyperlink_is_no_finding(tmp_path: Path) -> None:
    link = relation(f"{OFFICE}/hyperlink", "https://example.org/", external=True)
    assert findings(tmp_path, with_parts(DECK, ppt___rels__x_dot_xml_dot_rels=link), "课件.pptx") == []


@pytest.mark.parametrize(
    ("kind", "finding"),
    [("attachedTemplate", "remote_template"), ("oleObject", "external_link"), ("image", "external_link")],
)
def test_contents_loaded_from_elsewhere_are_reported(tmp_path: Path, kind: str, finding: str) -> None:
    link = relation(f"{OFFICE}/{kind}", "https://example.org/x", external=True)
    assert findings(tmp_path, with_parts(DECK, ppt___rels__x_dot_xml_dot_rels=link), "课件.pptx") == [finding]


def test_a_field_code_cut_into_many_runs_is_reported(tmp_path: Path) -> None:
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in ("DD", "EAU", "TO cmd /c calc"))
    part = f'<w:document xmlns:w="{WORD}"><w:body><w:p>{runs}</w:p></w:body></w:document>'
    assert findings(tmp_path, with_parts(DOCUMENT, word__other_dot_xml=part), "讲义.docx") == ["dde"]


def test_a_program_inside_a_deck_is_reported(tmp_path: Path) -> None:
    deck = with_parts(DECK, ppt__embeddings__x_dot_bin=b"MZ" + bytes(300))
    assert findings(tmp_path, deck, "课件.pptx") == ["embedded_program"]


def test_a_photo_with_a_position_inside_a_deck_is_reported(tmp_path: Path) -> None:
    deck = with_parts(DECK, ppt__media__photo_dot_jpg=made_files.photo_with_place())
    assert findings(tmp_path, deck, "课件.pptx") == ["photo_position"]


def test_a_photo_with_a_position_inside_an_archive_is_reported(tmp_path: Path) -> None:
    photos = {"活动照片/1.txt": b"note", "活动照片/2.jpg": made_files.photo_with_place()}
    assert findings(tmp_path, made_files.archive(photos), "照片.zip") == ["photo_position"]
    assert findings(tmp_path, made_files.archive({"1.jpg": made_files.image()}), "照片.zip") == []
    webp = made_files.image("WEBP", exif=Image.open(BytesIO(made_files.photo_with_place())).getexif())
    assert findings(tmp_path, made_files.archive({"1.webp": webp}), "照片.zip") == ["photo_position"]


def test_photos_of_a_large_archive_are_read_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(active_content, "MAX_PHOTOS", 1000)
    photos = {"1.jpg": made_files.image(), "2.jpg": made_files.photo_with_place()}
    path = tmp_path / "a.zip"
    path.write_bytes(made_files.archive(photos))
    assert active_content.look_for_positions(path) == set()


@pytest.mark.parametrize(
    "extension", ["hta", "lnk", "wsf", "jse", "vbe", "chm", "reg", "url", "scf", "msc", "iso", "img", "vhd"]
)
def test_files_that_windows_runs_count_as_programs(tmp_path: Path, extension: str) -> None:
    answer = inspect(tmp_path, b"[InternetShortcut]\nURL=file:///c:/windows/calc.exe\n", f"打开.{extension}")
    assert (answer["kind"], answer["refused"]) == ("program", "")
