"""Deck: 生长监测. Graph-paper pages, measuring diagrams, sketched curves without numbers.

What is stated: WHO Child Growth Standards (2006); WS/T 423—2022 7岁以下儿童生长标准; the check-up ages of 国家基本公共卫生服务规范.
Long because it is one deck, whose pages are read and changed together.
"""

from __future__ import annotations

from demo.formats.deck import Deck, Slide

INK, GREEN, PAPER, GRID, LEAF, CORAL = "#1f2d24", "#2f6b45", "#fcfdfa", "#e2ebe2", "#d6e8da", "#c8553d"


def deck() -> Deck:
    made = Deck("婴幼儿生长监测与评价", INK, GREEN, PAPER, "#76857b")
    _opening(made)
    _measuring(made)
    _reading(made)
    _talking(made)
    return made


def _page(made: Deck, title: str, notes: str) -> Slide:
    slide = made.slide(title, notes, at=(88, 34, 1100, 60), size=28)
    for x in range(0, 1281, 40):
        slide.line(x, 110, x, 676, GRID, 0.5)
    for y in range(116, 677, 40):
        slide.line(0, y, 1280, y, GRID, 0.5)
    slide.shape("rect", 0, 108, 1280, 3, fill=GREEN)
    slide.shape("rect", 64, 44, 8, 44, fill=CORAL)
    return slide


def _opening(made: Deck) -> None:
    slide = made.slide(
        "婴幼儿生长监测与评价",
        "本课不出现任何标准数值：要查数值，请学生打开标准原文。课堂只练三件事：量得准、画得对、说得清。",
        at=(88, 90, 900, 90),
        size=44,
    )
    slide.text(88, 186, 800, 40, "青杉卫生学校（演示）　婴幼儿卫生与保健", 18)
    for lift, ink in ((0, GRID), (50, "#9cc3a8"), (100, GREEN), (150, "#9cc3a8"), (200, GRID)):
        slide.curve(
            [
                (88, 640 - lift * 0.3),
                (260, 560 - lift * 0.6),
                (480, 490 - lift * 0.8),
                (760, 430 - lift),
                (1190, 380 - lift * 1.2),
            ],
            ink,
            4 if ink == GREEN else 2.5,
        )
    for x, y in ((260, 502), (480, 412), (760, 332)):
        slide.shape("oval", x - 11, y - 11, 22, 22, fill=CORAL)
    slide.text(88, 250, 700, 40, "量准一次，画下一点；连起来，才看得见长。", 22, ink=GREEN, bold=True)

    slide = _page(made, "生长监测是什么，不是什么", "强调：托育机构测量是为了看趋势、早转介，不作诊断，更不用来排名。")
    for index, (name, fill, items) in enumerate(
        [
            ("是", GREEN, ["定期测量同一批指标", "标在生长曲线上看趋势", "发现偏离，及时告知家长、转介"]),
            ("不是", CORAL, ["一次测量就下结论", "和别的孩子比高矮", "凭曲线自己开补剂、改奶"]),
        ]
    ):
        x = 88 + index * 560
        slide.shape("round", x, 150, 530, 480, fill="#ffffff", line=fill, weight=3)
        slide.shape("oval", x + 30, 180, 110, 110, fill=fill, text=name, size=26, ink="#ffffff", bold=True)
        for row, item in enumerate(items):
            slide.text(x + 50, 330 + row * 90, 440, 60, item, 23)

    slide = _page(
        made,
        "什么时候量：跟着儿童保健的时间表走",
        "国家基本公共卫生服务规范中的健康检查时间：新生儿家庭访视、满月，之后 3、6、8、12、18、24、30、36 月龄。机构的测量是补充，不代替。",
    )
    slide.shape("rect", 100, 380, 1080, 8, fill=GREEN)
    for month in (0, 1, 3, 6, 8, 12, 18, 24, 30, 36):
        x = 100 + month * 30
        slide.shape("oval", x - 15, 369, 30, 30, fill=CORAL if month > 1 else "#ffffff", line=CORAL, weight=3)
        slide.text(
            x - 45,
            300 if month in (1, 8) else 410,
            90,
            40,
            {0: "新生儿", 1: "满月"}.get(month, f"{month}月"),
            18,
            bold=True,
            align="center",
        )
    slide.shape(
        "round",
        100,
        490,
        1080,
        130,
        fill=LEAF,
        text="早产儿用矫正月龄，一般到 24 月龄。\n入托、转班、久病返园，各加量一次。",
        size=21,
        leading=1.6,
    )


