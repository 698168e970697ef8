"""The CMS's images and documents reach readers in every profile, and no upload is executed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Drawing
from wagtail.documents.models import Document
from wagtail.images.models import Image

from tests.contracts.test_storage import as_options
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["folder", pytest.param("store", marks=pytest.mark.services)])
def media(request: pytest.FixtureRequest, settings: Any, tmp_path: Any) -> str:
    """Both places media may lie in: a folder, and a real object store."""
    # Wagtail remembers made sizes there, by numbers that each test gives anew.
    cache.clear()
    settings.MEDIA_ROOT = tmp_path / "media"
    if request.param == "store":
        settings.STORE = {**settings.STORE, "s3": as_options(request.getfixturevalue("s3_settings"))}
        settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "home.media_storage.StoreMedia"}}
    return str(request.param)


def png(colour: str = "green") -> bytes:
    data = io.BytesIO()
    Drawing.new("RGB", (400, 300), colour).save(data, "PNG")
    return data.getvalue()


def upload(name: str = "宣传.png", colour: str = "green") -> Image:
    client = Client()
    client.force_login(person("editor"))
    answer = client.post(
        reverse("wagtailimages:add"), {"title": "宣传", "file": SimpleUploadedFile(name, png(colour), "image/png")}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Image.objects.latest("pk")


@pytest.mark.usefixtures("media")
def test_a_picture_an_editor_uploads_is_shown_to_visitors(client: Client):
    image = upload()
    small = image.get_rendition("max-165x165|format-webp")
    got = client.get(small.url)
    assert got.status_code == 200
    body = b"".join(got)
    assert Drawing.open(io.BytesIO(body)).size == (165, 123)
    assert got["Content-Type"] == "image/webp"
    assert got["Content-Length"] == str(len(body))
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in got["Cache-Control"]
    assert "Cookie" not in got.get("Vary", "")
    assert client.head(small.url).status_code == 200
    assert b"".join(client.get(image.file.url)) == png()


@pytest.mark.usefixtures("media")
def test_another_picture_under_a_name_used_before_has_another_address():
    first = upload("logo.png")
    shown = first.get_rendition("max-165x165").url
    first.file.delete(save=False)
    first.delete()
    assert upload("logo.png", "red").get_rendition("max-165x165").url != shown


@pytest.mark.usefixtures("media")
def test_a_documents_file_is_an_attachment_and_has_no_address_of_its_own(client: Client):
    page = ContentFile(b"<script>alert(1)</script>", name="页面.html")
    document = Document.objects.create(title="x", file=page)
    got = client.get(document.url)
    assert got.status_code == 200
    assert b"".join(got) == b"<script>alert(1)</script>"
    assert got["Content-Disposition"].startswith("attachment")
    assert client.get(document.file.url).status_code == 404


@pytest.mark.usefixtures("media")
@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "noend", "x.js"])
def test_what_is_no_picture_is_not_served_even_from_the_folder_of_pictures(client: Client, name: str):
    stored = default_storage.save(f"images/{name}", ContentFile(b"<script>alert(1)</script>"))
    assert client.get(f"/media/{stored}").status_code == 404


@pytest.mark.usefixtures("media")
@pytest.mark.parametrize(
    "path",
    ["images/none.png", "images/../documents/a.png", "other/a.png", "images/%00.png", "images/" + "a" * 300 + ".png"],
)
def test_a_picture_that_is_not_there_answers_404(client: Client, path: str):
    assert client.get(f"/media/{path}").status_code == 404


def test_pictures_are_answered_with_a_sentence_while_the_store_is_down(client: Client, settings: Any):
    down = {"S3_ENDPOINT": "http://127.0.0.1:9", "S3_BUCKET": "b", "S3_ACCESS_KEY": "a", "S3_SECRET_KEY": "s"}
    settings.STORE = {**settings.STORE, "s3": down}
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "home.media_storage.StoreMedia"}}
    got = client.get("/media/images/a.png")
    assert got.status_code == 503
    assert "稍后再试" in got.content.decode()


@pytest.mark.services
@pytest.mark.parametrize("media", ["store"], indirect=True)
@pytest.mark.usefixtures("media")
def test_a_stored_file_is_found_measured_replaced_by_another_name_and_deleted():
    storage = storages["default"]
    name = storage.save("documents/手册 1.pdf", ContentFile(b"one"))
    other = storage.save(name, ContentFile(b"longer"))
    assert other != name
    assert (storage.size(name), storage.size(other)) == (3, 6)
    storage.delete(name)
    assert not storage.exists(name)
    assert storage.open(other).read() == b"longer"
    storage.delete(other)
    with pytest.raises(FileNotFoundError):
        storage.open(other)
