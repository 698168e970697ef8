"""A small library for browser tests: page images, a collection, a withdrawn resource."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from PIL import Image, ImageDraw
from wagtail.models import Site

from home.models import (
    CollectionEntry,
    CollectionIndexPage,
    CollectionPage,
    ContentPage,
    FeaturedCollection,
    HomePage,
    NewsIndexPage,
    NewsPage,
)
from home.models.site import SiteSettings
from members.models import School
from resources import models
from resources.models.file import rendition_key
from resources.storage import get_store
from tests.factories import BlobFactory, ResourceFactory, SchoolFactory


def picture(number: int, width: int, *, portrait: bool = False) -> bytes:
    size = (width, round(width * (1.414 if portrait else 0.5625)))
    image = Image.new("RGB", size, "#e4f1f1")
    ImageDraw.Draw(image).text((width // 10, width // 10), f"page {number}", create_library="#123")
    out = io.BytesIO()
    image.save(out, "WEBP", quality=40)
    return out.getvalue()


def drawn(
    texts: list[str], *, portrait: bool = False, name: str = "课件.pptx", drawn_pages: int = 12
) -> models.FileBlob:
    """A blob whose first pages have images with one text box each."""
    blob = BlobFactory(pages=texts, declared_name=name)
    for page in models.FilePage.objects.filter(blob=blob, number__lte=12):
        for width in (320, 960):
            key = rendition_key(blob.uid, page.number, width)
            get_store().put(key, picture(page.number, width, portrait=portrait), media_type="image/webp")
        page.widths = [320, 960]
        page.boxes = [[page.text, 0.1, 0.4, 0.6, 0.08]]
        page.width, page.height = (960, 1357) if portrait else (960, 540)
        page.save()
    return blob


@dataclass
class SmallLibrary:
    deck: models.Resource
    gone: models.Resource
    collection: CollectionPage
    school: School

    def addresses(self) -> dict[str, str]:
        """Every type of public page, by name."""
        deck = self.deck.get_absolute_url()
        return {
            "home": "/",
            "resource": deck,
            "resource, arriving from a search": f"{deck}?q=洗手",
            "resource, earlier version": f"{deck}?v=1",
            "withdrawn": self.gone.get_absolute_url(),
            "report": f"{deck}report/",
            "schools": "/schools/",
            "school": self.school.get_absolute_url(),
            "collections": CollectionIndexPage.objects.get().url,
            "collection": self.collection.url,
            "text page": "/help/",
            "news": "/news/",
            "one piece of news": "/news/activity/",
            "nothing": "/nothing/",
            "sign in": "/accounts/login/",
        }


def create_library() -> SmallLibrary:
    school = SchoolFactory(name="照护学院（演示）", founding=True, introduction="为演示而设。")
    texts = [f"第 {number} 张：一日生活照护" for number in range(1, 101)]
    texts[2] = "饭前便后要洗手，用流动水"
    texts[6] = "洗手的七个步骤"
    deck = ResourceFactory(title="七步洗手法：晨间照护实训", school=school, live=True, files=[drawn(texts)])
    draft = deck.get_latest_revision_as_object()
    draft.files = [
        *draft.files.all(),
        models.ResourceFile(blob=drawn(["评分表"], portrait=True, name="评分表.pdf"), name="评分表.pdf", sort_order=1),
    ]
    draft.version_note = "补评分表"
    draft.save_revision(user=deck.contributor, clean=False)
    deck.refresh_from_db()
    deck.latest_revision.publish(user=None, skip_permission_checks=True)
    plan = ResourceFactory(title="洗手环节教学活动方案", school=school, live=True, files=[["教案正文"]])
    gone = ResourceFactory(title="旧版规程", school=school, live=True)
    models.Resource.objects.filter(pk=gone.pk).update(
        live=False, withdrawn_at=timezone.now(), withdrawal_reason="引用的标准已经作废"
    )
    page = CollectionPage(
        title="一日生活里的照护",
        slug="daily",
        slip="一日照护",
        say="每天都要发生许多次的环节。",
        domain=models.CareDomain.objects.get(code="health"),
        introduction=[("paragraph", "<p>照护的功夫在小事里。</p>")],
    )
    page.entries = [
        CollectionEntry(resource=deck, number=3, note="这一页可以单独放映。", heading="洗手", heading_note="先洗干净"),
        CollectionEntry(resource=plan, note="写得短。", heading="教案"),
    ]
    CollectionIndexPage.objects.get().add_child(instance=page)
    home = HomePage.objects.get()
    home.featured = [FeaturedCollection(collection=page)]
    home.specimen, home.specimen_page, home.specimen_words = deck, 3, "洗手"
    home.save()
    news = NewsPage(
        title="冬季联合教研",
        slug="activity",
        category="activity",
        summary="三所院校同讲一页课件。",
        starts_on=date(2026, 1, 10),
        ends_on=date(2026, 1, 11),
        place="线上",
        source="联盟编辑部",
        source_url="https://example.org/",
        body=[("paragraph", "<p>线上评课。</p>")],
    )
    NewsIndexPage.objects.get().add_child(instance=news)
    # In the menu, with the one that is there from the start.
    ContentPage.objects.filter(slug="licences").update(show_in_menus=True)
    banner = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    banner.banner_text, banner.banner_page = "冬季联合教研开始报名", news.page_ptr
    banner.save()
    return SmallLibrary(models.Resource.objects.get(pk=deck.pk), gone, page, school)
