"""Which file stands for a resource of several."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import BlobFactory, ResourceFactory

pytestmark = pytest.mark.django_db


def test_a_resource_opens_with_its_deck_although_a_photo_comes_first():
    photo = BlobFactory(kind="image", extension="jpg", declared_name="IMG_2030.jpg", pages=[""])
    deck = BlobFactory(pages=["辅食的性状", "第二页"])
    resource = ResourceFactory(files=[photo, deck], live=True)
    page = Client().get(resource.get_absolute_url()).content.decode()
    assert "辅食的性状" in page[page.index("data-viewer") :]


def test_a_resource_of_photos_opens_with_the_first():
    photos = [
        BlobFactory(kind="image", extension="jpg", declared_name=f"IMG_203{number}.jpg", pages=[f"第{number}张"])
        for number in range(2)
    ]
    resource = ResourceFactory(files=photos, live=True)
    page = Client().get(resource.get_absolute_url()).content.decode()
    assert "第0张" in page[page.index("data-viewer") :]
