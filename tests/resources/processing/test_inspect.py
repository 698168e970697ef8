"""What a file is, independent of its name, and why it is refused."""

from __future__ import annotations

import stat
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from resources.processing.inspect import archive
from tests.resources.processing import made_files
from tests.resources.processing.child_runner import inspect

DECK = made_files.simple_deck("洗手")


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (DECK, "洗手.pptx", "slides"),
        (DECK, "洗手.PPSX", "slides"),
        (made_files.document(), "流程.docx", "document"),
        (made_files.pdf("a"), "a.pdf", "pdf"),
        ("# 洗手\n内外夹弓大立腕".encode("gb18030"), "说明.md", "text"),
        ("辅食从满六月龄开始。".encode("gb18030"), "说明.txt", "text"),  # libmagic: a DOS program
        (made_files.image("PNG"), "图.png", "image"),
        (made_files.image("WEBP"), "图.webp", "image"),
        (made_files.archive({"a.txt": b"a"}), "包.zip", "archive"),
        (made_files.archive({"a.txt": b"a"}), "课程.imscc", "package"),
        (b"<html><script>alert(1)</script></html>", "页.html", "web"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "图.svg", "web"),
        (b"{\\rtf1 hello}", "旧.rtf", "document"),
        (b"MZ" + bytes(200), "工具.exe", "program"),
        (DECK, "没有扩展名", "slides"),
        (bytes(range(256)) * 4, "数据.dat", "other"),
    ],
)
def test_content_and_name_that_agree_are_accepted(tmp_path: Path, content: bytes, name: str, kind: str) -> None:
    answer = inspect(tmp_path, content, name)
    assert (answer["kind"], answer["refused"]) == (kind, "")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "讲义.pdf"),
        (b"<script>alert(1)</script>%PDF-1.4", "讲义.pdf"),
        (b"MZ" + bytes(200), "课件.pptx"),
        (b"#!/bin/sh\nrm -rf /", "课件.docx"),
        (made_files.pdf("a"), "课件.pptx"),
        (made_files.document(), "课件.pptx"),
        (DECK, "课件.pdf"),
        (b"<svg onload='alert(1)'/>", "图.png"),
        (made_files.image("PNG"), "包.zip"),
        (made_files.pdf("a"), "页.html"),
    ],
)
def test_a_name_that_lies_is_refused(tmp_path: Path, content: bytes, name: str) -> None:
    assert inspect(tmp_path, content, name)["refused"] == "mislabelled"


def test_the_virus_scanners_test_file_is_refused(tmp_path: Path) -> None:
    assert inspect(tmp_path, made_files.EICAR, "a.txt")["refused"] == "virus"


def test_macros_in_a_deck_are_refused(tmp_path: Path) -> None:
    with_macros = made_files.rezip(DECK, lambda name, part: part, added={"ppt/vbaProject.bin": b"x"})
    assert inspect(tmp_path, with_macros, "课件.pptx")["refused"] == "macros"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_office_files_that_declare_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "&c;&c;">]><a>&b;</a>'.encode(encoding)
    deck = made_files.rezip(DECK, lambda name, part: part, added={"ppt/slides/slide9.xml": bomb})
    assert inspect(tmp_path, deck, "课件.pptx")["refused"] == "unsafe_xml"


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/x", "C:/x", "C:\\x", "..\\x", "\\\\server\\x", "a\\..\\..\\x"]
)
def test_names_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    content = made_files.archive({"good.txt": b"a", name: b"b"})
    assert inspect(tmp_path, content, "包.zip")["refused"] == "archive_unsafe_names"


def test_links_in_archives_are_refused(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    assert inspect(tmp_path, out.getvalue(), "包.zip")["refused"] == "archive_unsafe_names"


def test_folders_with_backslashes_are_fine_because_windows_writes_them(tmp_path: Path) -> None:
    assert inspect(tmp_path, made_files.archive({"第一章\\教案.txt": b"a"}), "包.zip")["refused"] == ""


def test_a_zip_bomb_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    content = made_files.archive({"zeros": bytes(50 * 1024**2)})
    assert len(content) < 100_000
    assert inspect(tmp_path, content, "包.zip")["refused"] == "archive_bomb"


def test_a_bomb_inside_a_deck_is_refused(tmp_path: Path) -> None:
    deck = made_files.rezip(DECK, lambda name, part: part, added={"ppt/media/x.bmp": bytes(80 * 1024**2)})
    assert inspect(tmp_path, deck, "课件.pptx")["refused"] == "archive_bomb"


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    content = made_files.archive({f"{n}": b"" for n in range(archive.MAX_ENTRIES + 1)}, compression=zipfile.ZIP_STORED)
    assert inspect(tmp_path, content, "包.zip")["refused"] == "archive_too_many"


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """Two directory entries share one range of bytes, as archive bombs do."""
    raw = bytearray(made_files.archive({"a": bytes(70_000), "b": bytes(70_000)}, compression=zipfile.ZIP_STORED))
    second = raw.rfind(b"PK\x01\x02")
    struct.pack_into("<I", raw, second + 42, 0)
    assert inspect(tmp_path, bytes(raw), "包.zip")["refused"] == "archive_bomb"


def test_an_archive_larger_than_two_gigabytes_is_fine_when_it_is_not_a_bomb() -> None:
    gigabyte = 1024**3
    infos = []
    for number in range(3):
        info = zipfile.ZipInfo(f"{number}.mp4")
        info.file_size = info.compress_size = gigabyte
        info.header_offset = number * (gigabyte + 100)
        infos.append(info)
    assert not archive._is_bomb(infos, 3 * gigabyte + 1000, hard_limit=False)
    assert archive._is_bomb(infos, 3 * gigabyte + 1000, hard_limit=True)


def test_a_truncated_archive_is_damaged_not_refused(tmp_path: Path) -> None:
    answer = inspect(tmp_path, made_files.archive({"a.txt": b"a" * 500})[:-30], "包.zip")
    assert (answer["refused"], answer["unreadable"]) == ("", "damaged")


def test_a_deck_whose_container_is_broken_is_damaged_not_mislabelled(tmp_path: Path) -> None:
    answer = inspect(tmp_path, DECK[: len(DECK) // 2], "课件.pptx")
    assert (answer["refused"], answer["unreadable"]) == ("", "damaged")


def test_an_encrypted_archive_says_so(tmp_path: Path) -> None:
    raw = bytearray(made_files.archive({"a.txt": b"a" * 100}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.find(signature) + offset] |= 1
    assert inspect(tmp_path, bytes(raw), "包.zip")["unreadable"] == "encrypted"


def test_chinese_names_written_by_windows_are_readable(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("晨检记录.docx".encode("gbk").decode("cp437"))
    info.flag_bits = 0
    assert archive.readable_name(info) == "晨检记录.docx"


def test_only_the_beginning_of_a_film_is_looked_at(tmp_path: Path) -> None:
    film = b"\0\0\0\x20ftypisom" + bytes(1000)
    answer = inspect(tmp_path, film, "示范.mp4", whole=False)
    assert (answer["kind"], answer["media_type"], answer["refused"]) == ("video", "video/mp4", "")
