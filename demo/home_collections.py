"""Three collections and the arrangement of the home page, as an editor would make them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from home.models import CollectionEntry, CollectionIndexPage, CollectionPage, FeaturedCollection, HomePage
from home.seeding import ensure_home, ensure_pages
from members.models import User
from resources.models import CareDomain, FilePage, Resource

WASHING = "七步洗手法：托育机构晨间照护实训"
FEEDING = "辅食添加的时机与性状：从满 6 月龄说起"
SLEEP = "安全睡眠：环境准备与巡视"
SIGNALS = "读懂信号：回应性照护的观察与实践"
BOOKS = "一起看绘本：早期阅读指导"
HAZARDS = "把环境改一改：气道异物与伤害预防"
INFECTIONS = "手足口病预防：托育机构日常防控"
MOTOR = "大动作发展与环境支持：从翻身到跑跳"
SPECIMEN = "七步揉搓：内外夹弓大立腕"


@dataclass(frozen=True, slots=True)
class Entry:
    """``slide``: title of the slide to open. ``heading`` starts a section."""

    resource: str
    note: str
    slide: str = ""
    heading: str = ""
    heading_note: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    slug: str
    title: str
    slip: str
    domain: str
    say: str
    introduction: tuple[str, ...]
    entries: tuple[Entry, ...]


COLLECTIONS = (
    Collection(
        "a-day-of-care",
        "一日生活里的照护：洗手、进餐、入睡",
        "一日生活的照护",
        "health",
        "三个每天都要发生许多次的环节，可以直接带进实训室。",
        (
            "照护的功夫，多半不在特别的活动里，而在一天重复许多次的小事里：打湿一双手，递过一勺米糊，拉上一半窗帘。孩子在这些时刻认识自己的身体，也认识身边的大人。",
            "这一辑按环节编排。每个环节先给一份讲清步骤的课件，再给一件可以照着做的材料。选的时候只问三件事：步骤准不准，孩子看不看得见，明天上课用不用得上。",
        ),
        (
            Entry(
                WASHING,
                "口诀图可以直接打印，贴在洗手台边。讲的时候先整体念一遍，再分步做。",
                SPECIMEN,
                "洗手",
                "先洗干净，再洗得从容",
            ),
            Entry("洗手环节教学活动方案", "写得短，目标只有三条。末页的观察记录表比教案本身更值得留用。"),
            Entry("托育机构手卫生操作规程（校内实训用）", "第 2 版多了直接观察表：只记时机和步骤，不记姓名。"),
            Entry(
                FEEDING,
                "把性状变化画成四级台阶，学生记得住。讲的时候请提醒：月龄只是参考，要看孩子的咀嚼与吞咽。",
                "食物性状：由稀到稠，由细到粗",
                "进餐",
                "从第一口到自己拿勺",
            ),
            Entry("母乳喂养：托育机构可以做什么", "送到园里的奶的五步，接收、储存、加热、核对、喂哺，最怕的是喂错。"),
            Entry(
                SLEEP,
                "让学生动手布置一张床，再交换检查：空床最安全。",
                "一张安全的小床：加什么，减什么",
                "入睡",
                "他睡着了，我醒着",
            ),
        ),
    ),
    Collection(
        "reading-signals",
        "读懂信号：回应性照护入门",
        "读懂信号",
        "responsive",
        "从看见一个皱眉开始，练习慢半拍的回应。",
        (
            "回应性照护听起来像天赋，其实是可以练的：看见，想一想，再回应。最容易跳过的是中间那一步。",
            "这里挑的材料都来自平常的一天，没有特别的活动。建议从换尿布那一页讲起。",
        ),
        (
            Entry(
                SIGNALS,
                "全辑的地图。三个动作里，请学生给“解读”多留一拍。",
                "回应的三个动作：看见、解读、回应",
                "看见",
                "他说了一年的话",
            ),
            Entry(MOTOR, "“几乎会了”的记录，比“会了”更有用：环境往哪里改，就看这里。", "观察一次“几乎会了”"),
            Entry(
                BOOKS, "评、问、等、加四个字，“等”最难，也最要紧。", "对话式阅读：评、问、等、加", "回应", "先等一等"
            ),
            Entry(FEEDING, "饿与饱的信号放在一页上，适合贴在餐厅门口。", "饿了和饱了，孩子怎么说"),
            Entry(
                "案例：午睡前的二十分钟",
                "转折在 12:18。请学生先自己找，再看分析。",
                heading="复盘",
                heading_note="二十分钟里发生了什么",
            ),
            Entry("感觉统合训练的证据与边界", "遇到怕吵、怕碰的孩子，先读这一篇，再决定说什么。"),
        ),
    ),
    Collection(
        "environment-first",
        "环境先行：托育机构的安全与健康",
        "环境先行",
        "safety",
        "先改环境，再加看护，最后才讲道理。",
        (
            "一岁多的孩子记不住禁令。凡是要靠孩子“听话”才安全的地方，都还没有改完。",
            "这一辑把伤害预防、睡眠安全和传染病防控放在一起，因为它们用的是同一种眼光：蹲下来，从孩子的高度看一圈。",
        ),
        (
            Entry(
                HAZARDS,
                "可以让学生带着这张平面图去看真正的活动室，找出不止八处。",
                "活动室：蹲下来看一圈",
                "伤害",
                "把危险拿走",
            ),
            Entry(HAZARDS, "31.7 毫米是标准里的数，卷纸芯比它粗，只能粗略地试。", "小零件筒：31.7 毫米的一道门"),
            Entry(
                SLEEP,
                "站在门口扫一眼不是巡视：走过去，俯下身，看六样。",
                "巡视：走过去，俯下身，看六样",
                "睡眠",
                "空床、仰卧、看得见",
            ),
            Entry(
                INFECTIONS,
                "选对消毒剂这一页最常被问到：酒精对肠道病毒不管用。",
                "酒精不管用：选对消毒剂",
                "传染病",
                "洗、消、通、早",
            ),
            Entry("晨检实训指导书：一摸二看三问四查", "情境卡写得好，第 2 张值得全班讨论。"),
        ),
    ),
)


def ensure(*, editor: User) -> None:
    """Create missing collections. Arrange the home page unless an editor has done so."""
    home = ensure_home()
    ensure_pages(home)
    index = CollectionIndexPage.objects.get()
    pages = [_collection(wanted, index, editor) for wanted in COLLECTIONS]
    if home.specimen_id is None and not home.featured.exists():
        _arrange(home, pages, editor)


def _collection(wanted: Collection, index: CollectionIndexPage, editor: User) -> CollectionPage:
    known = CollectionPage.objects.child_of(index).filter(slug=wanted.slug).first()
    if known is not None:
        return known
    page = CollectionPage(
        title=wanted.title,
        slug=wanted.slug,
        slip=wanted.slip,
        say=wanted.say,
        domain=CareDomain.objects.get(code=wanted.domain),
        introduction=[("paragraph", f"<p>{words}</p>") for words in wanted.introduction],
        owner=editor,
    )
    for order, row in enumerate(_rows(wanted)):
        row.sort_order = order
        page.entries.add(row)
    index.add_child(instance=page)
    page.save_revision(user=editor).publish(user=editor)
    return page


def _rows(wanted: Collection) -> Iterator[CollectionEntry]:
    for entry in wanted.entries:
        # The loader leaves resources out whose font is not installed.
        if (resource := _resource(entry.resource)) is None:
            continue
        if entry.heading:
            yield CollectionEntry(heading=entry.heading, heading_note=entry.heading_note)
        yield CollectionEntry(resource=resource, number=_number(resource, entry.slide), note=entry.note)


def _arrange(home: HomePage, pages: list[CollectionPage], editor: User) -> None:
    specimen = _resource(WASHING)
    home.specimen = specimen
    home.specimen_page = (_number(specimen, SPECIMEN) if specimen else None) or 1
    home.specimen_words = "洗手"
    home.featured = [FeaturedCollection(collection=page, sort_order=order) for order, page in enumerate(pages)]
    home.save_revision(user=editor).publish(user=editor)


def _resource(title: str) -> Resource | None:
    return Resource.objects.filter(title=title, school__demo=True).order_by("pk").first()


def _number(resource: Resource, slide: str) -> int | None:
    """The number of the slide with this title; None until the file's text is extracted."""
    if not slide:
        return None
    pages = FilePage.objects.filter(blob__in=resource.files.values("blob"), label=slide)
    return pages.values_list("number", flat=True).order_by("number").first()
