"""Deck: 手足口病预防. Blue and yellow, a chain of infection that is cut link by link, a calendar of one term.

Nothing here says how to treat; concentrations of disinfectants are left to the label and the local CDC.
Long because it is one deck, whose pages are read and changed together.
"""

from __future__ import annotations

import math

from demo.formats.deck import Deck, Slide

INK, BLUE, PAPER, SKY, YELLOW, RED = "#16324a", "#1f6fa8", "#ffffff", "#e4f0f8", "#ffd24a", "#d24b3a"


def deck() -> Deck:
    made = Deck("手足口病预防：托育机构日常防控", INK, BLUE, PAPER, "#6d8496", notice_align="right")
    _opening(made)
    _knowing(made)
    _cutting(made)
    _case(made)
    return made


def _page(made: Deck, title: str, notes: str) -> Slide:
    slide = made.slide(title, notes, at=(64, 22, 1150, 66), size=27, ink="#ffffff")
    bar = slide.shape("rect", 0, 0, 1280, 100, fill=BLUE)
    tree = slide.page.shapes._spTree
    tree.remove(bar._element)
    tree.insert(2, bar._element)
    slide.shape("rect", 0, 100, 1280, 8, fill=YELLOW)
    return slide


def _opening(made: Deck) -> None:
    slide = made.slide(
        "手足口病预防",
        "本课讲预防、早发现与报告。诊断和治疗属于医生；消毒液的浓度按产品说明书与当地疾控要求，不在课件里给。",
        at=(80, 210, 620, 90),
        size=52,
        paper=YELLOW,
        quiet="#7a641c",
    )
    slide.text(80, 310, 620, 50, "托育机构日常防控", 28, bold=True)
    slide.text(80, 400, 600, 80, "婴幼儿卫生与保健　项目五\n青杉卫生学校（演示）", 17)
    for index, (word, fill) in enumerate([("手", BLUE), ("足", INK), ("口", RED)]):
        slide.shape(
            "oval",
            760 + index * 130,
            130 + index * 140,
            210,
            210,
            fill=fill,
            text=word,
            size=80,
            ink="#ffffff",
            bold=True,
        )

    slide = _page(made, "先分清四件事", "请学生两两互问。丙类传染病：按传染病防治法管理，怀疑时及时报告。")
    for index, (ask, answer) in enumerate(
        [
            ("是什么？", "肠道病毒引起的急性传染病，我国列为丙类"),
            ("谁容易得？", "五岁以下，三岁以下更多"),
            ("什么时候？", "全年都有，春夏为主，秋天常有小高峰"),
            ("会再得吗？", "会。病毒有许多型，得过一型不防另一型"),
        ]
    ):
        y = 140 + index * 132
        slide.shape("round", 64, y, 250, 104, fill=BLUE, text=ask, size=25, ink="#ffffff", bold=True)
        slide.shape("round", 330, y, 886, 104, fill=SKY, text=answer, size=23, align="left", pad=32)


def _knowing(made: Deck) -> None:
    slide = _page(
        made,
        "看三处，也看精神",
        "并非每个孩子都三处齐全；有的只有口腔疱疹，有的臀部、膝部也有。多数一周左右自愈，少数发展为重症。",
    )
    slide.shape("oval", 150, 150, 150, 150, fill="#f3dcc6", line=INK)
    slide.shape("round", 140, 310, 170, 190, fill="#f3dcc6", line=INK)
    slide.shape("round", 150, 505, 60, 120, fill="#f3dcc6", line=INK)
    slide.shape("round", 240, 505, 60, 120, fill="#f3dcc6", line=INK)
    slide.shape("round", 70, 330, 70, 40, fill="#f3dcc6", line=INK)
    slide.shape("round", 310, 330, 70, 40, fill="#f3dcc6", line=INK)
    for x, y in (
        (84, 340),
        (106, 348),
        (330, 344),
        (352, 340),
        (216, 256),
        (230, 262),
        (168, 596),
        (186, 604),
        (262, 598),
        (280, 606),
    ):
        slide.shape("oval", x, y, 12, 12, fill=RED)
    for index, (where, what) in enumerate(
        [
            ("口", "疱疹、溃疡；流口水，不肯吃"),
            ("手、足", "掌、跖的斑丘疹或小疱，多不痒"),
            ("臀、膝", "也可以有"),
            ("全身", "发热，或不发热；食欲差"),
        ]
    ):
        slide.shape("round", 460, 150 + index * 122, 150, 96, fill=YELLOW, text=where, size=26, bold=True)
        slide.text(640, 178 + index * 122, 570, 50, what, 23)

    slide = _page(made, "重症的信号：立即就医", "三岁以下、病程前几天要特别留意。照护者不等家长到齐，先联系急救。")
    for index, line in enumerate(
        ["持续高热不退", "精神差、嗜睡、容易惊跳", "呕吐、头痛、肢体抖动或无力", "呼吸快、心跳快、出冷汗、四肢凉"]
    ):
        x, y = 64 + index % 2 * 590, 150 + index // 2 * 170
        slide.shape("round", x, y, 562, 140, fill="#fbe9e6", line=RED, weight=3, text=line, size=25, bold=True)
    slide.shape(
        "round",
        64,
        520,
        1152,
        120,
        fill=RED,
        text="出现任何一条：立即送医或拨打 120，同时通知家长",
        size=28,
        ink="#ffffff",
        bold=True,
    )


