"""The home page, collections and text pages, as readers of every kind get them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site

from home.models import CollectionEntry, CollectionIndexPage, CollectionPage, ContentPage, FeaturedCollection, HomePage
from resources import models
from tests.factories import ResourceFactory, SchoolFactory, person, term

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def collection(*entries: CollectionEntry, title: str = "一日生活里的照护", **fields) -> CollectionPage:
    page = CollectionPage(title=title, slug=fields.pop("slug", "daily"), **fields)
    page.entries = list(entries)
    CollectionIndexPage.objects.get().add_child(instance=page)
    return CollectionPage.objects.get(pk=page.pk)


def entry(resource: models.Resource, **fields) -> CollectionEntry:
    return CollectionEntry(resource=resource, **fields)


def test_the_page_tree_is_seeded_once_and_left_alone_afterwards():
    page = ContentPage.objects.get(slug="terms")
    page.title = "联盟服务条款"
    page.save()
    before = Page.objects.count()
    call_command("migrate", verbosity=0)
    assert Page.objects.count() == before
    assert ContentPage.objects.get(slug="terms").title == "联盟服务条款"
    assert Site.objects.get(is_default_site=True).root_page_id == HomePage.objects.get().pk


def test_a_text_page_that_was_deleted_or_moved_does_not_come_back():
    ContentPage.objects.get(slug="licences").delete()
    moved = ContentPage.objects.get(slug="help")
    moved.slug = "manual"
    moved.save()
    call_command("migrate", verbosity=0)
    assert not ContentPage.objects.filter(slug__in=["help", "licences"]).exists()


def test_after_a_new_address_the_old_one_leads_there(client, django_capture_on_commit_callbacks):
    client.force_login(person("editor"))
    page = ContentPage.objects.get(slug="help")
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = client.get(address).context["form"]
    data = {name: form[name].value() or "" for name in ("title", "title_en", "footer")}
    data |= {"slug": "manual", "action-publish": "1", "body-count": "0", "body_en-count": "0"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, data).status_code == 302
    answer = client.get("/help/")
    assert (answer.status_code, answer.headers.get("Location")) == (301, "/manual/")


def test_an_editor_can_not_point_at_a_page_that_is_not_there():
    resource = ResourceFactory(live=True, files=[["一", "二"]])
    for number, wrong in ((1, False), (2, False), (3, True), (0, True)):
        entry_of = entry(resource, number=number)
        home = HomePage.objects.get()
        home.specimen, home.specimen_page = resource, number
        for checked in (entry_of.clean, home.clean):
            if wrong:
                with pytest.raises(ValidationError, match="2"):
                    checked()
            else:
                checked()


def test_the_home_page_has_a_name_and_searches():
    page = Client().get(reverse("home"))
    assert page.status_code == 200
    assert f'action="{reverse("search")}"' in page.content.decode()


def test_the_home_page_counts_and_lists_only_what_the_reader_may_see(client):
    ResourceFactory(title="人人可看的课件", live=True)
    ResourceFactory(title="联盟内的课件", live=True, visibility="alliance")
    ResourceFactory(title="没有发布的课件")
    visitor = client.get("/").content.decode()
    assert "人人可看的课件" in visitor
    assert "联盟内的课件" not in visitor
    assert "没有发布的课件" not in visitor
    assert "<b>1</b> 件资源" in visitor
    member = signed_in(person("teacher")).get("/").content.decode()
    assert "联盟内的课件" in member
    assert "<b>2</b> 件资源" in member


def test_domains_ages_and_courses_lead_to_the_search_with_their_codes(client):
    ResourceFactory(live=True)
    page = client.get("/").content.decode()
    for parameters in ("domain=health", "age=m13-24", "course=life-care"):
        assert f"{reverse('search')}?{parameters}" in page


def test_the_home_page_costs_the_same_number_of_queries_however_much_there_is(client, django_assert_max_num_queries):
    def fill(count: int) -> None:
        for _one in range(count):
            ResourceFactory(live=True, files=[["洗手", "辅食"]])

    fill(2)
    page = collection(entry(models.Resource.objects.first()))
    HomePage.objects.get().featured.add(FeaturedCollection(collection=page))
    client.get("/")
    with django_assert_max_num_queries(25) as few:
        client.get("/")
    fill(8)
    with django_assert_max_num_queries(len(few)):
        client.get("/")


def test_featured_collections_stand_on_the_home_page_with_the_number_a_reader_may_see(client):
    page = collection(
        entry(ResourceFactory(live=True)), entry(ResourceFactory(live=True, visibility="alliance")), slip="一日照护"
    )
    home = HomePage.objects.get()
    home.featured = [FeaturedCollection(collection=page)]
    home.save()
    shown = client.get("/").content.decode()
    assert "一日照护" in shown
    assert "1 件，联盟编辑部选" in shown
    assert "2 件，联盟编辑部选" in signed_in(person("teacher")).get("/").content.decode()


@pytest.mark.parametrize(("count", "beside"), [(1, True), (3, True), (4, False), (5, True), (8, False)])
def test_covers_that_do_not_fill_a_row_of_four_stand_beside_their_captions(client, count: int, beside: bool):
    pages = [collection(title=f"选辑{number}", slug=f"c{number}", say="挑好的。") for number in range(count)]
    home = HomePage.objects.get()
    home.featured = [FeaturedCollection(collection=page) for page in pages]
    home.save()
    assert ("covers--beside" in client.get("/").content.decode()) is beside


def test_months_are_written_in_the_readers_language(client):
    ResourceFactory(live=True, age_bands=[term(models.AgeBand, "m0-6")])
    assert "<b>0～6</b>" in client.get("/").content.decode()
    client.cookies["django_language"] = "en"
    answer = client.get("/").content.decode()
    assert "<b>0–6</b>" in answer
    assert "～" not in answer


def test_an_unpublished_collection_is_not_featured(client):
    page = collection(entry(ResourceFactory(live=True)))
    home = HomePage.objects.get()
    home.featured = [FeaturedCollection(collection=page)]
    home.save()
    page.unpublish()
    assert page.title not in client.get("/").content.decode()


def test_a_collection_shows_sections_order_and_notes(client):
    wash, feed = ResourceFactory(title="洗手课件", live=True), ResourceFactory(title="进餐课件", live=True)
    page = collection(
        entry(feed, heading="进餐", heading_note="从第一口米糊说起", note="第 3 页可以单独放映。", number=3),
        entry(wash, heading="洗手"),
        introduction=[("paragraph", "<p>照护的功夫在小事里。</p>")],
    )
    shown = client.get(page.url).content.decode()
    assert "照护的功夫在小事里。" in shown
    assert "第 3 页可以单独放映。" in shown
    assert f"{feed.get_absolute_url()}?p=3" in shown
    assert shown.index("进餐课件") < shown.index("洗手课件")
    assert shown.index("从第一口米糊说起") < shown.index("进餐课件")


def test_withdrawn_and_hidden_resources_vanish_from_a_collection_but_their_heading_stays(client):
    hidden = ResourceFactory(title="校内课件", live=True, visibility="school")
    shown = ResourceFactory(title="公开课件", live=True)
    page = collection(entry(hidden, heading="洗手", note="只对本校"), entry(shown))
    visitor = client.get(page.url).content.decode()
    assert "公开课件" in visitor
    assert "校内课件" not in visitor
    assert "只对本校" not in visitor
    assert "洗手" in visitor
    assert "校内课件" in signed_in(person("teacher", school=hidden.school)).get(page.url).content.decode()
    shown.unpublish(user=None)
    emptied = client.get(page.url).content.decode()
    assert "公开课件" not in emptied
    assert "这一辑里还没有向你开放的资源" in emptied


def test_a_resource_in_a_collection_can_not_be_deleted():
    resource = ResourceFactory(live=True)
    collection(entry(resource))
    with pytest.raises(ProtectedError):
        models.Resource.objects.filter(pk=resource.pk).delete()


def test_a_collection_costs_the_same_number_of_queries_however_long_it_is(client, django_assert_max_num_queries):
    short = collection(*(entry(ResourceFactory(live=True, files=[["一"]])) for _one in range(2)), slug="short")
    long = collection(*(entry(ResourceFactory(live=True, files=[["一"]])) for _one in range(9)), slug="long")
    client.get(short.url)
    with django_assert_max_num_queries(15) as few:
        client.get(short.url)
    with django_assert_max_num_queries(len(few)):
        client.get(long.url)


def test_the_list_of_collections_names_each_with_its_cover(client):
    collection(entry(ResourceFactory(live=True)), slip="题签八个汉字", domain=term(models.CareDomain, "nutrition"))
    shown = client.get(CollectionIndexPage.objects.get().url).content.decode()
    assert "题签八个汉字" in shown
    assert "cover--nutrition" in shown


def test_text_pages_are_in_the_readers_language_and_in_the_footer(client):
    page = client.get("/privacy/").content.decode()
    assert "隐私说明" in page
    assert "不使用第三方统计" in page
    english = Client(HTTP_ACCEPT_LANGUAGE="en").get("/privacy/").content.decode()
    assert "No third-party statistics" in english
    assert '<a href="/terms/">Terms of service</a>' in english


def test_the_language_is_switched_by_post_and_remembered(client):
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/schools/"})
    assert answer["Location"] == "/schools/"
    assert "Schools of the alliance" in client.get("/schools/").content.decode()


def test_the_sitemap_lists_only_what_everybody_may_see(client):
    public = ResourceFactory(live=True)
    alliance = ResourceFactory(live=True, visibility="alliance")
    listed = client.get("/sitemap-resources.xml").content.decode()
    assert public.get_absolute_url() in listed
    assert alliance.get_absolute_url() not in listed
    assert "/collections/" in client.get("/sitemap-pages.xml").content.decode()
    assert b"sitemap-schools.xml" in client.get("/sitemap.xml").content
    assert b"Disallow: /workspace/" in client.get("/robots.txt").content


def test_a_page_that_does_not_exist_says_so_in_both_languages(client):
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    assert "这个地址没有内容" in answer.content.decode()
    assert "There is no page at this URL" in Client(HTTP_ACCEPT_LANGUAGE="en").get("/nothing/here/").content.decode()


def test_the_directory_names_every_active_school_with_its_visible_resources(client, django_assert_max_num_queries):
    busy = SchoolFactory(name="照护学院", founding=True)
    ResourceFactory(school=busy, live=True)
    ResourceFactory(school=busy, live=True, visibility="school")
    SchoolFactory(name="停用学院", suspended=True)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("schools")).content.decode()
    assert "照护学院" in page
    assert "1 件" in page
    assert "停用学院" not in page


def test_a_school_page_shows_figures_of_what_the_reader_may_see(client):
    school = SchoolFactory(name="照护学院")
    ResourceFactory(title="公开的", school=school, live=True, files=[["一", "二", "三"]])
    ResourceFactory(title="校内的", school=school, live=True, visibility="school", files=[["四"]])
    page = client.get(school.get_absolute_url()).content.decode()
    assert "公开的" in page
    assert "校内的" not in page
    assert "<dd>3</dd>" in page
    own = signed_in(person("teacher", school=school)).get(school.get_absolute_url()).content.decode()
    assert "校内的" in own
    assert "<dd>4</dd>" in own


def test_a_school_page_costs_the_same_number_of_queries_however_much_it_has(client, django_assert_max_num_queries):
    small, large = SchoolFactory(), SchoolFactory()
    for school, count in ((small, 2), (large, 9)):
        for _one in range(count):
            ResourceFactory(school=school, live=True, files=[["一"]])
    client.get(small.get_absolute_url())
    with django_assert_max_num_queries(14) as few:
        client.get(small.get_absolute_url())
    with django_assert_max_num_queries(len(few)):
        client.get(large.get_absolute_url())
