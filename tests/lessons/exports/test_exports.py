"""Exports: what goes in, the job, the download, and what stays out."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pptx import Presentation

from lessons import tasks
from lessons.models import ExportJob
from lessons.services.exports import building, making
from lessons.tasks import build_export
from members.models import Notice, User
from resources.models import ResourceStats, UsageEvent
from resources.processing.render.office import available
from resources.storage import get_store
from tests.factories import person, run_jobs
from tests.lessons.exports.making import ask, lesson_of, published, result

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"


@pytest.fixture
def teacher() -> User:
    return person("teacher")


@pytest.fixture
def client(teacher: User) -> Client:
    client = Client(HTTP_USER_AGENT=BROWSER)
    client.force_login(teacher)
    return client


def page(client: Client, kind: str, pk: int, format: str = "") -> str:
    return client.get(reverse("export_new", args=[kind, pk]), {"format": format}).content.decode()


def fetch(client: Client, export: ExportJob) -> Any:
    answer = client.get(reverse("export_download", args=[export.uid]))
    return client.get(answer.url) if answer.status_code == 302 and "/store/" in answer.url else answer


# --- decks


def test_a_lesson_of_three_schools_becomes_one_deck_that_names_them(client: Client, teacher: User) -> None:
    resources = [published("洗手", "擦干", title=f"课件{n}") for n in range(3)]
    lesson = lesson_of(teacher, (resources[0], 2), (resources[1], 1), (resources[2], None))
    export = ask(client, "lesson", lesson.pk, "pptx", notes="on", dividers="on")
    assert (export.state, export.pages, export.total, export.as_pictures) == ("done", 6, 4, 0)
    made = Presentation(io.BytesIO(result(export)))
    assert [slide.shapes.title.text for slide in made.slides if slide.shapes.title] == ["擦干", "洗手", "洗手", "擦干"]
    credits = "\n".join(shape.text_frame.text for shape in made.slides[5].shapes if shape.has_text_frame)
    for resource in resources:
        assert resource.school.name in credits
        assert f"/r/{resource.pk}/" in credits


def test_what_may_only_be_looked_at_stays_out_with_the_reason(client: Client, teacher: User) -> None:
    locked, free = published(licence="view-only", title="操作规程"), published(title="七步洗手法")
    lesson = lesson_of(teacher, (locked, 1), (free, 1))
    text = page(client, "lesson", lesson.pk)
    assert "“操作规程”第 1 页不带进文件" in text
    assert f"{locked.school.name}只让在线看" in text
    export = ask(client, "lesson", lesson.pk, "pptx")
    assert export.total == 1
    assert [source.resource_id for source in export.sources.all()] == [free.pk]
    assert "操作规程" not in "".join(
        shape.text_frame.text
        for slide in Presentation(io.BytesIO(result(export))).slides
        for shape in slide.shapes
        if shape.has_text_frame
    )


def test_a_licence_for_looking_only_also_binds_the_alliances_staff() -> None:
    editor = person("editor")
    client = Client(HTTP_USER_AGENT=BROWSER)
    client.force_login(editor)
    lesson = lesson_of(editor, (published(licence="view-only"), 1))
    answer = client.post(reverse("export_new", args=["lesson", lesson.pk]), {"format": "pptx"})
    assert answer.status_code == 200
    assert not ExportJob.objects.exists()


def test_the_alliances_licence_makes_the_whole_the_alliances(client: Client, teacher: User) -> None:
    lesson = lesson_of(teacher, (published(licence="alliance"), 1), (published(licence="cc-by"), 1))
    assert "整份变成“联盟内使用”" in page(client, "lesson", lesson.pk)
    made = Presentation(io.BytesIO(result(ask(client, "lesson", lesson.pk, "pptx"))))
    credits = "\n".join(shape.text_frame.text for shape in made.slides[2].shapes if shape.has_text_frame)
    assert "联盟院校的师生可以用、可以存" in credits
    assert "不可转载到公开网站" in credits


def test_share_alike_beside_another_licence_is_named(client: Client, teacher: User) -> None:
    lesson = lesson_of(teacher, (published(licence="alliance"), 1), (published(licence="cc-by-sa"), 1))
    assert "“CC BY-SA 4.0”和“联盟内教学使用”不能混编" in page(client, "lesson", lesson.pk)


def test_what_was_withdrawn_stays_out_without_its_name(client: Client, teacher: User) -> None:
    gone = published(title="撤回的课件")
    lesson = lesson_of(teacher, (gone, 1))
    gone.unpublish()
    text = page(client, "lesson", lesson.pk)
    assert "撤回的课件" not in text
    assert "1 项不带进文件" in text


@pytest.mark.skipif(not available(), reason="LibreOffice is not installed")
def test_a_pdf_has_every_page_and_the_credits(client: Client, teacher: User) -> None:
    one, other = published("洗手", title="七步洗手法"), published("擦干", title="擦干手")
    lesson = lesson_of(teacher, (one, 1), (other, 1))
    export = ask(client, "lesson", lesson.pk, "pdf", dividers="on")
    assert (export.state, export.pages) == ("done", 4)
    document = pypdfium2.PdfDocument(result(export))
    assert len(document) == 4
    text = document[3].get_textpage().get_text_range().replace(" ", "")
    assert one.school.name in text
    assert "七步洗手法" in text


# --- archives


def test_the_files_of_a_resource_come_as_one_archive(client: Client) -> None:
    resource = published(title="洗手：流程", blob={"declared_name": "七步洗手法.pptx"})
    export = ask(client, "resource", resource.pk, "zip")
    with zipfile.ZipFile(io.BytesIO(result(export))) as archive:
        names = archive.namelist()
        assert names[:2] == ["七步洗手法.pptx", "manifest.csv"]
        assert "授权 CC BY 4.0.txt" in names
        assert all(info.flag_bits & 0x800 for info in archive.infolist() if not info.filename.isascii())
        assert archive.testzip() is None
        manifest = archive.read("manifest.csv").decode()
    assert manifest.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(manifest[1:])))
    assert rows[0]["题名"] == "洗手：流程"
    assert rows[0]["院校"] == resource.school.name
    assert rows[0]["授权"] == "CC BY 4.0"
    assert f"/r/{resource.pk}/" in rows[0]["网址"]


# --- download


def test_a_download_counts_as_use_of_every_source(client: Client, teacher: User) -> None:
    one, other = published(), published()
    export = ask(client, "lesson", lesson_of(teacher, (one, 1), (other, 1), (one, 1)).pk, "pptx")
    assert not UsageEvent.objects.filter(kind="download").exists()
    answer = fetch(client, export)
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    for resource in (one, other):
        assert ResourceStats.objects.get(resource=resource).downloads == 1


def test_only_the_owner_sees_and_fetches_an_export(client: Client, teacher: User) -> None:
    export = ask(client, "lesson", lesson_of(teacher, (published(), 1)).pk, "pptx")
    url = client.get(reverse("export_download", args=[export.uid])).url
    other = Client(HTTP_USER_AGENT=BROWSER)
    assert other.get(url).status_code == 404
    other.force_login(person("teacher"))
    assert other.get(url).status_code == 404
    for name in ("export", "export_panel", "export_download"):
        assert other.get(reverse(name, args=[export.uid])).status_code == 404


def test_a_source_withdrawn_since_ends_the_result_and_its_signed_url(client: Client, teacher: User) -> None:
    resource = published()
    export = ask(client, "lesson", lesson_of(teacher, (resource, 1)).pk, "pptx")
    url = client.get(reverse("export_download", args=[export.uid])).url
    assert client.get(url).status_code == 200
    resource.unpublish()
    assert client.get(url).status_code == 404
    answer = client.get(reverse("export_download", args=[export.uid]), follow=True)
    assert "有来源已经撤回" in answer.content.decode()


def test_somebody_elses_lesson_cannot_be_exported(client: Client) -> None:
    lesson = lesson_of(person("teacher"), (published(), 1))
    assert client.get(reverse("export_new", args=["lesson", lesson.pk])).status_code == 404
    assert client.get(reverse("export_new", args=["nothing", lesson.pk])).status_code == 404


def test_wechat_is_told_to_open_a_browser(client: Client, teacher: User) -> None:
    export = ask(client, "lesson", lesson_of(teacher, (published(), 1)).pk, "pptx")
    answer = client.get(reverse("export_download", args=[export.uid]), HTTP_USER_AGENT="MicroMessenger/8.0")
    assert "在浏览器打开" in answer.content.decode()


# --- the job


def test_a_second_request_for_the_same_content_shares_the_object(client: Client, teacher: User) -> None:
    lesson = lesson_of(teacher, (published(), 1))
    first, second = (ask(client, "lesson", lesson.pk, "pptx") for _ in range(2))
    assert first.object_key == second.object_key
    ExportJob.objects.filter(pk=first.pk).update(expires=timezone.now())
    tasks.keep_exports.call()
    assert get_store().head(second.object_key) is not None
    ExportJob.objects.filter(pk=second.pk).update(expires=timezone.now())
    tasks.keep_exports.call()
    assert get_store().head(second.object_key) is None
    second.refresh_from_db()
    assert second.state == "expired"
    assert client.get(reverse("export_download", args=[second.uid])).status_code == 404


def test_the_job_starts_again_after_its_worker_was_killed_and_may_run_twice(client: Client, teacher: User) -> None:
    export = ask(client, "lesson", lesson_of(teacher, (published(), 1)).pk, "pptx")
    ExportJob.objects.filter(pk=export.pk).update(state="building", object_key="", expires=None, progress=1)
    build_export.call(export.pk)
    export.refresh_from_db()
    assert export.state == "done"
    before = export.finished
    build_export.call(export.pk)
    export.refresh_from_db()
    assert export.finished == before


def test_a_stopped_export_leaves_no_object(client: Client, teacher: User, monkeypatch: pytest.MonkeyPatch) -> None:
    made = making.make_pptx

    def stopped_meanwhile(*args: Any) -> Any:
        answer = made(*args)
        ExportJob.objects.update(state="cancelled")
        return answer

    monkeypatch.setattr(making, "make_pptx", stopped_meanwhile)
    export = ask(client, "lesson", lesson_of(teacher, (published(), 1)).pk, "pptx")
    assert export.state == "cancelled"
    assert get_store().head(f"exports/{export.uid}.pptx") is None
    monkeypatch.undo()
    client.post(reverse("export_change", args=[export.uid]), {"do": "again"})
    run_jobs(only="lessons.")
    export.refresh_from_db()
    assert export.state == "done"


def test_a_failure_is_told_and_stays_as_a_dead_letter(
    client: Client, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any) -> Any:
        raise making.MakingFailed("crashed")

    monkeypatch.setattr(making, "make_pptx", fails)
    lesson = lesson_of(teacher, (published(), 1))
    client.post(reverse("export_new", args=["lesson", lesson.pk]), {"format": "pptx"})
    export = ExportJob.objects.get()
    with pytest.raises(building.GiveUp):
        build_export.call(export.pk)
    text = client.get(reverse("export", args=[export.uid])).content.decode()
    assert "没有做成" in text
    assert "有一份来源读不出来" in text


def test_an_export_whose_job_was_given_up_is_failed(client: Client, teacher: User) -> None:
    export = ask(client, "lesson", lesson_of(teacher, (published(), 1)).pk, "pptx")
    long_ago = timezone.now() - timedelta(hours=1)
    ExportJob.objects.filter(pk=export.pk).update(state="building", created=long_ago)
    assert building.fail_lost() == 1
    export.refresh_from_db()
    assert (export.state, export.reason) == ("failed", "interrupted")


def test_who_waited_long_is_notified(client: Client, teacher: User) -> None:
    lesson = lesson_of(teacher, (published(), 1))
    client.post(reverse("export_new", args=["lesson", lesson.pk]), {"format": "pptx"})
    assert not Notice.objects.exists()
    ExportJob.objects.update(created=timezone.now() - timedelta(minutes=1))
    run_jobs(only="lessons.")
    assert Notice.objects.get(user=teacher).path == reverse("export", args=[ExportJob.objects.get().uid])


def test_the_page_of_a_running_export_reloads_without_a_script(client: Client, teacher: User) -> None:
    lesson = lesson_of(teacher, (published("一", "二"), None))
    url = client.post(reverse("export_new", args=["lesson", lesson.pk]), {"format": "pptx"}).url
    assert '<meta http-equiv="refresh"' in client.get(url).content.decode()
    assert "前面的做完就开始" in client.get(f"{url}panel/").content.decode()
    ExportJob.objects.update(state="building", progress=1)
    assert "已放进 1 页，共 2 页" in client.get(f"{url}panel/").content.decode()
    client.post(f"{url}change/", {"do": "stop"})
    assert "已停下" in client.get(url).content.decode()


def test_too_many_at_once_are_refused(client: Client, teacher: User) -> None:
    lesson = lesson_of(teacher, (published(), 1))
    for _turn in range(6):
        answer = client.post(reverse("export_new", args=["lesson", lesson.pk]), {"format": "pptx"})
    assert ExportJob.objects.count() == 5
    assert "刚才要的文件太多" in answer.content.decode()


def test_a_visitor_signs_in_first() -> None:
    resource = published()
    answer = Client().get(reverse("export_new", args=["resource", resource.pk]))
    assert answer.status_code == 302
    assert "login" in answer.url
