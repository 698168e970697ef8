"""Deck: 大动作发展与环境支持. Ochre and slate; months run along a horizontal ruler on most pages.

Windows of the six milestones: WHO Multicentre Growth Reference Study (2006), 1st to 99th percentile, months.
"""

from __future__ import annotations

from demo.formats.deck import Deck, Slide

INK, OCHRE, PAPER, SLATE, SANDY, MOSS = "#2c2a26", "#b5701c", "#fbf8f1", "#4d6675", "#f0e2c8", "#7d8f4e"
WINDOWS = [
    ("独坐", 3.8, 9.2),
    ("扶站", 4.8, 11.4),
    ("手膝爬", 5.2, 13.5),
    ("扶走", 5.9, 13.7),
    ("独站", 6.9, 16.9),
    ("独走", 8.2, 17.6),
]


def deck() -> Deck:
    made = Deck("大动作发展与环境支持：从翻身到跑跳", INK, OCHRE, PAPER, "#8a8272")
    _opening(made)
    _windows(made)
    _support(made)
    _closing(made)
    return made


def _page(made: Deck, title: str, notes: str) -> Slide:
    slide = made.slide(title, notes, at=(64, 36, 1150, 60), size=28)
    for month in range(37):
        x = 64 + month * 32
        slide.line(
            x, 104, x, 116 if month % 6 else 124, OCHRE if month % 6 == 0 else "#c9bda5", 2 if month % 6 == 0 else 1
        )
    slide.shape("rect", 64, 102, 1152, 3, fill=OCHRE)
    return slide


def _opening(made: Deck) -> None:
    slide = made.slide(
        "从翻身到跑跳",
        "先在地上铺垫子，请学生躺下，按婴儿的方式翻一次身，说说先动的是哪里。",
        at=(90, 100, 800, 90),
        size=52,
    )
    slide.text(90, 196, 800, 50, "大动作发展与环境支持", 26, ink=OCHRE, bold=True)
    slide.text(90, 262, 600, 70, "婴幼儿心理发展　专题六\n南塘师范学院（演示）", 17)
    heights = [60, 92, 150, 210, 270, 330]
    for index, (tall, word) in enumerate(zip(heights, ["趴", "翻", "坐", "爬", "站", "走"], strict=True)):
        slide.shape(
            "rect",
            120 + index * 180,
            640 - tall,
            150,
            tall,
            fill=(SANDY, "#e6cfa4", "#d9b478", "#cd9a4f", "#c08533", OCHRE)[index],
            text=word,
            size=34,
            bold=True,
            ink="#ffffff" if index > 2 else INK,
        )

    slide = _page(made, "三条看得见的规律", "规律说的是大方向，不是每个孩子的时刻表。")
    for index, (name, what) in enumerate(
        [
            ("从头到脚", "先抬头，再挺胸，再站立"),
            ("从中间到两边", "先控制躯干，再控制手和手指"),
            ("从整体到局部", "先全身一起动，再单独用一只手"),
        ]
    ):
        y = 150 + index * 170
        slide.shape("round", 64, y, 360, 136, fill=OCHRE, text=name, size=28, ink="#ffffff", bold=True)
        slide.shape("arrow", 440, y + 46, 60, 44, fill=SLATE)
        slide.text(530, y + 46, 680, 50, what, 25)


