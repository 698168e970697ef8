"""Deck: 辅食添加. Cream paper, Song titles in the middle, plates, bowls and a staircase of textures.

Sources of what is said: WHO, Guideline for complementary feeding (2023); 中国婴幼儿喂养指南（2022）; WS/T 678—2020.
Long because it is one deck, whose pages are read and changed together.
"""

from __future__ import annotations

from demo.formats.deck import SERIF, Deck, Slide

INK, BROWN, PAPER, CREAM, WHEAT, LEAF = "#3d2413", "#b2571a", "#fffaf3", "#f6e3c8", "#e9bd8d", "#5d7a3a"


def deck() -> Deck:
    made = Deck(
        "辅食添加的时机与性状：从满 6 月龄说起", INK, BROWN, PAPER, "#85664f", title_face=SERIF, notice_align="center"
    )
    _opening(made)
    _timing(made)
    _iron(made)
    _texture(made)
    _variety(made)
    _feeding(made)
    _safety(made)
    _closing(made)
    return made


def _page(made: Deck, title: str, notes: str) -> Slide:
    slide = made.slide(title, notes, at=(90, 40, 1100, 70), size=30, align="center")
    slide.shape("rect", 600, 116, 80, 3, fill=BROWN)
    return slide


def _bowl(slide: Slide, x: float, y: float, size: float, fill: str, words: str = "") -> None:
    slide.shape("oval", x, y, size, size, fill="#ffffff", line=WHEAT, weight=3)
    slide.shape(
        "oval",
        x + size * 0.13,
        y + size * 0.13,
        size * 0.74,
        size * 0.74,
        fill=fill,
        text=words,
        size=18,
        bold=True,
        ink="#ffffff",
    )


def _opening(made: Deck) -> None:
    slide = made.slide(
        "辅食添加的时机与性状",
        "本课四节：为什么是满 6 月龄、第一口吃什么、怎样一步步变稠变粗、怎样喂得安全又愉快。",
        at=(640, 200, 600, 160),
        size=38,
        anchor="bottom",
    )
    slide.shape("rect", 0, 0, 560, 720, fill=CREAM)
    for x, y, size, fill in (
        (60, 70, 190, BROWN),
        (290, 130, 210, LEAF),
        (110, 330, 240, "#d98f52"),
        (360, 420, 150, "#8e3b2f"),
    ):
        _bowl(slide, x, y, size, fill)
    slide.text(640, 392, 560, 40, "从满 6 月龄说起", 24, ink=BROWN, bold=True)
    slide.shape("rect", 640, 448, 80, 3, fill=BROWN)
    slide.text(640, 472, 560, 80, "婴幼儿营养与喂养　项目三\n青杉卫生学校（演示）", 17)

    slide = _page(made, "先听三句常听到的话", "让学生举手：赞成、反对、说不准。课末再投一次票，比较变化。")
    talks = [
        ("“四个月看见大人吃饭就咽口水，该加了吧？”", "看的是发育和月龄，不只是嘴馋"),
        ("“先喝米汤、果汁，养养胃。”", "稀汤水占了小胃，能量和铁都不够"),
        ("“打成糊一直吃到一岁半，安全。”", "错过学咀嚼的时候，反而更挑食"),
    ]
    for index, (talk, reply) in enumerate(talks):
        y = 156 + index * 174
        slide.shape("bubble", 90, y, 600, 118, fill=CREAM, text=talk, size=20, adjust=(0.56, 0.1))
        slide.shape("round", 760, y, 430, 118, fill="#ffffff", line=WHEAT, text=reply, size=19)