def _measuring(made: Deck) -> None:
    slide = _page(
        made,
        "体重：归零、脱衣、读稳",
        "同一台秤、同一时段、同样少的衣服。读数时孩子身体不碰别处。抱着称要减去成人体重，误差更大，尽量不用。",
    )
    slide.shape("round", 120, 430, 420, 60, fill=INK)
    slide.curve([(140, 360), (190, 420), (470, 420), (520, 360)], "#5c9a72", 8)
    slide.shape("oval", 220, 330, 80, 80, fill="#f0d9c0", line=INK)
    slide.shape("round", 292, 346, 150, 56, fill="#f0d9c0", line=INK, adjust=(0.5,))
    slide.shape("round", 260, 500, 140, 60, fill="#ffffff", line=INK, text="0.00", size=24, bold=True)
    for index, (word, what) in enumerate(
        [
            ("校", "放平、归零，用标准砝码定期校准"),
            ("脱", "只穿尿布或薄内衣，尿布要干净"),
            ("稳", "数字稳定再读，读到秤的最小刻度"),
            ("记", "当场写，写时间、衣着、测量人"),
        ]
    ):
        y = 150 + index * 122
        slide.shape("oval", 640, y, 90, 90, fill=GREEN, text=word, size=30, ink="#ffffff", bold=True)
        slide.text(756, y + 26, 440, 60, what, 20)

    slide = _page(
        made,
        "身长还是身高：两岁是分界",
        "两岁以下仰卧量身长，两岁及以上站立量身高。两种方法相差约 0.7 厘米（世界卫生组织），换方法时要注明。",
    )
    slide.shape("rect", 110, 330, 440, 16, fill=INK)
    slide.shape("rect", 96, 210, 16, 136, fill=INK)
    slide.shape("rect", 470, 230, 16, 100, fill=CORAL)
    slide.shape("oval", 118, 256, 70, 70, fill="#f0d9c0", line=INK)
    slide.shape("round", 186, 268, 150, 56, fill=LEAF, line=INK, adjust=(0.4,))
    slide.shape("round", 334, 284, 134, 34, fill="#f0d9c0", line=INK, adjust=(0.4,))
    slide.text(
        110, 376, 440, 130, "**仰卧量身长**\n头顶贴头板，眼望正上，膝伸直，\n足板贴足跟。两人配合。", 19, leading=1.6
    )
    slide.shape("rect", 1090, 150, 16, 380, fill=INK)
    slide.shape("rect", 960, 146, 146, 14, fill=CORAL)
    slide.shape("oval", 1010, 160, 66, 66, fill="#f0d9c0", line=INK)
    slide.shape("round", 1006, 228, 74, 150, fill=LEAF, line=INK, adjust=(0.3,))
    slide.shape("round", 1012, 378, 26, 130, fill="#f0d9c0", line=INK, adjust=(0.4,))
    slide.shape("round", 1048, 378, 26, 130, fill="#f0d9c0", line=INK, adjust=(0.4,))
    slide.text(
        640, 240, 320, 240, "**站立量身高**\n脱鞋，枕、肩胛、臀、足跟靠柱，目光平视，板压到头发。", 19, leading=1.6
    )
    slide.shape(
        "round", 110, 560, 1070, 80, fill=LEAF, text="量两次取平均；两次相差过大，再量第三次。", size=21, bold=True
    )

    slide = _page(
        made, "头围：软尺走过哪里", "头围是脑发育的间接反映，三岁以内尤其要看。取最大周径，软尺贴紧头发不勒。"
    )
    slide.shape("oval", 200, 170, 330, 380, fill="#f0d9c0", line=INK, weight=2)
    slide.shape("oval", 290, 360, 26, 18, fill=INK)
    slide.shape("oval", 410, 360, 26, 18, fill=INK)
    slide.curve([(330, 450), (350, 464), (378, 464), (398, 450)], INK, 3)
    slide.shape("round", 186, 286, 358, 26, fill=CORAL, turn=-4)
    slide.text(560, 270, 120, 40, "软尺", 18, bold=True, ink=CORAL)
    for index, line in enumerate(
        ["前：两眉弓上缘", "后：枕骨粗隆最突出处", "左右对称，取最大值", "头发厚、有发辫，先拨开"]
    ):
        slide.shape("rect", 700, 170 + index * 110, 10, 76, fill=GREEN)
        slide.text(734, 186 + index * 110, 450, 50, line, 23)

    slide = _page(made, "误差从哪里来", "请两组学生量同一个仿真娃娃，各量三次，写在白板上比较，再讨论来源。")
    slide.table(
        88,
        150,
        (200, 450, 450),
        [
            ("来源", "例子", "怎么减"),
            ("器械", "秤没归零，软尺被拉长", "每次归零，软尺定期换新"),
            ("衣物", "厚尿布、棉衣、鞋", "统一最少衣着"),
            ("姿势", "膝盖弯、头歪、踮脚", "两人配合，口令一致"),
            ("时间", "饭后、便前与晨起不同", "固定在同一时段"),
            ("抄写", "写成前一个孩子的", "报数、复述、再落笔"),
        ],
        row=78,
        size=20,
        head=GREEN,
        band=LEAF,
        rule=GRID,
    )


