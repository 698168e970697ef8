"""The name under which a browser saves a file."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from resources.storage.base import MAX_NAME_BYTES, disposition

PDF = "application/pdf"


def saved_as(filename: str) -> str:
    header = disposition(filename, media_type=PDF, inline=False)
    return unquote(header.partition("filename*=UTF-8''")[2]) or header.partition('filename="')[2].rstrip('"')


@pytest.mark.parametrize(
    "name",
    ["洗" * 251 + ".pptx", "洗" * 255, "a" * 300 + ".pdf", "𠮷" * 100 + ".pdf", "一. " + "洗" * 250],
    ids=["Han", "no extension", "ASCII", "four bytes each", "a dot at the start"],
)
def test_a_name_longer_than_file_systems_hold_keeps_its_start_and_extension(name: str):
    saved = saved_as(name)
    assert MAX_NAME_BYTES - 4 <= len(saved.encode()) <= MAX_NAME_BYTES
    assert saved[:40] == name[:40]
    if name.endswith((".pptx", ".pdf")):
        assert saved.rpartition(".")[2] == name.rpartition(".")[2]


def test_a_name_that_fits_is_left_alone():
    assert saved_as("洗" * 75 + ".pptx") == "洗" * 75 + ".pptx"