def _timing(made: Deck) -> None:
    slide = _page(
        made,
        "为什么是满 6 月龄",
        "满 6 月龄即出生后 180 天起。世界卫生组织和我国喂养指南说法一致：此前纯母乳喂养，此后添加辅食并继续母乳喂养到两岁或更久。",
    )
    slide.shape("rect", 120, 400, 1040, 6, fill=BROWN)
    for x, label in ((120, "出生"), (440, "满 6 月龄"), (760, "12 月龄"), (1080, "24 月龄")):
        slide.shape("oval", x - 12, 391, 24, 24, fill=BROWN)
        slide.text(x - 90, 424, 180, 34, label, 18, bold=True, align="center")
    slide.shape("rect", 120, 300, 320, 84, fill=LEAF, text="纯母乳喂养", size=20, ink="#ffffff", bold=True)
    slide.shape(
        "rect", 440, 300, 640, 84, fill="#9db37f", text="继续母乳喂养，到两岁或更久", size=20, ink="#ffffff", bold=True
    )
    slide.curve([(440, 290), (1080, 170), (1080, 290)], BROWN, 1, fill=WHEAT)
    slide.text(800, 226, 270, 40, "辅食逐渐增多", 20, bold=True, align="right")
    reasons = ["单靠母乳，能量和铁、锌等开始不够", "消化、吞咽和头颈控制准备好了", "该学新味道、新口感了"]
    for index, reason in enumerate(reasons):
        slide.shape("round", 120 + index * 352, 500, 336, 110, fill=CREAM, text=reason, size=18)

    slide = _page(
        made,
        "看月龄，也看孩子准备好没有",
        "准备信号是参考，早产或有健康问题的孩子由儿童保健医生决定。挺舌反射：把勺里的东西顶出来。",
    )
    signs = [
        ("坐", "扶着能坐稳，头能竖直转动"),
        ("看", "盯着食物，张嘴、前倾"),
        ("咽", "挺舌反射减弱，能把食物往后送"),
        ("抓", "伸手够勺，把手里的东西往嘴里送"),
    ]
    for index, (word, what) in enumerate(signs):
        x = 90 + index * 280
        slide.shape("oval", x + 50, 150, 160, 160, fill=BROWN, text=word, size=48, ink="#ffffff", bold=True, face=SERIF)
        slide.text(x + 10, 334, 240, 100, what, 19, align="center")
    slide.shape(
        "round",
        90,
        476,
        1100,
        130,
        fill=CREAM,
        text="过早：容易呛，挤掉母乳。过晚：缺铁、缺锌，错过学咀嚼的时候。\n月龄是底线，信号定快慢。",
        size=20,
        leading=1.6,
    )


def _iron(made: Deck) -> None:
    slide = _page(
        made,
        "第一口：富含铁的泥糊",
        "铁是 6 月龄以后最先吃紧的营养素。强化铁的婴儿米粉、肉泥、肝泥都可以作第一口，不必从蛋黄或菜汁开始。",
    )
    for index, (name, how, fill) in enumerate(
        [
            ("强化铁\n米粉", "用母乳、配方奶或温水调成稠糊，挂勺不滴落", "#d9a15f"),
            ("红肉泥", "瘦猪肉、牛肉蒸熟，加少量温水打细", "#8e3b2f"),
            ("肝泥", "少量、每周一两次，选新鲜肝，彻底做熟", "#6e3a2c"),
        ]
    ):
        x = 90 + index * 376
        slide.shape("round", x, 146, 348, 420, fill="#ffffff", line=WHEAT)
        _bowl(slide, x + 84, 170, 180, fill, name)
        slide.text(x + 30, 380, 290, 160, how, 19, align="center")
    slide.text(
        90,
        592,
        1100,
        40,
        "蔬菜、水果、全蛋随后一样样跟上；不加盐、糖和调味料。",
        20,
        bold=True,
        align="center",
        ink=BROWN,
    )

    slide = _page(
        made,
        "铁从哪里来：比较三类食物",
        "血红素铁吸收好。植物性铁配富含维生素 C 的蔬果一起吃，吸收会好一些。不在课堂上给出补铁剂的用法：那是医生的事。",
    )
    slide.table(
        90,
        150,
        (210, 330, 260, 300),
        [
            ("食物", "例子", "铁的吸收", "怎么用"),
            ("动物性", "红肉、肝、血、禽、鱼", "较好", "打泥、切末，天天有"),
            ("强化食品", "强化铁婴儿米粉", "中等", "起步方便，看标签"),
            ("植物性", "豆类、深绿叶菜、黑木耳", "较差", "配番茄、鲜枣等同吃"),
        ],
        row=92,
        size=19,
        head=BROWN,
        band=CREAM,
        rule=WHEAT,
    )
    slide.text(
        90, 560, 1100, 70, "菠菜不是补铁的好选择；蛋黄的铁也不多。它们有别的好处，但不能代替肉。", 20, align="center"
    )

    slide = _page(
        made,
        "一次只引入一种新食物",
        "观察 2～3 天，指看皮肤、大便、呕吐、呼吸。多种食物都适应后，可以混着吃。出现喘、面唇肿、反复呕吐，停食并立即就医。",
    )
    for index, (day, what) in enumerate(
        [("第 1 天", "一两小勺，上午吃"), ("第 2 天", "加到三四勺"), ("第 3 天", "适应了，进常吃单")]
    ):
        x = 140 + index * 350
        slide.shape(
            "oval",
            x,
            180,
            200,
            200,
            fill=PAPER,
            line=BROWN,
            weight=4,
            text=day,
            size=26,
            bold=True,
            ink=BROWN,
            face=SERIF,
        )
        slide.text(x - 30, 396, 260, 40, what, 19, align="center")
        if index < 2:
            slide.line(x + 214, 280, x + 336, 280, BROWN, 3, head=True)
    slide.shape(
        "round",
        140,
        470,
        1000,
        140,
        fill=CREAM,
        text="容易过敏的食物（蛋、鱼、花生酱、小麦）不必推迟，\n少量、单独、白天引入；有过敏史的先问医生。",
        size=20,
        leading=1.6,
    )


