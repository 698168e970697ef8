"""News, a banner and a text page in the menu, as the alliance would publish them.

The policies are real and named with their numbers. The activities are invented and say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from wagtail.models import Site

from home.models import ContentPage, HomePage, NewsIndexPage, NewsPage
from home.models.news import Category
from home.models.site import SiteSettings
from members.models import User

MEETING = "winter-teaching-research"
BANNER_DAYS = 30
HEALTH_COMMISSION = "国家卫生健康委员会"


@dataclass(frozen=True, slots=True)
class Item:
    """``age``: days before today. ``starts``: days from today, over ``days`` days."""

    slug: str
    category: Category
    age: int
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    source: str = ""
    starts: int | None = None
    days: int = 1
    place: str = ""


ITEMS = (
    Item(
        MEETING,
        Category.ACTIVITY,
        1,
        "冬季联合教研：把一页课件讲到学生会做（演示）",
        "以“七步洗手”那一页为例，三所院校同课异构，线上评课。各校教研组都可以报名。",
        (
            "每所院校用库里同一份课件的同一页上一节 20 分钟的课，课后一起看录像，只谈一件事：学生做出来了没有。",
            "报名以教研组为单位，每组推选一位老师上课。参加的老师请先在资源库里看一遍课件，记下打算改的地方。",
        ),
        starts=18,
        days=2,
        place="线上",
    ),
    Item(
        "care-guideline-in-class",
        Category.POLICY,
        6,
        "《托育机构保育指导大纲（试行）》怎样进课堂",
        "大纲按月龄写明各阶段的目标与保育要点。备课时对着看，能看出课件缺了哪一段。",
        (
            "大纲从营养与喂养、睡眠、生活与卫生习惯、动作、语言、认知、情感与社会性七个方面，"
            "分 7～12、13～24、25～36 个月三段写明目标、保育要点和指导建议。",
            "备课可以这样用：先在库里按月龄找课件，再对照大纲同一段的保育要点，看哪几条没有讲到，把它们写进课堂提问。",
            "上传资源时，月龄段和照护五域请照内容选，不要照课程名选，老师才找得到。",
        ),
        source=f"{HEALTH_COMMISSION}，国卫人口发〔2021〕2 号",
    ),
    Item(
        "injury-prevention-guideline",
        Category.POLICY,
        13,
        "读《托育机构婴幼儿伤害预防指南（试行）》：先改环境",
        "窒息、跌倒、烧烫伤、溺水、中毒、异物、道路交通，指南都把安全管理和改善环境放在前面。",
        (
            "七类伤害，指南都从安全管理、改善环境、加强照护三个方面写。顺序不是随便排的：能改环境的，先改环境。",
            "教学上可以用选辑《环境先行》里的平面图，请学生蹲下来看一圈，把找到的每一处写成“改什么”，而不是“提醒什么”。",
        ),
        source=f"{HEALTH_COMMISSION}办公厅，国卫办人口函〔2021〕19 号",
    ),
    Item(
        "courseware-workshop",
        Category.ACTIVITY,
        24,
        "课件工作坊：一页只讲一件事（演示）",
        "带一份自己的课件来，改完再上传。工作坊记录与前后对比已放进资源库。",
        (
            "工作坊只练一个动作：把一页里的三件事拆成三页，每页写一个能被搜到的标题。",
            "检索先看标题。标题写“注意事项”，谁也找不到；写“先试水温，再放进盆里”，一搜就到这一页。",
        ),
        starts=-10,
        place="临溪职业学院（演示）",
    ),
)
ABOUT = (
    ("heading", "我们做什么"),
    ("paragraph", "<p>联盟由培养托育人才的院校组成，共建一个资源库：一校备好的课，各校都能用。</p>"),
    ("heading", "怎样加入"),
    ("paragraph", "<p>由院校提出，联盟管理员开通。这是演示站，这里的院校都不对应真实学校。</p>"),
)


def ensure(*, editor: User) -> None:
    """Create news, banner and text page the first time; later what editors did with them stays."""
    index = NewsIndexPage.objects.get()
    if NewsPage.objects.exists():
        return
    pages = {item.slug: _create(item, index, editor) for item in reversed(ITEMS)}
    _set_banner(pages[MEETING])
    about = ContentPage(title="关于联盟", title_en="The alliance", slug="about", body=ABOUT, show_in_menus=True)
    _publish(about, HomePage.objects.get(), editor)


def _create(item: Item, index: NewsIndexPage, editor: User) -> NewsPage:
    today = timezone.localdate()
    starts = None if item.starts is None else today + timedelta(days=item.starts)
    page = NewsPage(
        title=item.title,
        slug=item.slug,
        category=item.category,
        date=today - timedelta(days=item.age),
        summary=item.summary,
        body=[("paragraph", f"<p>{words}</p>") for words in item.paragraphs],
        source=item.source,
        starts_on=starts,
        ends_on=starts + timedelta(days=item.days - 1) if starts and item.days > 1 else None,
        place=item.place,
    )
    _publish(page, index, editor)
    return page


def _publish(page: NewsPage | ContentPage, parent: NewsIndexPage | HomePage, editor: User) -> None:
    page.owner = editor
    parent.add_child(instance=page)
    page.save_revision(user=editor).publish(user=editor)


def _set_banner(page: NewsPage) -> None:
    settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    if settings.banner_text:
        return
    settings.banner_text = "冬季联合教研开始报名：三所院校同讲一页课件，线上评课"
    settings.banner_text_en = "Winter teaching research: three schools teach the same slide. Sign up now."
    settings.banner_page_id = page.pk
    settings.banner_ends = timezone.now() + timedelta(days=BANNER_DAYS)
    settings.save()
