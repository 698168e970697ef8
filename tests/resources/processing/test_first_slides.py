"""The copy of a deck with its first slides."""

from __future__ import annotations

from pathlib import Path

import pytest
from pptx import Presentation

from resources.processing.errors import CannotRead
from resources.processing.render import first_slides
from tests.resources.processing import made_files


def written(folder: Path, content: bytes) -> Path:
    path = folder / "source.pptx"
    path.write_bytes(content)
    return path


def test_the_copy_has_the_first_slides_with_their_photos_and_no_other_photo(tmp_path: Path) -> None:
    source = written(tmp_path, made_files.linked_deck(slides=5))
    assert first_slides.write_first_slides(source, tmp_path / "first.pptx", 2)
    copied = Presentation(str(tmp_path / "first.pptx"))
    assert [slide.shapes.title.text for slide in copied.slides] == ["第1节", "第2节"]
    pictures = [part for part in copied.part.package.iter_parts() if part.partname.startswith("/ppt/media/")]
    assert len(pictures) == 2
    assert not any("notesSlide" in part.partname for part in copied.part.package.iter_parts())


def test_a_deck_without_more_slides_is_not_copied(tmp_path: Path) -> None:
    source = written(tmp_path, made_files.linked_deck(slides=2))
    assert not first_slides.write_first_slides(source, tmp_path / "first.pptx", 2)


def test_a_copy_that_would_be_larger_than_allowed_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_slides, "MAX_COPY", 1000)
    source = written(tmp_path, made_files.linked_deck(slides=5))
    assert not first_slides.write_first_slides(source, tmp_path / "first.pptx", 2)
    assert not (tmp_path / "first.pptx").exists()


def test_a_file_that_is_no_presentation_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CannotRead):
        first_slides.write_first_slides(written(tmp_path, b"no deck"), tmp_path / "first.pptx", 2)
