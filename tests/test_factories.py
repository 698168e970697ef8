"""The factories make what they promise."""

import pytest

from resources.models import PublishedVersion, Resource
from tests.factories import ResourceFactory, person

pytestmark = pytest.mark.django_db


def test_a_live_resource_has_files_terms_and_a_numbered_version():
    resource = ResourceFactory(live=True, files=[["第一页", "第二页"]])
    assert resource.live
    assert resource.files.get().blob.pages.count() == 2
    assert resource.levels.count() == 1
    assert PublishedVersion.objects.get(resource=resource).number == 1


def test_a_draft_is_in_nobodys_list():
    ResourceFactory()
    assert not Resource.objects.visible_to(person("teacher")).exists()