def _windows(made: Deck) -> None:
    slide = _page(
        made,
        "六个里程碑的窗口：早晚都正常",
        "世界卫生组织多中心生长标准研究（2006）给出的第 1 至第 99 百分位月龄。课堂强调：窗口很宽。满 18 月龄仍不能独走，建议家长带去儿童保健门诊。",
    )
    for tick in range(2, 19, 2):
        across = 220 + (tick - 2) * 58
        slide.line(across, 150, across, 600, "#ddd3bf", 1)
        slide.text(across - 40, 606, 80, 34, str(tick), 17, align="center")
    for index, (name, start, end) in enumerate(WINDOWS):
        y = 160 + index * 74
        x, width = 220 + (start - 2) * 58, (end - start) * 58
        slide.text(64, y + 8, 140, 40, name, 23, bold=True, align="right")
        slide.shape(
            "round",
            x,
            y,
            width,
            50,
            fill=(SLATE, "#5d7a8a", MOSS, "#98a568", "#c9913f", OCHRE)[index],
            text=f"{start}～{end} 月",
            size=18,
            ink="#ffffff",
            bold=True,
        )
    slide.text(64, 640, 1152, 36, "横轴：月龄。爬不是必经的一站，少数孩子不爬也会走。", 18, align="center")

    slide = _page(made, "什么时候要请医生看看", "这些是提醒家长咨询的线索，不是诊断。早产儿用矫正月龄。")
    slide.table(
        64,
        150,
        (260, 560, 332),
        [
            ("时间", "值得留意", "我们做什么"),
            ("任何时候", "会了的本领丢了；一侧明显少用；身体很软或很僵", "尽快告知，建议就医"),
            ("4 月前后", "竖抱时头不能稳", "记录，告知"),
            ("9 月前后", "不能扶坐或独坐", "记录，告知"),
            ("12 月前后", "不能扶站", "建议儿保评估"),
            ("18 月", "不能独走", "建议儿保评估"),
        ],
        row=78,
        size=21,
        head=SLATE,
        band=SANDY,
        rule="#ddd3bf",
    )

    slide = _page(
        made,
        "练出来，还是长出来？",
        "两者都要。反对的是提前“训练”：过早扶坐、过早学步。研究没有支持学步车能让孩子早走，它带来跌落风险。",
    )
    for index, (name, items, fill) in enumerate(
        [
            ("少做", ["学步车、长时间坐摇椅", "拉着双手天天练走", "扶坐、垫枕头坐"], "#b5584b"),
            ("多做", ["地板时间，自由翻滚爬", "高度合适的家具可扶", "成人在前面等，不在后面推"], MOSS),
        ]
    ):
        x = 64 + index * 590
        slide.shape("rect", x, 150, 562, 80, fill=fill, text=name, size=30, ink="#ffffff", bold=True)
        for row, item in enumerate(items):
            slide.shape("round", x, 250 + row * 116, 562, 96, fill="#ffffff", line=fill, text=item, size=23)


