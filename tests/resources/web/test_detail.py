"""The page of a resource, as readers of every kind get it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from resources import models
from resources.catalogue.cards import cards
from resources.models import Resource
from tests.factories import BlobFactory, ResourceFactory, SchoolFactory, person, publish, term

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def deck(count: int = 3, *, say: str = "第 {} 张讲照护") -> list[str]:
    return [say.format(number) for number in range(1, count + 1)]


def test_a_public_resource_shows_title_school_files_and_page_text(client):
    resource = ResourceFactory(title="七步洗手法", live=True, files=[deck()])
    page = client.get(resource.get_absolute_url()).content.decode()
    assert "七步洗手法" in page
    assert resource.school.name in page
    assert "第 1 张讲照护" in page
    assert resource.files.first().name in page


def test_a_foreign_draft_answers_404(client):
    draft = ResourceFactory(files=[deck()])
    assert client.get(draft_page(draft)).status_code == 404
    assert signed_in(person("teacher")).get(draft_page(draft)).status_code == 404
    assert client.get(reverse("resource_pages", args=[draft.pk]), {"p": 1}).status_code == 404


def draft_page(resource) -> str:
    return reverse("resource", args=[resource.pk])


def test_the_contributor_of_a_draft_is_sent_to_the_draft():
    school = SchoolFactory()
    author = person("teacher", school=school)
    draft = ResourceFactory(school=school, contributor=author, files=[deck()])
    answer = signed_in(author).get(draft_page(draft))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("draft", args=[draft.pk])


def test_an_alliance_resource_is_404_for_visitors_and_open_to_members(client):
    resource = ResourceFactory(live=True, visibility="alliance", files=[deck()])
    assert client.get(resource.get_absolute_url()).status_code == 404
    assert signed_in(person("teacher")).get(resource.get_absolute_url()).status_code == 200


def test_an_embargoed_resource_is_404_until_its_day(client):
    resource = ResourceFactory(live=True, embargo_until=timezone.now() + timedelta(days=1), files=[deck()])
    assert client.get(resource.get_absolute_url()).status_code == 404
    assert signed_in(person("editor")).get(resource.get_absolute_url()).status_code == 200


def withdrawn(**fields) -> models.Resource:
    resource = ResourceFactory(live=True, files=[deck()], **fields)
    models.Resource.objects.filter(pk=resource.pk).update(
        live=False, withdrawn_at=timezone.now(), withdrawal_reason="引用的标准已经作废"
    )
    return resource


def test_a_withdrawn_resource_says_why_and_answers_410(client):
    resource = withdrawn(title="旧版规程")
    answer = client.get(resource.get_absolute_url())
    assert answer.status_code == 410
    page = answer.content.decode()
    assert "旧版规程" in page
    assert "引用的标准已经作废" in page
    assert "第 1 张讲照护" not in page


def test_a_withdrawn_alliance_resource_is_404_for_visitors(client):
    resource = withdrawn(visibility="alliance")
    assert client.get(resource.get_absolute_url()).status_code == 404


def test_the_address_parameter_p_opens_that_page_without_script(client):
    resource = ResourceFactory(live=True, files=[deck(5)])
    page = client.get(resource.get_absolute_url(), {"p": 4}).content.decode()
    assert "第 4 张讲照护" in page
    assert "第 3 张讲照护" not in page


@pytest.mark.parametrize("asked", ["0", "99999", "x", "-1", "²", "9" * 30])
def test_a_page_that_is_not_there_shows_one_that_is(client, asked):
    resource = ResourceFactory(live=True, files=[deck(3)])
    answer = client.get(resource.get_absolute_url(), {"p": asked})
    assert answer.status_code == 200
    assert re.search("第 [123] 张讲照护", answer.content.decode())


def test_words_from_a_search_are_marked_in_the_text_and_on_the_picture(client):
    blob = BlobFactory(pages=["没有这个词", "饭前要洗手"])
    models.FilePage.objects.filter(blob=blob).update(widths=[320, 960], boxes=[["饭前要洗手", 0.1, 0.2, 0.5, 0.1]])
    resource = ResourceFactory(live=True, files=[blob])
    page = client.get(resource.get_absolute_url(), {"q": "洗手"}).content.decode()
    assert "饭前要<mark>洗手</mark>" in page
    assert '<rect x="400.0" y="112.5" width="200.0" height="56.2"/>' in " ".join(page.split())


def test_the_strip_shows_found_pages_first_and_all_on_demand(client):
    resource = ResourceFactory(live=True, files=[["一", "二洗手", "三", "四洗手"]])
    found = client.get(resource.get_absolute_url(), {"q": "洗手"}).content.decode()
    assert re.findall('data-page="([0-9]+)"', found) == ["2", "4"]
    everything = client.get(resource.get_absolute_url(), {"q": "洗手", "strip": "all"}).content.decode()
    assert re.findall('data-page="([0-9]+)"', everything) == ["1", "2", "3", "4"]


def test_the_file_with_the_best_page_is_opened(client):
    resource = ResourceFactory(live=True, files=[deck(), ["讲义", "讲义里的辅食"]])
    page = client.get(resource.get_absolute_url(), {"q": "辅食"}).content.decode()
    assert "讲义里的<mark>辅食</mark>" in page


def test_text_of_a_page_can_not_bring_markup_along(client):
    resource = ResourceFactory(live=True, title="</script><b>", files=[["<img src=x onerror=alert(1)> 洗手"]])
    page = client.get(resource.get_absolute_url(), {"q": "洗手"}).content.decode()
    assert "<img src=x" not in page
    assert "</script><b>" not in page
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["name"] == "</script><b>"


def test_the_licence_decides_whether_download_buttons_are_shown(client):
    open_one = ResourceFactory(live=True, files=[deck()])
    assert "table__acts" in client.get(open_one.get_absolute_url()).content.decode()
    closed = ResourceFactory(live=True, files=[deck()], licence=term(models.Licence, "view-only"))
    page = client.get(closed.get_absolute_url()).content.decode()
    assert "table__acts" not in page
    assert "授权范围只限在线浏览，不提供下载。" in page


def test_a_file_taken_down_is_gone_from_page_and_viewer(client):
    resource = ResourceFactory(live=True, files=[deck(), ["另一份"]])
    file = resource.files.first()
    models.FileRemoval.objects.create(
        resource=resource, uid=file.uid, reason="含未授权肖像", removed_by=resource.contributor
    )
    page = client.get(resource.get_absolute_url(), {"f": str(file.uid)}).content.decode()
    assert file.name not in page
    assert "第 1 张讲照护" not in page
    assert "含未授权肖像" in page


def test_an_earlier_version_stays_readable_with_its_own_files(client):
    resource = ResourceFactory(title="第一版题名", live=True, files=[["第一版的正文"]])
    draft = resource.get_latest_revision_as_object()
    draft.title = "第二版题名"
    draft.files = [models.ResourceFile(blob=BlobFactory(pages=["第二版的正文"]), name="新.pptx", sort_order=0)]
    draft.save_revision(user=resource.contributor, clean=False)
    publish(models.Resource.objects.get(pk=resource.pk))
    now = client.get(resource.get_absolute_url()).content.decode()
    assert "第二版的正文" in now
    then = client.get(resource.get_absolute_url(), {"v": 1}).content.decode()
    assert "第一版题名" in then
    assert "第一版的正文" in then
    assert "看第 2 版" in then
    assert client.get(resource.get_absolute_url(), {"v": 3}).status_code == 404
    assert client.get(resource.get_absolute_url(), {"v": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("state", "reason", "says"), [("waiting", "", "正在生成预览"), ("none", "no_renderer", "plate")]
)
def test_a_file_without_pages_says_why(client, state, reason, says):
    blob = BlobFactory()
    models.FilePreview.objects.create(blob=blob, state=state, reason=reason)
    resource = ResourceFactory(live=True, files=[blob])
    assert says in client.get(resource.get_absolute_url()).content.decode()


def test_a_500_page_file_costs_as_few_queries_and_little_more_text(client, django_assert_max_num_queries):
    short = ResourceFactory(live=True, files=[deck(2)])
    blob = BlobFactory()
    models.FilePreview.objects.create(blob=blob, state="ready", page_count=500, pages_done=500)
    models.FilePage.objects.bulk_create(
        models.FilePage(
            blob=blob, number=number, text=f"第 {number} 页的洗手" * 50, width=960, height=540, widths=[320, 960]
        )
        for number in range(1, 501)
    )
    long = ResourceFactory(live=True, files=[blob])
    client.get(short.get_absolute_url())
    with django_assert_max_num_queries(30) as few:
        client.get(short.get_absolute_url())
    with django_assert_max_num_queries(len(few)):
        answer = client.get(long.get_absolute_url())
    assert len(answer.content) < 80_000
    with django_assert_max_num_queries(len(few) + 3):
        client.get(long.get_absolute_url(), {"q": "洗手"})


def test_the_viewer_fetches_one_page_or_a_piece_of_the_strip(client):
    resource = ResourceFactory(live=True, files=[deck(100)])
    address = reverse("resource_pages", args=[resource.pk])
    one = client.get(address, {"p": 77}).content.decode()
    assert "第 77 张讲照护" in one
    assert "data-page=" not in one
    piece = client.get(address, {"strip": "all", "at": 49}).content.decode()
    numbers = [int(number) for number in re.findall('data-page="([0-9]+)"', piece)]
    assert numbers == list(range(49, 97))
    last = client.get(address, {"strip": "all", "at": 97}).content.decode()
    assert "data-strip-next" not in last


def test_the_pages_of_a_draft_are_fetched_only_by_those_who_may_see_it(client):
    school = SchoolFactory()
    draft = ResourceFactory(school=school, files=[deck()])
    address = reverse("resource_pages", args=[draft.pk])
    asked = {"revision": draft.latest_revision_id, "p": 2}
    assert client.get(address, asked).status_code == 404
    assert signed_in(person("teacher")).get(address, asked).status_code == 404
    answer = signed_in(person("reviewer", school=school)).get(address, asked)
    assert "第 2 张讲照护" in answer.content.decode()
    other = ResourceFactory(files=[["别家的草稿"]])
    foreign = signed_in(person("reviewer", school=school)).get(address, {"revision": other.latest_revision_id, "p": 1})
    assert "别家的草稿" not in foreign.content.decode()


def test_the_qr_code_is_drawn_by_this_site(client):
    resource = ResourceFactory(live=True, files=[deck()])
    answer = client.get(reverse("resource_qr", args=[resource.pk]))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg xmlns")
    hidden = ResourceFactory(live=True, visibility="school", files=[deck()])
    assert client.get(reverse("resource_qr", args=[hidden.pk])).status_code == 404


def test_the_page_is_complete_in_english():
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    resource = ResourceFactory(live=True, files=[deck()])
    page = client.get(resource.get_absolute_url()).content.decode()
    for words in ("Catalogue card", "Find in this document", "Report this resource", "Good health", "Courseware"):
        assert words in page


@pytest.mark.parametrize("asked", ["\x00", "洗\x00手", "%", "_", "'", "x" * 5000, "😀", "  "])
def test_strange_words_are_looked_for_and_nothing_breaks(client, asked):
    resource = ResourceFactory(live=True, files=[deck()])
    assert client.get(resource.get_absolute_url(), {"q": asked}).status_code == 200


def test_the_head_of_a_piece_of_the_viewer_is_answered(client: Client) -> None:
    resource = ResourceFactory(files=[["洗手"]], live=True)
    address = reverse("resource_pages", args=[resource.pk])
    assert client.head(address, {"p": 1}).status_code == client.get(address, {"p": 1}).status_code == 200


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["m13-24", "m25-36"], "13～36 月"),
        (["m0-6", "m7-12", "m13-24"], "0～24 月"),
        (["m0-6", "m13-24"], "0～6 月，13～24 月"),
        (["m25-36"], "25～36 月"),
        (["no-age"], "不涉及"),
    ],
)
def test_age_bands_that_follow_each_other_are_shown_as_one(client, codes, words):
    bands = [term(models.AgeBand, code) for code in codes]
    page = client.get(ResourceFactory(live=True, age_bands=bands).get_absolute_url()).content.decode()
    card = BeautifulSoup(page, "html.parser").find("dt", string="月龄段")
    assert card.find_next("dd").get_text(strip=True).startswith(words)


def test_the_step_that_leads_nowhere_is_a_link_all_the_same(client):
    resource = ResourceFactory(live=True, files=[deck(2)])
    page = BeautifulSoup(client.get(resource.get_absolute_url()).content, "html.parser")
    back, forward = (page.find(attrs={"data-step": step}) for step in ("-1", "1"))
    assert back["aria-disabled"] == "true"
    assert back["href"].endswith("?p=1#viewer")
    assert forward.get("aria-disabled") is None
    assert forward["href"].endswith("?p=2#viewer")


def test_found_pages_are_notches_on_a_line_true_to_scale(client):
    resource = ResourceFactory(live=True, files=[["洗手", "喂养", "洗手", "安全"]])
    page = BeautifulSoup(client.get(resource.get_absolute_url(), {"q": "洗手"}).content, "html.parser")
    assert [use["x"] for use in page.select(".notches use")] == ["12.5%", "62.5%"]
    assert page.find(attrs={"data-viewer": True})["data-hits"] == "1 3"
    assert page.find(attrs={"data-found": True}).get("hidden") is None
    assert "全部 4 页" in page.get_text()


@pytest.mark.parametrize("state", ["waiting", "rendering"])
def test_the_plate_of_a_published_file_says_its_format_not_how_far_its_preview_is(state):
    blob = BlobFactory()
    models.FilePreview.objects.create(blob=blob, state=state)
    resource = ResourceFactory(live=True, files=[blob])
    [card] = cards(Resource.objects.filter(pk=resource.pk).for_cards())
    assert card.placeholder == "PPTX"


def test_readers_are_not_asked_to_upload_a_damaged_file_again(client: Client):
    blob = BlobFactory(declared_name="坏的.pdf", extension="pdf", kind="pdf")
    models.FilePreview.objects.create(blob=blob, state="none", reason="damaged")
    resource = ResourceFactory(files=[blob], live=True)
    page = client.get(resource.get_absolute_url()).content.decode()
    assert "文件打不开，可能已损坏。" in page
    assert "重新上传" not in page