def _texture(made: Deck) -> None:
    slide = _page(
        made,
        "食物性状：由稀到稠，由细到粗",
        "四级台阶只是参考。因人而异，随咀嚼与吞咽能力调整。孩子偶尔干呕是学习的一部分，与噎住不同。",
    )
    stairs = [
        ("泥糊状", "6 月龄起", "挂勺不滴", 90, CREAM),
        ("末状、碎状", "7～9 月龄", "舌头能压碎", 170, WHEAT),
        ("颗粒、小块", "10～12 月龄", "牙龈能嚼", 250, "#d98f52"),
        ("软烂块状", "13～24 月龄", "家常饭切软", 330, BROWN),
    ]
    for index, (name, months, test, tall, fill) in enumerate(stairs):
        x = 100 + index * 272
        slide.shape("rect", x, 590 - tall, 260, tall, fill=fill)
        slide.text(x, 590 - tall - 116, 260, 40, name, 24, bold=True, align="center")
        slide.text(x, 590 - tall - 76, 260, 32, months, 17, align="center")
        slide.text(x, 590 - tall - 42, 260, 32, test, 16, align="center", ink=BROWN, bold=True)
    slide.shape("rect", 100, 598, 1076, 4, fill=BROWN)
    slide.text(100, 612, 1076, 36, "方向是往上走：生病时可以退一级，好了再走回来", 17, align="center")

    slide = _page(
        made,
        "用勺子看稠度",
        "实训：每组调三份米粉，稀、合适、过稠，用勺背测试并拍照记录。稀的能量低，孩子很快就饱，却没吃到东西。",
    )
    for index, (name, what, verdict) in enumerate(
        [
            ("太稀", "倾斜勺子立刻流走", "再加粉"),
            ("正好", "停在勺上，缓缓滑下", "可以喂"),
            ("太稠", "粘住不动，成团", "加温水"),
        ]
    ):
        x = 110 + index * 370
        slide.shape(
            "round",
            x,
            160,
            320,
            370,
            fill="#ffffff",
            line=BROWN if index == 1 else WHEAT,
            weight=4 if index == 1 else 1.5,
        )
        slide.shape("oval", x + 60, 200, 160, 90, fill="#ffffff", line=INK, weight=2.5)
        slide.shape("oval", x + 84, 214, 112, 62, fill=WHEAT)
        slide.line(x + 218, 250, x + 296, 300, INK, 6)
        for drop in range((5, 1, 0)[index]):
            slide.shape("oval", x + 100 + drop * 18, 300 + drop % 3 * 22, 12, 22, fill=WHEAT)
        slide.text(x, 386, 320, 44, name, 26, bold=True, align="center")
        slide.text(x, 434, 320, 36, what, 18, align="center")
        slide.text(x, 478, 320, 36, verdict, 18, align="center", ink=BROWN, bold=True)

    slide = _page(
        made,
        "手指食物：让他自己拿",
        "10 个月前后多数孩子喜欢自己抓。条状、软到两指一捏就碎。成人全程坐在旁边看着，孩子坐直、不边走边吃。",
    )
    foods = [
        ("蒸南瓜条", "#d9822b"),
        ("软面条段", "#e8c98f"),
        ("熟香蕉段", "#e4c04a"),
        ("豆腐条", "#efe3c6"),
        ("西蓝花小朵", LEAF),
        ("去刺鱼块", "#c9b8a6"),
    ]
    for index, (name, fill) in enumerate(foods):
        x, y = 130 + index % 3 * 360, 160 + index // 3 * 190
        slide.shape("round", x, y, 110, 44, fill=fill, turn=-20, line=INK, weight=1)
        slide.shape("round", x + 20, y + 54, 110, 44, fill=fill, turn=12, line=INK, weight=1)
        slide.text(x + 150, y + 30, 190, 40, name, 21, bold=True)
    slide.shape(
        "round", 130, 548, 1020, 90, fill=CREAM, text="两指测试：拇指食指轻轻一捏就碎，才放到孩子盘里。", size=21
    )


