"""The form without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from resources.models import FileBlob, Resource
from resources.publishing import drafts
from tests.factories import SchoolFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher() -> Any:
    return person("teacher", school=SchoolFactory())


@pytest.fixture
def teacher_client(client: Client, teacher: Any) -> Client:
    client.force_login(teacher)
    return client


def post(client: Client, content: bytes = b"slides", name: str = "洗手.pptx", **fields: Any) -> Any:
    return client.post(reverse("plain_upload"), {"file": SimpleUploadedFile(name, content), **fields})


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_the_file_goes_into_the_draft_named(teacher_client: Client, teacher: Any) -> None:
    draft = drafts.create(who=teacher, school_id=teacher.memberships.get().school_id, title="洗手")
    answer = post(teacher_client, resource=draft.pk)
    assert answer.url == reverse("draft", args=[draft.pk]) + "#files"
    draft.refresh_from_db()
    assert [file.name for file in draft.latest_revision.files.all()] == ["洗手.pptx"]
    assert FileBlob.objects.get().state == "received"


def test_without_a_draft_it_makes_one(teacher_client: Client) -> None:
    post(teacher_client)
    assert Resource.objects.get().title == "洗手"
    assert [file.name for file in Resource.objects.get().latest_revision.files.all()] == ["洗手.pptx"]


def test_an_empty_form_says_what_is_missing(teacher_client: Client) -> None:
    assert "还没有选文件" in said(teacher_client.post(reverse("plain_upload")))
    assert "文件是空的" in said(post(teacher_client, b""))
    assert FileBlob.objects.count() == 0


def test_a_body_too_large_is_refused_before_anybody_reads_it(teacher_client: Client) -> None:
    answer = teacher_client.generic(
        "POST",
        reverse("plain_upload"),
        b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH="900000000",
    )
    assert answer.status_code == 302
    assert "单个文件最大 20.0 MB" in said(answer)


def test_what_nginx_refused_as_too_large_is_said_on_the_upload_page(teacher_client: Client) -> None:
    answer = teacher_client.get(reverse("upload"), {"too_large": "1"})
    assert "不用 JavaScript 时，单个文件最大 20.0 MB" in answer.content.decode()
    assert "不用 JavaScript 时" not in teacher_client.get(reverse("upload")).content.decode()


def test_a_foreign_draft_is_a_404_and_keeps_nothing(teacher_client: Client) -> None:
    other = person("teacher")
    foreign = drafts.create(who=other, school_id=other.memberships.get().school_id, title="别人的")
    assert post(teacher_client, resource=foreign.pk).status_code == 404
    assert not foreign.latest_revision.files.exists()


def test_a_foreign_page_can_not_post_the_form(teacher: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(teacher)
    assert post(strict).status_code == 403
    assert FileBlob.objects.count() == 0


@pytest.mark.parametrize("bad", ["", "x", "-1", "9" * 30, "１"])
def test_nonsense_in_hidden_fields_does_not_fail(teacher_client: Client, bad: str) -> None:
    assert post(teacher_client, resource=bad, school=bad).status_code in (302, 404)


def test_nobody_uploads_without_signing_in_or_a_school(client: Client) -> None:
    assert post(client).url.startswith(reverse("account_login"))
    client.force_login(person("editor"))
    assert post(client).status_code == 403


@pytest.mark.parametrize(
    ("how", "drafts_made"),
    [("one", [["IMG_1.jpg", "洗手 终稿.pptx"]]), ("each", [["IMG_1.jpg"], ["洗手 终稿.pptx"]])],
)
def test_several_files_become_one_resource_or_one_each(
    teacher_client: Client, how: str, drafts_made: list[list[str]]
) -> None:
    files = [SimpleUploadedFile("IMG_1.jpg", b"photo"), SimpleUploadedFile("洗手 终稿.pptx", b"slides")]
    answer = teacher_client.post(reverse("plain_upload"), {"file": files, "how": how})
    made = list(Resource.objects.order_by("pk"))
    assert [[file.name for file in one.latest_revision.files.all()] for one in made] == drafts_made
    assert made[-1].title == "洗手"
    assert answer.url == (reverse("draft", args=[made[0].pk]) + "#files" if how == "one" else reverse("workspace"))


def test_the_page_asks_without_javascript_too(teacher_client: Client) -> None:
    page = teacher_client.get(reverse("upload")).content.decode()
    assert 'name="file" multiple' in page
    assert 'name="how" value="each"' in page