def _cutting(made: Deck) -> None:
    slide = _page(
        made,
        "传播链：一共五环，剪断哪一环都有用",
        "让学生说出每一环在本园里对应的具体东西。恢复期的孩子大便仍可排毒数周，所以便后洗手要一直做。",
    )
    labels = [
        ("病毒", "肠道病毒"),
        ("出口", "大便、口鼻\n疱疹液"),
        ("路上", "手、玩具\n飞沫、毛巾"),
        ("入口", "嘴、鼻"),
        ("孩子", "没有抵抗力的"),
    ]
    for index, (word, what) in enumerate(labels):
        angle = math.radians(-90 + index * 72)
        x, y = 400 + 200 * math.cos(angle), 400 + 200 * math.sin(angle)
        slide.shape(
            "oval",
            x - 78,
            y - 62,
            156,
            124,
            fill=SKY if index != 2 else YELLOW,
            line=BLUE,
            weight=3,
            text=f"{word}\n{what}",
            size=15,
            bold=True,
            leading=1.25,
        )
    slide.text(320, 372, 160, 60, "剪断它", 28, bold=True, align="center", ink=RED)
    for index, (name, what) in enumerate(
        [
            ("出口", "晨检发现，暂不入园，及时就医"),
            ("路上", "洗手、清洁消毒、通风、分开用具"),
            ("孩子", "EV-A71 疫苗、营养、睡眠"),
        ]
    ):
        y = 170 + index * 150
        slide.shape("chevron", 720, y, 150, 96, fill=BLUE, text=name, size=23, ink="#ffffff", bold=True, adjust=(0.25,))
        slide.text(890, y + 12, 330, 90, what, 22)

    slide = _page(
        made,
        "酒精不管用：选对消毒剂",
        "肠道病毒没有包膜，对酒精不敏感，对含氯消毒剂、紫外线、干燥和高热敏感。浓度与时间按产品说明书和当地疾控要求。",
    )
    slide.table(
        64,
        140,
        (230, 300, 300, 322),
        [
            ("对象", "首选", "不要只用", "提醒"),
            ("手", "流动水加洗手液，七步揉搓", "免洗酒精液", "便后、换尿布后一定洗"),
            ("玩具桌面", "含氯消毒液擦拭后清水再擦", "酒精喷一下", "先清洁，再消毒"),
            ("餐具毛巾", "煮沸或消毒柜", "阳光晒一晒就算", "一人一套"),
            ("呕吐物粪便", "先覆盖吸附，再消毒清理", "直接拖地", "戴手套，开窗，疏散孩子"),
            ("空气", "开窗通风，每天数次", "熏香、喷洒", "人不在时用紫外线灯"),
        ],
        row=82,
        size=19,
        head=BLUE,
        band=SKY,
        rule="#cfe0ec",
    )

    slide = _page(
        made,
        "疫苗：挡住最凶的那一型",
        "EV-A71 灭活疫苗适用于 6 月龄至 5 岁儿童，基础免疫两剂，鼓励在 12 月龄前完成。它不防其他型别。是否接种由家长与接种门诊决定，机构只做告知。",
    )
    for index, (name, what) in enumerate(
        [
            ("适用", "6 月龄至 5 岁"),
            ("剂次", "两剂，间隔约一个月"),
            ("时机", "鼓励 12 月龄前完成"),
            ("性质", "非免疫规划，知情自愿自费"),
        ]
    ):
        x = 64 + index * 292
        slide.shape("round", x, 150, 272, 240, fill=SKY)
        slide.shape("rect", x, 150, 272, 66, fill=BLUE, text=name, size=24, ink="#ffffff", bold=True)
        slide.text(x + 20, 250, 232, 110, what, 23, align="center", bold=True)
    slide.shape(
        "round",
        64,
        440,
        1152,
        180,
        fill=YELLOW,
        text="打了疫苗还会得手足口病吗？\n会，可能得其他型。它挡住的是最容易成为重症的 EV-A71。",
        size=25,
        bold=True,
        leading=1.6,
    )

    slide = _page(made, "一天里的六个防控点", "与晨检、一日作息合在一起做，不另起炉灶。")
    slide.shape("rect", 64, 380, 1152, 6, fill=BLUE)
    for index, (when, what) in enumerate(
        [
            ("入园", "晨检看手、口、皮肤、精神"),
            ("上午", "开窗；玩具分组用"),
            ("餐前便后", "流动水洗手"),
            ("午睡", "头脚错开，个人被褥"),
            ("下午", "午检；玩具擦拭"),
            ("离园后", "终末清洁消毒并记录"),
        ]
    ):
        x = 70 + index * 196
        slide.shape("oval", x + 70, 362, 42, 42, fill=YELLOW, line=BLUE, weight=3)
        slide.text(x, 290 if index % 2 == 0 else 424, 180, 44, when, 23, bold=True, align="center", ink=BLUE)
        slide.text(
            x + 4,
            190 if index % 2 == 0 else 476,
            176,
            90,
            what,
            19,
            align="center",
            anchor="bottom" if index % 2 == 0 else "top",
        )