def _variety(made: Deck) -> None:
    slide = _page(
        made,
        "八类食物，每天吃到五类以上",
        "这是世界卫生组织评价 6～23 月龄膳食多样性的办法：过去一天内吃到八类中的五类及以上。母乳也算一类。",
    )
    groups = [
        ("母乳", "#c98a7d"),
        ("谷薯类", "#d9a15f"),
        ("豆与\n坚果", "#a0743f"),
        ("奶类", "#d8cdb8"),
        ("肉禽鱼", "#8e3b2f"),
        ("蛋类", "#e0b23c"),
        ("橙绿色\n蔬果", LEAF),
        ("其他\n蔬果", "#7f6aa0"),
    ]
    for index, (name, fill) in enumerate(groups):
        x, y = 110 + index % 4 * 270, 156 + index // 4 * 214
        _bowl(slide, x + 40, y, 170, fill, name)
    slide.text(
        110,
        600,
        1060,
        40,
        "坚果只用磨碎的粉或酱；整粒坚果不给三岁以下的孩子。",
        19,
        align="center",
        bold=True,
        ink=BROWN,
    )

    slide = _page(
        made,
        "一天几顿，吃多少由谁定",
        "顿数依世界卫生组织对母乳喂养儿的建议。量不写克数：孩子之间差得多，看饥饱信号和生长曲线。",
    )
    slide.table(
        90,
        150,
        (220, 290, 290, 300),
        [
            ("月龄", "辅食餐次", "加餐", "奶"),
            ("6～8 月", "每天 2～3 次", "不需要", "按需母乳，仍是主要来源"),
            ("9～11 月", "每天 3～4 次", "1～2 次", "继续母乳"),
            ("12～23 月", "每天 3～4 次", "1～2 次", "继续母乳；可喝普通全脂奶"),
        ],
        row=92,
        size=20,
        head=BROWN,
        band=CREAM,
        rule=WHEAT,
    )
    slide.shape(
        "round",
        90,
        550,
        1100,
        90,
        fill=CREAM,
        text="成人决定：吃什么、什么时候、在哪里。孩子决定：吃不吃、吃多少。",
        size=21,
        bold=True,
    )

    slide = _page(
        made,
        "十二个月前先不要的",
        "蜂蜜可能带有肉毒杆菌芽孢，一岁以前一律不给，少量也不行。普通牛奶一岁以前不作主要饮料。",
    )
    for index, (name, why) in enumerate(
        [
            ("蜂蜜", "肉毒中毒风险"),
            ("盐、糖", "口味从原味开始"),
            ("果汁", "占胃、伤牙"),
            ("牛奶当主饮料", "铁少，肠胃负担大"),
            ("茶、含糖饮料", "影响铁吸收"),
            ("生的蛋、鱼、肉", "食源性疾病"),
        ]
    ):
        x, y = 110 + index % 3 * 360, 160 + index // 3 * 220
        slide.shape("no", x, y, 96, 96, fill=BROWN, adjust=(0.1,))
        slide.text(x + 116, y + 4, 220, 70, name, 21, bold=True, leading=1.3)
        slide.text(x + 116, y + 70, 220, 40, why, 17)


