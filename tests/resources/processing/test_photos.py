"""Photos lose positions and personal data, and nothing else."""

from __future__ import annotations

import struct
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
def test_a_cut_photo_is_refused_or_stripped(tmp_path: Path, form: str, end: int) -> None:
    photo(tmp_path / "whole", form)
    (tmp_path / "in").write_bytes((tmp_path / "whole").read_bytes()[:end])
    answer = metadata.strip(str(tmp_path / "in"), str(tmp_path / "out"), FORMATS[form])
    if "refused" in answer:
        assert answer == {"refused": "photo_damaged"}
        return
    # What could still be read was stripped.
    if (tmp_path / "out").exists():
        assert b"Camera" not in (tmp_path / "out").read_bytes()


def strip(tmp_path: Path, content: bytes, family: str) -> tuple[dict[str, object], bytes]:
    """The answer, and the photo as it is stored."""
    (tmp_path / "in").write_bytes(content)
    answer = metadata.strip(str(tmp_path / "in"), str(tmp_path / "out"), family)
    return answer, (tmp_path / "out").read_bytes() if (tmp_path / "out").exists() else content


def test_bytes_between_two_segments_do_not_hide_the_ones_behind(tmp_path: Path) -> None:
    photo(tmp_path / "in", "JPEG")
    content = (tmp_path / "in").read_bytes()
    answer, stored = strip(tmp_path, content[:2] + b"\0\0 odd \xff\xff\xff" + content[3:], "jpeg")
    assert answer == {"stripped": True, "position": True}
    assert b"Camera of a person" not in stored
    assert Image.open(BytesIO(stored)).convert("RGB").size == (64, 48)


def test_what_a_cropped_screenshot_keeps_behind_its_end_goes(tmp_path: Path) -> None:
    image = BytesIO()
    Image.new("RGB", (20, 20)).save(image, "PNG")
    _answer, stored = strip(tmp_path, image.getvalue() + b"the part that was cut away", "png")
    assert stored == image.getvalue()


def test_comment_and_xmp_of_a_gif_go_while_frames_and_loop_stay(tmp_path: Path) -> None:
    image = BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    frames[0].save(image, "GIF", save_all=True, append_images=frames[1:], loop=0, comment=b"taken by a person")
    xmp = b"\x21\xff\x0bXMP DataXMP" + b'<x exif:GPSLatitude="29,52N"/>' + bytes((1, *range(255, -1, -1), 0))
    content = image.getvalue()[:-1] + xmp + b";"
    answer, stored = strip(tmp_path, content, "gif")
    assert answer == {"stripped": True, "position": True}
    assert b"person" not in stored
    assert b"GPSLatitude" not in stored
    after = Image.open(BytesIO(stored))
    assert (after.n_frames, after.info["loop"]) == (3, 0)
    assert strip(tmp_path, stored, "gif")[0] == {"stripped": False, "position": False}


def psd(*resources: tuple[int, bytes]) -> bytes:
    """A Photoshop file of one grey pixel with these image resources."""
    entries = b"".join(
        b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + bytes(len(data) % 2) for number, data in resources
    )
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, 1, 1, 1, 8, 1) + struct.pack(">I", 0)
    return head + struct.pack(">I", len(entries)) + entries + struct.pack(">I", 0) + struct.pack(">H", 0) + b"\x7f"


def test_position_and_author_in_a_photoshop_file_go_while_the_rest_stays(tmp_path: Path) -> None:
    content = psd((1005, b"resolution bytes"), (1058, exif().tobytes()), (1060, b"<by>a person</by>"), (1039, b"ICC"))
    answer, stored = strip(tmp_path, content, "psd")
    assert answer == {"stripped": True, "position": True}
    assert stored == psd((1005, b"resolution bytes"), (1039, b"ICC"))
    assert Image.open(BytesIO(stored)).getpixel((0, 0)) == 0x7F


@pytest.mark.parametrize(
    ("family", "content"),
    [
        ("gif", b"GIF89a" + bytes(7) + b"\x21\xfe\x20cut"),
        ("psd", psd((1060, b"<by>a person</by>"))[:50]),
        ("heif", b"\0\0\0\x18ftypheic" + bytes(40)),
        ("png", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffeXIf"),
    ],
)
def test_a_photo_whose_parts_can_not_be_found_is_refused(tmp_path: Path, family: str, content: bytes) -> None:
    assert strip(tmp_path, content, family)[0] == {"refused": "photo_damaged"}


def test_a_photo_too_large_to_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "MAX_SIZE", 10)
    assert strip(tmp_path, b"\xff\xd8" + bytes(20), "jpeg")[0] == {"refused": "photo_too_large"}


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