def _case(made: Deck) -> None:
    slide = _page(
        made, "发现一例，二十四小时怎么过", "时间与上报对象以当地疾控和主管部门要求为准。这里练的是次序与分工。"
    )
    for index, (when, who, what) in enumerate(
        [
            ("当场", "保育师", "带到观察室，戴口罩，安抚，量体温"),
            ("一小时内", "保健人员", "通知家长就医；登记；按要求报告"),
            ("当天", "全体", "班级终末消毒；停混班；告知全班家长"),
            ("此后", "保健人员", "追踪诊断；加强晨午检；记录到最后一例"),
        ]
    ):
        y = 136 + index * 132
        slide.shape(
            "pentagon",
            64,
            y,
            220,
            104,
            fill=RED if index == 0 else BLUE,
            text=when,
            size=24,
            ink="#ffffff",
            bold=True,
            adjust=(0.2,),
        )
        slide.text(306, y + 34, 180, 44, who, 23, bold=True)
        slide.text(490, y + 34, 720, 44, what, 23)

    slide = _page(
        made,
        "给家长的通知：改一改",
        "左边是学生作业里常见的写法（虚构）。请说出右边为什么更好：不点名、说事实、说做了什么、说家里做什么。",
    )
    slide.shape("fold", 64, 140, 500, 440, fill="#fbe9e6")
    slide.text(
        94,
        166,
        440,
        380,
        "各位家长：\n小二班王某某得了手足口！！请马上检查自家孩子，有疹子的一律不许来，谁隐瞒谁负责！",
        24,
        leading=1.8,
    )
    slide.shape("arrow", 580, 330, 70, 56, fill=YELLOW)
    slide.shape("fold", 666, 140, 550, 480, fill=SKY)
    slide.text(
        696,
        160,
        496,
        450,
        "各位家长：\n今天班里有一名孩子确诊手足口病，已在家休息。\n我们做了：教室消毒、通风、加测体温。\n请你在家：看手、口、臀；饭前便后洗手；有发热或皮疹先就医，并告诉我们。\n咨询电话：保健室。",
        22,
        leading=1.75,
    )

    slide = _page(made, "什么时候回来上课", "返园条件以当地疾控与医疗机构证明为准，机构不自行放宽，也不随意加码。")
    slide.shape("round", 64, 150, 360, 420, fill=SKY)
    slide.text(88, 174, 312, 380, "**回来之前**\n医生同意\n按当地规定开具证明\n体温正常\n皮疹结痂消退", 23, leading=2)
    slide.shape("arrow", 440, 330, 70, 56, fill=YELLOW)
    slide.shape("round", 530, 150, 686, 420, fill=SKY)
    slide.text(
        560,
        174,
        630,
        380,
        "**回来之后**\n便后洗手要更认真：大便里还可能排毒数周\n单独的毛巾、水杯标记清楚\n别的孩子问起，说：“他病了，现在好了。”\n不因为生过病而冷落他",
        23,
        leading=2,
    )

    slide = _page(made, "判断题：对还是错", "先独立做，再举牌。答案：错、对、错、对、错、对。")
    slide.table(
        64,
        140,
        (80, 872, 200),
        [
            ("题", "说法", "对 / 错"),
            ("1", "得过一次手足口病，就终身免疫", ""),
            ("2", "换尿布后戴了手套，也要洗手", ""),
            ("3", "免洗酒精液可以代替便后洗手", ""),
            ("4", "消毒之前要先做清洁", ""),
            ("5", "没有发热就不是手足口病", ""),
            ("6", "怀疑时要报告，不必等确诊", ""),
        ],
        row=72,
        size=23,
        head=BLUE,
        band=SKY,
        rule="#cfe0ec",
    )

    slide = made.slide(
        "洗手、消毒、通风、早发现",
        "请学生把四个词按“本园做得最好”到“最要改进”排序，说明理由。",
        at=(64, 200, 1152, 90),
        size=46,
        align="center",
        paper=BLUE,
        ink="#ffffff",
        quiet="#bcd7ea",
    )
    for index, word in enumerate(["洗", "消", "通", "早"]):
        slide.shape("oval", 250 + index * 210, 360, 150, 150, fill=YELLOW, text=word, size=54, bold=True)