def _feeding(made: Deck) -> None:
    slide = _page(
        made, "饿了和饱了，孩子怎么说", "回应性喂养的核心：看见信号，停下来想，再回应。饱的信号常被误读成“不乖”。"
    )
    for index, (name, fill, signs) in enumerate(
        [
            ("我饿了", LEAF, ["张嘴等勺", "身体前倾", "用手指食物", "发出急切的声音"]),
            ("我饱了", "#8e3b2f", ["闭嘴、扭头", "推开勺子", "玩食物、东张西望", "吃得越来越慢"]),
        ]
    ):
        x = 110 + index * 540
        slide.shape("round", x, 150, 510, 470, fill="#ffffff", line=fill, weight=3)
        slide.shape("rect", x, 150, 510, 80, fill=fill, text=name, size=28, ink="#ffffff", bold=True, face=SERIF)
        for row, sign in enumerate(signs):
            slide.shape("oval", x + 50, 268 + row * 84, 26, 26, fill=fill)
            slide.text(x + 100, 260 + row * 84, 380, 44, sign, 22)

    slide = _page(
        made, "喂的时候，这样说、不这样说", "两人一组角色扮演，一人演孩子，只用表情和动作。演完由“孩子”说感受。"
    )
    slide.table(
        90,
        150,
        (366, 366, 368),
        [
            ("当孩子……", "可以说", "换掉这句"),
            ("扭头不吃", "“你不想吃了，那我们停一停。”", "“再吃三口就不吃了。”"),
            ("把食物抹在桌上", "“滑滑的。想摸一摸，也想尝一尝吗？”", "“脏死了，不许玩。”"),
            ("第一次尝苦瓜皱眉", "“这个味道新鲜，下次再见面。”", "“不吃就没有点心。”"),
            ("吃得慢", "“慢慢嚼，我陪你。”", "“看谁第一名。”"),
        ],
        row=88,
        size=18,
        head=BROWN,
        band=CREAM,
        rule=WHEAT,
    )

    slide = _page(
        made, "不喜欢？再见面八到十五次", "研究常提到新食物要尝试多次才接受，次数因人而异。每次一小口，不强迫，不奖励。"
    )
    for index in range(15):
        x, y = 130 + index % 8 * 130, 180 + index // 8 * 150
        liked = index >= 10
        slide.shape(
            "oval",
            x,
            y,
            104,
            104,
            fill=LEAF if liked else CREAM,
            line=BROWN,
            text=str(index + 1),
            size=24,
            ink="#ffffff" if liked else INK,
            bold=True,
        )
    slide.shape(
        "round",
        130,
        500,
        1020,
        120,
        fill="#ffffff",
        line=WHEAT,
        text="看一看、闻一闻、摸一摸、舔一舔，都算见面。\n大人同桌吃给他看，比劝十句有用。",
        size=20,
        leading=1.6,
    )