def _reading(made: Deck) -> None:
    slide = _page(
        made,
        "一张生长曲线，先认四样东西",
        "此图为示意，不含实际数值。真实曲线请打开标准原文：男女分开，年龄用实足月龄。",
    )
    slide.chart(
        "line",
        88,
        130,
        680,
        530,
        ["0", "6", "12", "18", "24", "30", "36"],
        [
            ("P97", (3.0, 6.4, 8.2, 9.4, 10.4, 11.2, 12.0), "#9cc3a8"),
            ("P50", (2.4, 5.2, 6.8, 7.8, 8.6, 9.4, 10.1), GREEN),
            ("P3", (1.8, 4.1, 5.4, 6.3, 7.0, 7.6, 8.2), "#9cc3a8"),
        ],
        values=False,
        size=14,
    )
    for index, (word, what) in enumerate(
        [
            ("横轴", "实足月龄"),
            ("纵轴", "体重、身长或头围"),
            ("中线", "P50：同龄孩子的正中"),
            ("边线", "P3、P97：外面要就医"),
        ]
    ):
        y = 160 + index * 118
        slide.shape("round", 800, y, 110, 80, fill=GREEN, text=word, size=20, ink="#ffffff", bold=True)
        slide.text(930, y + 22, 270, 60, what, 20)

    slide = _page(
        made,
        "百分位与标准差：两把尺子量同一件事",
        "正态分布下，中位数加减两个标准差约相当于 P97.7 与 P2.3。低体重、生长迟缓、消瘦分别对应三个指标低于中位数减两个标准差。",
    )
    slide.table(
        88,
        150,
        (250, 290, 270, 290),
        [
            ("指标", "看什么", "低于 −2SD 称为", "提醒"),
            ("年龄别体重", "眼下的营养与健康", "低体重", "最常用，波动也最快"),
            ("年龄别身长（身高）", "长期的生长", "生长迟缓", "变化慢，要看半年以上"),
            ("身长别体重", "胖瘦匀不匀", "消瘦", "急性问题先在这里出现"),
            ("年龄别头围", "脑与颅的生长", "偏小要评估", "偏大、突然变快也要评估"),
        ],
        row=88,
        size=20,
        head=GREEN,
        band=LEAF,
        rule=GRID,
    )
    slide.text(
        88, 610, 1100, 50, "SD 即标准差。判断交给儿童保健医生，我们负责量准、画准、转介。", 19, bold=True, ink=CORAL
    )

    slide = _page(
        made,
        "看趋势：四种走法",
        "四条线都是示意。沿着自己的轨道走，即使在下方，也可能是健康的小个子；横跨两条主要百分位线要重视。",
    )
    shapes = [
        ("沿轨道", "放心，照常监测", (0, 60, 100, 130, 150), GREEN),
        ("变平", "近期病过？吃得怎样？", (0, 60, 84, 90, 92), "#c58b4e"),
        ("下滑", "尽快转介", (0, 60, 80, 60, 40), CORAL),
        ("猛升", "看体重与身长是否同步", (0, 30, 90, 170, 230), "#7f6aa0"),
    ]
    for index, (name, what, lifts, ink) in enumerate(shapes):
        x = 88 + index * 280
        slide.shape("rect", x, 140, 260, 300, fill="#ffffff", line=GRID)
        slide.curve([(x + 20, 420), (x + 80, 360), (x + 140, 322), (x + 190, 296), (x + 240, 276)], "#c9d8cc", 2)
        slide.curve([(x + 20 + step * 55, 420 - lift) for step, lift in enumerate(lifts)], ink, 4)
        slide.text(x, 460, 260, 44, name, 26, bold=True, align="center", ink=ink)
        slide.text(x + 10, 514, 240, 80, what, 19, align="center")

    slide = _page(
        made,
        "两套标准，怎么选",
        "两套都可以用，不要混着画。世界卫生组织标准基于母乳喂养、健康环境中的六国儿童；我国标准 2022 年发布，2023 年 3 月起实施。",
    )
    for index, (name, lines, fill) in enumerate(
        [
            ("世界卫生组织儿童生长标准", ["2006 年发布，0～5 岁", "描述孩子“应该怎样长”", "便于国际比较"], "#ffffff"),
            ("7 岁以下儿童生长标准", ["WS/T 423—2022", "依据我国九市儿童调查", "儿童保健系统常用"], LEAF),
        ]
    ):
        x = 88 + index * 560
        slide.shape("round", x, 150, 530, 340, fill=fill, line=GREEN, weight=2.5)
        slide.text(x + 36, 180, 460, 50, name, 25, bold=True, ink=GREEN)
        for row, line in enumerate(lines):
            slide.text(x + 36, 256 + row * 70, 460, 50, line, 21)
    slide.text(
        88,
        530,
        1100,
        90,
        "同一个孩子，一本册子只用一套。\n换标准的那一天，在册子上写清楚。",
        22,
        bold=True,
        align="center",
        leading=1.7,
    )

    slide = _page(made, "画点练习：三个常见的错", "发空白曲线纸。让学生先画错，再互相找错。")
    for index, (wrong, right) in enumerate(
        [
            ("男孩画在女孩的图上", "先核对性别，再落笔"),
            ("用周岁，不用实足月龄", "7 月 20 天画在 7 与 8 之间"),
            ("只写数，不画点", "数在表里，趋势在图里"),
        ]
    ):
        y = 150 + index * 168
        slide.shape("no", 88, y + 22, 76, 76, fill=CORAL, adjust=(0.12,))
        slide.text(184, y + 38, 430, 50, wrong, 23)
        slide.shape("arrow", 610, y + 40, 70, 44, fill=GREEN)
        slide.shape("round", 710, y + 10, 480, 104, fill=LEAF, text=right, size=22, bold=True)


