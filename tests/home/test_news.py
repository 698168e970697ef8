"""News, its feed and its place on the home page; the banner; text pages in the menu."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from home.models import ContentPage, HomePage, NewsIndexPage, NewsPage
from home.models.news import PER_PAGE
from home.models.site import SiteSettings
from tests.factories import person

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def news(title: str = "保育指导大纲这样读", **fields: Any) -> NewsPage:
    page = NewsPage(title=title, summary=fields.pop("summary", "四句话讲完。"), **fields)
    NewsIndexPage.objects.get().add_child(instance=page)
    return page


def titles(page: str) -> list[str]:
    return [part.split("</a>")[0].split(">")[-1] for part in page.split("newslist__title work")[1:]]


def get(path: str, **cookies: str) -> str:
    client = Client()
    client.cookies.load(cookies)
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_list_shows_the_newest_first_and_one_category_on_request():
    news("旧政策", date=date(2026, 1, 5))
    news("新活动", date=date(2026, 3, 5), category="activity")
    assert titles(get("/news/")) == ["新活动", "旧政策"]
    assert titles(get("/news/?category=policy")) == ["旧政策"]
    assert titles(get("/news/?category=nonsense&page=x")) == ["新活动", "旧政策"]


def test_drafts_and_protected_news_are_shown_to_no_visitor():
    index = NewsIndexPage.objects.get()
    index.add_child(instance=NewsPage(title="没写完的", summary="还没写完", live=False))
    hidden = news("只给自己人")
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    for path in ("/news/", "/feed/news/", "/"):
        page = get(path)
        assert "没写完的" not in page
        assert "只给自己人" not in page


def test_a_long_list_has_pages():
    for number in range(PER_PAGE + 1):
        news(f"第{number}条", date=date(2026, 1, 1) + timedelta(days=number))
    assert len(titles(get("/news/"))) == PER_PAGE
    assert titles(get("/news/?page=2")) == ["第0条"]


def test_an_activity_says_when_and_where_and_that_it_is_over():
    today = timezone.localdate()
    past = news("上月", category="activity", starts_on=today - timedelta(days=30), place="线上")
    running = news("本周", category="activity", starts_on=today - timedelta(days=2), ends_on=today)
    assert "已结束" in get(past.url)
    assert "线上" in get(past.url)
    assert f"{running.starts_on}～{today}" in get(running.url)
    assert "已结束" not in get(running.url)


def test_a_last_day_needs_a_first_day_before_it():
    for days in ({"ends_on": date(2026, 5, 1)}, {"starts_on": date(2026, 5, 2), "ends_on": date(2026, 5, 1)}):
        with pytest.raises(ValidationError):
            NewsPage(title="活动", summary="一句话", **days).clean()


def test_a_news_page_names_its_source_and_tells_a_screen_reader_the_language():
    page = news(source="国家卫生健康委员会", source_url="https://example.org/1", body=[("paragraph", "<p>正文</p>")])
    assert 'href="https://example.org/1"' in get(page.url)
    assert '<h1 class="work" lang="zh-Hans">' in get(page.url, django_language="en")
    assert '<h1 class="work">' in get(page.url)


def test_the_feed_is_atom_with_absolute_urls_and_survives_control_characters():
    page = news("政策\x0b一", summary="有\x08控制符")
    news("活动一", category="activity")
    feed = fromstring(get("/feed/news/"))
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == ["活动一", "政策一"]
    links = [entry.find(f"{ATOM}link").attrib["href"] for entry in feed.iter(f"{ATOM}entry")]  # type: ignore[union-attr]
    assert links[1] == f"http://testserver{page.url}"
    only = fromstring(get("/feed/news/activity/"))
    assert [entry.findtext(f"{ATOM}title") for entry in only.iter(f"{ATOM}entry")] == ["活动一"]
    assert "活动" in (only.findtext(f"{ATOM}title") or "")
    assert Client().get("/feed/news/nonsense/").status_code == 404


def test_the_home_page_shows_the_four_newest_and_nothing_without_any():
    assert 'id="news"' not in get("/")
    for number in range(5):
        news(f"第{number}条", date=date(2026, 1, 1) + timedelta(days=number))
    home = get("/")
    assert titles(home) == ["第4条", "第3条", "第2条", "第1条"]
    assert 'href="/feed/news/"' in home


def test_the_menu_leads_to_the_news_once_there_is_some():
    link = '<a href="/news/">'
    assert link not in get("/schools/")
    news()
    assert link in get("/schools/")


def test_upgrading_makes_the_list_of_news_once_even_if_its_address_is_taken():
    NewsIndexPage.objects.get().delete()
    HomePage.objects.get().add_child(instance=ContentPage(title="新闻", slug="news"))
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)
    assert [page.slug for page in NewsIndexPage.objects.all()] == ["news-2"]


def test_text_pages_stand_in_the_menu_if_editors_want():
    page = get("/schools/")
    assert '<li><a href="/help/">使用说明</a></li>' in page
    assert "更多" not in page
    ContentPage.objects.filter(slug="licences").update(show_in_menus=True)
    page = get("/schools/")
    assert "更多" in page
    assert page.count('href="/licences/"') == 2  # menu and footer
    ContentPage.objects.filter(slug="licences").update(live=False)
    assert "/licences/" not in get("/schools/")


def test_one_more_news_costs_no_more_queries(django_assert_max_num_queries: Any):
    for number in range(3):
        news(f"第{number}条")
    for path, most in (("/news/", 12), ("/feed/news/", 8)):
        get(path)
        with django_assert_max_num_queries(most):
            get(path)


# --- the banner


@pytest.fixture
def banner() -> SiteSettings:
    settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    settings.banner_text = "周六 22:00 停机维护"
    settings.save()
    return settings


def test_the_banner_stands_above_the_header_of_every_page(banner: SiteSettings):
    for path in ("/", "/search/", "/schools/", "/help/", "/accounts/login/"):
        page = get(path)
        assert page.index("周六 22:00 停机维护") < page.index('class="masthead"'), path


def test_the_banner_comes_and_goes_on_time_and_no_cache_keeps_it(banner: SiteSettings, monkeypatch: Any):
    banner.banner_starts = datetime(2026, 12, 1, 12, tzinfo=UTC)
    banner.banner_ends = datetime(2026, 12, 2, 12, tzinfo=UTC)
    banner.save()
    for now, shown in (
        (banner.banner_starts - timedelta(seconds=1), False),
        (banner.banner_starts, True),
        (banner.banner_ends - timedelta(seconds=1), True),
        (banner.banner_ends, False),
    ):
        monkeypatch.setattr("home.models.site.timezone.now", lambda now=now: now)
        for path in ("/", "/search/", "/schools/"):
            answer = Client().get(path)
            assert ("停机维护" in answer.content.decode()) is shown, (path, now)
            assert "max-age" not in answer.get("Cache-Control", "")
            assert "ETag" not in answer
            assert "Last-Modified" not in answer


def test_the_banner_is_in_the_readers_language(banner: SiteSettings):
    assert 'lang="zh-Hans">周六 22:00 停机维护' in get("/", django_language="en")
    banner.banner_text_en = "Closed on Saturday at 22:00"
    banner.save()
    assert "Closed on Saturday at 22:00" in get("/", django_language="en")
    assert "Closed" not in get("/")


def test_the_banner_leads_to_a_page_as_long_as_it_is_published(banner: SiteSettings):
    banner.banner_page = news("停机维护").page_ptr
    banner.save()
    link = f'<a href="{banner.banner_page.url}">详情</a>'
    assert link in get("/")
    NewsPage.objects.update(live=False)
    assert link not in get("/")
    NewsPage.objects.get().delete()
    assert "停机维护" in get("/")


def test_only_an_administrator_sets_the_banner(client: Client):
    site = Site.objects.get(is_default_site=True)
    path = reverse("wagtailsettings:edit", args=["home", "sitesettings", site.pk])
    data = {"banner_text": "新横幅", "icp_number": "京ICP备1号"}
    client.force_login(person("editor"))
    assert "banner_text" not in client.get(path).content.decode()
    client.post(path, data)
    saved = SiteSettings.for_site(site)
    assert (saved.banner_text, saved.icp_number) == ("", "京ICP备1号")
    client.force_login(person("administrator"))
    assert "banner_text" in client.get(path).content.decode()
    assert client.post(path, data).status_code == 302
    assert SiteSettings.for_site(site).banner_text == "新横幅"


def test_a_banner_that_ends_before_it_starts_is_refused(client: Client):
    site = Site.objects.get(is_default_site=True)
    client.force_login(person("administrator"))
    path = reverse("wagtailsettings:edit", args=["home", "sitesettings", site.pk])
    data = {"banner_text": "新", "banner_starts": "2026-12-02 10:00", "banner_ends": "2026-12-01 10:00"}
    assert "结束时间早于开始时间" in client.post(path, data).content.decode()