def _safety(made: Deck) -> None:
    slide = _page(
        made,
        "噎住的风险：改形状，也改座位",
        "整粒葡萄、坚果、果冻、硬糖、爆米花、鱼丸是常见的噎食食物。抢救手法须在持证急救培训中学习，本课件不教。",
    )
    slide.table(
        90,
        146,
        (300, 400, 400),
        [
            ("食物", "怎么改", "不改就不给"),
            ("葡萄、圣女果", "去皮去籽，竖着切成四条", "整粒、横切圆片"),
            ("坚果、花生", "磨成粉或薄薄一层酱", "整粒、碎粒"),
            ("鱼、肉", "挑刺，顺纹切短再剁碎", "带骨带刺、大块"),
            ("苹果、胡萝卜", "蒸软，切条", "生硬块"),
            ("果冻、糯米团、硬糖", "不提供", "任何形状"),
        ],
        row=70,
        size=18,
        head="#8e3b2f",
        band=CREAM,
        rule=WHEAT,
    )
    slide.text(
        90,
        594,
        1100,
        60,
        "坐着吃、不说笑、不追喂；吃的时候身边始终有一位受过急救培训的成人。",
        19,
        bold=True,
        align="center",
    )

    slide = _page(
        made, "备餐卫生五个关口", "对应世界卫生组织食品安全五要点：保持清洁、生熟分开、做熟、安全温度、安全原料与水。"
    )
    for index, (word, what) in enumerate(
        [
            ("净", "洗手，餐具煮沸或消毒柜"),
            ("分", "生熟刀板分开"),
            ("透", "肉蛋鱼完全熟透"),
            ("温", "现做现吃，剩的不留"),
            ("源", "新鲜食材，饮用水"),
        ]
    ):
        x = 90 + index * 222
        slide.shape(
            "chevron" if index else "pentagon",
            x,
            200,
            232,
            180,
            fill=(BROWN, "#c26a2d", "#cf7f43", "#d98f52", "#e0a068")[index],
            text=word,
            size=44,
            ink="#ffffff",
            bold=True,
            face=SERIF,
            adjust=(0.18,),
        )
        slide.text(x + 14, 410, 196, 100, what, 19, align="center")
    slide.text(90, 570, 1100, 40, "孩子用过的奶和辅食，剩下的一律倒掉。", 20, bold=True, align="center", ink=BROWN)


def _closing(made: Deck) -> None:
    slide = _page(made, "和家长说：一张交接单", "机构与家庭说同一套话。新食物先在家尝过，再列入园里的食单。")
    slide.table(
        90,
        146,
        (320, 390, 390),
        [
            ("项目", "家长填", "机构填"),
            ("已经尝过、适应的食物", "例：强化铁米粉、南瓜、猪肉", "今日吃了哪几样"),
            ("正在观察的新食物", "例：鸡蛋，第 2 天", "有没有皮疹、呕吐、腹泻"),
            ("过敏或医嘱", "附医生证明", "厨房与班级两处张贴"),
            ("性状", "例：末状", "今天的性状与接受情况"),
            ("喂养方式", "自己抓、成人用勺", "吃了多久，什么心情"),
        ],
        row=76,
        size=18,
        head=BROWN,
        band=CREAM,
        rule=WHEAT,
    )

    slide = _page(
        made,
        "案例：不肯换性状的小石榴（虚构）",
        "虚构案例。讨论：缺少的是能力、经验，还是耐心？先排除吞咽困难、反复呛咳等需要医生评估的情况。",
    )
    slide.shape("fold", 90, 150, 540, 460, fill=CREAM)
    slide.text(
        124,
        180,
        470,
        400,
        "小石榴 11 个月，家里一直吃打得极细的糊。今天园里给了软米饭加肉末，她含了一会儿，干呕，吐出来，哭。奶奶说：“她嗓子眼细。”",
        22,
        leading=1.7,
    )
    for index, (name, what) in enumerate(
        [
            ("先看", "会嚼手指食物吗？呛过吗？"),
            ("再退", "退回稠泥，里面拌一点末"),
            ("再进", "三五天加一次粗细，同桌示范"),
            ("常说", "把小进步写进交接单"),
        ]
    ):
        y = 150 + index * 118
        slide.shape("oval", 680, y, 96, 96, fill=BROWN, text=name, size=20, ink="#ffffff", bold=True)
        slide.text(800, y + 26, 400, 60, what, 19)

    slide = made.slide(
        "四句话带回去",
        "第二次投票：开场的三句话，你现在怎么看？",
        at=(90, 60, 1100, 80),
        size=36,
        align="center",
        paper=CREAM,
    )
    for index, words in enumerate(
        ["满 6 月龄，不早不晚", "第一口要有铁", "稠度粗细，一级一级往上走", "吃多少，孩子说了算"]
    ):
        slide.text(
            220, 180 + index * 112, 120, 80, "一二三四"[index], 44, bold=True, ink=BROWN, face=SERIF, leading=1.2
        )
        slide.text(330, 190 + index * 112, 800, 60, words, 30, bold=True, face=SERIF, leading=1.3)
        slide.shape("rect", 220, 270 + index * 112, 840, 1.5, fill=WHEAT)
