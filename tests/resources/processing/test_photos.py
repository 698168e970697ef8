"""Photos lose positions and personal data, and nothing else."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from resources.processing.photos import metadata
from tests.shared_data import SHARED, needs_shared

FORMATS = {"JPEG": "jpeg", "PNG": "png", "WEBP": "webp", "TIFF": "tiff"}
PHOTOS = SHARED / "data" / "files" / "good" / "images"


def exif(*, position: bool = True) -> Image.Exif:
    found = Image.Exif()
    found[0x0112] = 6
    found[0x010F] = "Camera of a person"
    if position:
        found.get_ifd(0x8825).update({1: "N", 2: (29.0, 52.0, 0.0), 3: "E", 4: (121.0, 33.0, 0.0)})
    return found


def photo(path: Path, form: str, *, position: bool = True) -> Image.Image:
    image = Image.effect_noise((64, 48), 60).convert("RGB")
    profile = b"a colour profile of some length" * 4
    image.save(path, form, exif=exif(position=position).tobytes(), icc_profile=profile)
    return Image.open(path)


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "TIFF"])
def test_position_and_camera_go_while_orientation_profile_and_pixels_stay(tmp_path: Path, form: str) -> None:
    before = photo(tmp_path / "in", form)
    answer = metadata.strip(str(tmp_path / "in"), str(tmp_path / "out"), FORMATS[form])
    after = Image.open(tmp_path / "out")
    assert answer == {"stripped": True, "position": True}
    assert dict(after.getexif()) == {0x0112: 6}
    assert after.info["icc_profile"] == before.info["icc_profile"]
    assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None
    assert b"Camera of a person" not in (tmp_path / "out").read_bytes()


def test_a_photo_without_metadata_stays_as_it_is(tmp_path: Path) -> None:
    Image.new("RGB", (20, 20), "red").save(tmp_path / "in", "JPEG")
    assert metadata.strip(str(tmp_path / "in"), str(tmp_path / "out"), "jpeg") == {"stripped": False, "position": False}
    assert not (tmp_path / "out").exists()


def test_what_a_phone_appends_behind_the_picture_goes(tmp_path: Path) -> None:
    photo(tmp_path / "in", "JPEG", position=False)
    with (tmp_path / "in").open("ab") as file:
        file.write(b"film of the moment, <exif:GPSLatitude>29,52N</exif:GPSLatitude>")
    answer = metadata.strip(str(tmp_path / "in"), str(tmp_path / "out"), "jpeg")
    assert answer["position"]
    assert b"film of the moment" not in (tmp_path / "out").read_bytes()


def test_a_position_in_xmp_is_found(tmp_path: Path) -> None:
    image = BytesIO()
    packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf exif:GPSLatitude="29,52N"/></x:xmpmeta>'
    Image.new("RGB", (20, 20)).save(image, "WEBP", xmp=packet)
    (tmp_path / "in").write_bytes(image.getvalue())
    answer = metadata.strip(str(tmp_path / "in"), str(tmp_path / "out"), "webp")
    assert answer == {"stripped": True, "position": True}
    assert b"GPSLatitude" not in (tmp_path / "out").read_bytes()


@pytest.mark.parametrize("end", [3, 10, 40, 200])
@pytest.mark.parametrize("form", FORMATS)
def test_a_cut_photo_is_left_to_the_renderer(tmp_path: Path, form: str, end: int) -> None:
    photo(tmp_path / "whole", form)
    (tmp_path / "in").write_bytes((tmp_path / "whole").read_bytes()[:end])
    try:
        metadata.strip(str(tmp_path / "in"), str(tmp_path / "out"), FORMATS[form])
    except metadata.NotReadable:
        return
    # What could still be read was stripped.
    if (tmp_path / "out").exists():
        assert b"Camera" not in (tmp_path / "out").read_bytes()


@needs_shared
@pytest.mark.parametrize(("name", "family"), [("testHEIF.heic", "heif"), ("testJPEG_GEO.jpg", "jpeg")])
def test_real_photos_say_no_place_afterwards(tmp_path: Path, name: str, family: str) -> None:
    source = PHOTOS / name
    assert metadata.position_in(source.read_bytes(), family)
    assert metadata.strip(str(source), str(tmp_path / "out"), family) == {"stripped": True, "position": True}
    assert not metadata.position_in((tmp_path / "out").read_bytes(), family)


@needs_shared
def test_a_heic_photo_keeps_its_length_because_its_parts_are_addressed_by_offset(tmp_path: Path) -> None:
    source = PHOTOS / "testHEIF.heic"
    metadata.strip(str(source), str(tmp_path / "out"), "heif")
    assert (tmp_path / "out").stat().st_size == source.stat().st_size