def _support(made: Deck) -> None:
    slide = _page(
        made,
        "趴着玩：从每次几分钟开始",
        "世界卫生组织 2019 年指南：还不会移动的婴儿，清醒时每天趴卧累计至少 30 分钟，分多次。必须有人看着，睡着立刻翻成仰卧。",
    )
    for index, (name, what) in enumerate(
        [
            ("胸口趴", "趴在成人胸前，看脸"),
            ("腿上趴", "横在大腿，轻拍背"),
            ("地垫趴", "面前是你的脸"),
            ("毛巾卷", "腋下垫小卷，几分钟"),
        ]
    ):
        x = 64 + index * 292
        slide.shape("round", x, 150, 272, 300, fill="#ffffff", line=OCHRE, weight=2)
        slide.shape("oval", x + 40, 220, 70, 70, fill="#f0d9c0", line=INK)
        slide.shape("round", x + 100, 250 - index * 6, 140, 46, fill="#d9b478", line=INK, adjust=(0.5,), turn=6)
        slide.shape("rect", x + 24, 300, 224, 10, fill=SLATE)
        slide.text(x, 330, 272, 44, name, 25, bold=True, align="center")
        slide.text(x + 16, 384, 240, 50, what, 19, align="center")
    slide.shape(
        "round",
        64,
        490,
        1152,
        120,
        fill=SANDY,
        text="每天累计至少 30 分钟，分很多次；他哭了就抱起来，下一次再来。",
        size=24,
        bold=True,
    )

    slide = _page(made, "一块地板能做的事", "请学生用四样东西布置一条“爬的路线”，孩子不在场，学生自己爬一遍。")
    course = slide.group()
    course.curve([(90, 560), (300, 520), (520, 560), (760, 480), (1000, 540), (1180, 500)], OCHRE, 4)
    for index, (x, y, name, what) in enumerate(
        [
            (100, 300, "坡", "软垫叠成缓坡"),
            (330, 260, "洞", "纸箱两头开口"),
            (560, 300, "桥", "矮台，一掌高"),
            (790, 220, "栏", "扶着走的矮栏"),
            (1010, 280, "窝", "软窝，歇一歇"),
        ]
    ):
        course.shape("round", x, y, 180, 180, fill=(SANDY, "#e6cfa4", "#d9b478", "#98a568", MOSS)[index])
        course.text(x, y + 28, 180, 70, name, 44, bold=True, align="center", leading=1.2)
        course.text(x, y + 116, 180, 40, what, 18, align="center")
    slide.text(64, 150, 1150, 60, "高度以孩子跌下来不疼为准；每一处都留给大人一个蹲的位置。", 23, bold=True)

    slide = _page(
        made,
        "户外一小时：动词清单",
        "把“玩什么”改成“动什么”。世界卫生组织建议 1～2 岁每天各种强度的身体活动至少 180 分钟，含在一日各环节里。",
    )
    for index, verb in enumerate(["推", "拉", "搬", "爬", "钻", "踢", "滚", "扔", "跳下", "踩水", "上坡", "转圈"]):
        x, y = 64 + index % 6 * 194, 160 + index // 6 * 210
        slide.shape(
            "hexagon",
            x,
            y,
            176,
            160,
            fill=OCHRE if index % 3 == 0 else (SLATE if index % 3 == 1 else MOSS),
            text=verb,
            size=30,
            ink="#ffffff",
            bold=True,
        )
    slide.text(64, 590, 1152, 50, "1～2 岁：一天里各种活动加起来至少 180 分钟", 23, bold=True, align="center")

    slide = _page(made, "站在哪里，怎么扶", "成人的位置比手更要紧。说“我在这里”，不喊“小心小心”。")
    slide.table(
        64,
        150,
        (250, 300, 300, 302),
        [
            ("场面", "站在", "手", "嘴"),
            ("爬台阶", "下方一步", "虚护，不托", "“这一脚踩稳了。”"),
            ("独走", "正前方一米", "张开等", "“你走过来了。”"),
            ("滑梯", "落地处侧面", "不拉手臂", "“屁股坐下，滑。”"),
            ("跌倒了", "先看，再走近", "等他自己起", "“吓一跳，疼吗？”"),
        ],
        row=94,
        size=22,
        head=SLATE,
        band=SANDY,
        rule="#ddd3bf",
    )

    slide = _page(made, "光脚、衣服和尿布", "小事决定动作。请学生穿三条厚裤子试着蹲下。")
    for index, (name, what) in enumerate(
        [
            ("光脚", "室内学走，脚趾要抓地；地面干净、不凉"),
            ("裤子", "膝盖能弯，裤脚不拖地"),
            ("尿布", "不过厚、不过紧，湿了就换"),
            ("鞋子", "户外穿，软底、前头宽"),
        ]
    ):
        y = 146 + index * 128
        slide.shape("round", 64, y, 180, 104, fill=SANDY, text=name, size=27, bold=True)
        slide.text(280, y + 34, 900, 50, what, 25)


def _closing(made: Deck) -> None:
    slide = _page(made, "观察一次“几乎会了”", "记录“快要会”的本领，比记录“会了”的更有用：环境该往哪里改，就看这里。")
    slide.table(
        64,
        150,
        (170, 420, 562),
        [
            ("月龄", "我看见", "我可以在环境里加"),
            ("8 月", "肚子贴地，手撑起来又趴下", "把玩具放在刚够不到的一侧"),
            ("11 月", "扶着矮柜侧走两步", "两件家具之间留一小步的空"),
            ("15 月", "走几步坐下，再站起来", "可以推的重一点的箱子"),
            ("26 月", "从一级台阶上跳，双脚先后落地", "地上画两个脚印"),
        ],
        row=90,
        size=22,
        head=SLATE,
        band=SANDY,
        rule="#ddd3bf",
    )
    slide.text(64, 640, 1150, 36, "表中为虚构示例", 17)

    slide = made.slide(
        "他自己的时间表",
        "给家长的三句话，请学生背下来。",
        at=(90, 90, 1100, 80),
        size=40,
        paper=OCHRE,
        ink="#ffffff",
        quiet="#f3e2c6",
    )
    for index, line in enumerate(
        [
            "窗口很宽，早一点晚一点都在里面。",
            "地板是最好的教具，你是第二好的。",
            "本领丢了、一侧不用、十八个月不走：去看医生。",
        ]
    ):
        slide.shape("round", 90, 220 + index * 136, 1100, 108, fill="#fbf3e3", text=line, size=27, bold=True, ink=INK)