def _talking(made: Deck) -> None:
    slide = _page(made, "什么情况要转介", "转介不是吓唬家长。给出转介单，写清测量值、日期、方法，让医生可以接着看。")
    triage = slide.group()
    triage.shape("diamond", 88, 160, 300, 200, fill=LEAF, line=GREEN, text="量准了吗？\n再量一次", size=20, bold=True)
    triage.line(390, 260, 470, 260, GREEN, 3, head=True)
    for index, line in enumerate(
        ["低于 P3 或高于 P97", "横跨两条主要百分位线", "体重连续两次不增", "头围过快或过慢", "发育明显落后，精神食欲差"]
    ):
        triage.shape("round", 480, 146 + index * 84, 420, 66, fill="#ffffff", line=CORAL, text=line, size=20)
    triage.line(906, 340, 970, 340, CORAL, 3, head=True)
    triage.shape(
        "round", 976, 270, 220, 140, fill=CORAL, text="告知家长\n转儿童保健门诊", size=21, ink="#ffffff", bold=True
    )
    slide.text(88, 600, 1100, 50, "早产、唐氏综合征等有专用曲线，由医生选用。", 19, align="center")

    slide = _page(made, "怎么和家长说", "三句式：看到的、不知道的、下一步。避免“偏矮”“不达标”这类下结论的话。")
    for index, (bad, good) in enumerate(
        [
            ("“你家孩子不达标。”", "“这三个月体重的线变平了，我们想和你一起看看。”"),
            ("“别人都比他高。”", "“他一直沿着自己的线在长。”"),
            ("“要补点锌吧。”", "“原因要医生看。这是测量单，请带去儿保门诊。”"),
        ]
    ):
        y = 146 + index * 170
        slide.shape("bubble", 88, y, 380, 120, fill="#ffffff", line=CORAL, text=bad, size=21, adjust=(-0.3, 0.66))
        slide.shape("bubble", 560, y, 630, 120, fill=LEAF, text=good, size=21, adjust=(0.3, 0.66))

    slide = _page(made, "测量日流程与分工", "十二个孩子、三位成人，约四十分钟。孩子怕秤的，先让他给娃娃称。")
    for index, (who, what) in enumerate(
        [
            ("引导员", "讲故事，一个一个带来，安抚"),
            ("测量员", "摆姿势，读数，报数"),
            ("记录员", "复述，落笔，当场画点"),
            ("全体", "清洁器械，核对异常，约家长"),
        ]
    ):
        x = 88 + index * 280
        slide.shape(
            "pentagon",
            x,
            160,
            286,
            110,
            fill=(GREEN, "#3f8058", "#5c9a72", "#86b596")[index],
            text=who,
            size=24,
            ink="#ffffff",
            bold=True,
            adjust=(0.16,),
        )
        slide.text(x + 10, 300, 240, 140, what, 21)
    slide.shape(
        "round",
        88,
        480,
        1100,
        150,
        fill=LEAF,
        text="保护隐私：一次只进一个孩子，数值不张贴、不在群里公布。",
        size=24,
        bold=True,
    )

    slide = _page(made, "课后任务", "两人一组，交一张画好的曲线（用虚构数据）和一段 60 秒的家长沟通录音。")
    slide.table(
        88,
        160,
        (120, 640, 340),
        [
            ("序", "任务", "评分看什么"),
            ("1", "给仿真娃娃量体重、身长、头围各三次", "误差小，记录全"),
            ("2", "用虚构的五次数据画点连线，写两句解释", "不下诊断，说趋势"),
            ("3", "写一份转介单", "日期、方法、数值、签名齐"),
            ("4", "录一段家长沟通", "三句式，语气平和"),
        ],
        row=84,
        size=21,
        head=GREEN,
        band=LEAF,
        rule=GRID,
    )
