"""Deck: 七步洗手法. A teal band at the left, numbered cards, a clock of the day.

Long because it is one deck, whose pages are read and changed together.
"""

from __future__ import annotations

import math

from demo.formats.deck import Deck, Slide

INK, TEAL, PALE, MINT, SAND, GOLD = "#14302f", "#1d6670", "#e6f1f1", "#cfe4e2", "#fbf1de", "#b87514"
STEPS = [
    ("内", "掌心相对", "手指并拢，掌心对掌心揉搓"),
    ("外", "手心对手背", "沿指缝揉搓手背，双手交换"),
    ("夹", "指缝交叉", "掌心相对，交叉揉搓指缝"),
    ("弓", "指背关节", "关节放进另一掌心，旋转揉搓，交换"),
    ("大", "握住拇指", "握住另一手拇指，旋转揉搓，交换"),
    ("立", "指尖并拢", "指尖立在另一掌心，旋转揉搓，交换"),
    ("腕", "握住手腕", "握住另一手手腕，旋转揉搓，交换"),
]


def deck() -> Deck:
    made = Deck("七步洗手法：托育机构晨间照护实训", INK, TEAL, "#ffffff", "#6c7f7e")
    _opening(made)
    _why(made)
    _when(made)
    _steps(made)
    _each_step(made)
    _with_children(made)
    _practice(made)
    return made


def _page(made: Deck, title: str, notes: str) -> Slide:
    slide = made.slide(title, notes)
    slide.shape("rect", 0, 0, 18, 720, fill=TEAL)
    slide.shape("rect", 64, 104, 64, 4, fill=TEAL)
    return slide


def _opening(made: Deck) -> None:
    slide = made.slide(
        "七步洗手法",
        "开场先请同学回忆：今天进实训室之后，手碰过哪些东西？把答案写在白板上，课末回来再看。",
        at=(96, 200, 640, 90),
        size=48,
        paper=PALE,
    )
    slide.text(96, 300, 640, 44, "托育机构晨间照护实训　项目二任务 3", 20, ink=TEAL)
    slide.shape("rect", 96, 372, 120, 5, fill=TEAL)
    slide.text(96, 400, 600, 96, "学会自己洗干净，再学会陪孩子洗得从容。\n临溪职业学院（演示）　生活照护教研组", 16)
    for index, (word, _name, _how) in enumerate(STEPS):
        angle = math.radians(-90 + index * 360 / 7)
        x, y = 990 + 180 * math.cos(angle), 352 + 180 * math.sin(angle)
        slide.shape("oval", x - 56, y - 56, 112, 112, fill=TEAL, text=word, size=32, ink="#ffffff", bold=True)
    slide.shape(
        "oval", 910, 272, 160, 160, fill="#ffffff", line=TEAL, text="流动水\n洗手液", size=18, ink=TEAL, bold=True
    )

    slide = _page(made, "这节课要带走三样本领", "三条目标对应考核表的三栏。提醒学生：速度不计分，完整和轻柔计分。")
    goals = [
        ("做得全", "七个步骤一个不少，揉搓时间不少于 20 秒"),
        ("说得出", "说出照护者必须洗手的时机，并能解释原因"),
        ("陪得好", "用一句话、等一等、帮一把，陪 1～3 岁孩子洗手"),
    ]
    for index, (name, what) in enumerate(goals):
        y = 150 + index * 170
        slide.shape("round", 64, y, 150, 140, fill=TEAL, text=str(index + 1), size=54, ink="#ffffff", bold=True)
        slide.shape("round", 230, y, 986, 140, fill=PALE)
        slide.text(262, y + 22, 920, 44, name, 26, bold=True, ink=TEAL)
        slide.text(262, y + 78, 920, 44, what, 19)


def _why(made: Deck) -> None:
    slide = _page(
        made,
        "手是一日生活里最忙的“搬运工”",
        "可以用荧光粉做演示：先在玩具上撒少许，玩五分钟，再用紫光灯看手、看桌面、看杯口。讲清这是演示材料，不是细菌本身。",
    )
    stops = ["便盆、尿布", "照护者的手", "玩具、桌面", "孩子的手", "口、鼻、眼"]
    for index, stop in enumerate(stops):
        x = 64 + index * 234
        slide.shape(
            "round",
            x,
            200,
            184,
            110,
            fill=TEAL if index in (1, 3) else MINT,
            text=stop,
            size=19,
            ink="#ffffff" if index in (1, 3) else INK,
            bold=True,
        )
        if index < 4:
            slide.shape("arrow", x + 190, 236, 38, 36, fill=GOLD)
    slide.shape("rect", 64, 372, 1152, 2, fill=MINT)
    slide.text(
        64,
        396,
        560,
        200,
        "**能切断的有两处**：照护者的手、孩子的手。\n洗手不能代替清洁消毒和通风，但它最便宜，也最容易天天做到。",
        20,
    )
    slide.shape("round", 680, 396, 536, 200, fill=SAND)
    slide.text(
        708,
        416,
        480,
        170,
        "腹泻、手足口病和许多呼吸道感染，都可以经由没洗干净的手传播。婴幼儿常把手放进嘴里，传播的路更短。",
        19,
    )

    slide = _page(
        made,
        "洗手液、免洗液、湿巾：各管什么",
        "表中“看得见的脏”指泥土、食物、血液、大小便。免洗手消毒液要放在孩子够不到的地方，谨防误食。",
    )
    slide.table(
        64,
        148,
        (230, 320, 320, 282),
        [
            ("做法", "适合什么时候", "做不到什么", "放在哪里"),
            ("流动水加洗手液", "所有时机的首选，特别是手上有看得见的脏", "没有水就做不了", "洗手台边，孩子够得到水"),
            (
                "免洗手消毒液",
                "身边暂时没有水，手上没有看得见的脏",
                "含酒精的产品对肠道病毒、诺如病毒效果差；不能代替换尿布后的洗手",
                "成人腰线以上，用后收好",
            ),
            ("湿巾擦手", "户外临时擦去泥土和食物", "不能代替洗手，回到室内要补洗", "外出背包"),
        ],
        row=86,
        size=16,
        head=TEAL,
        band=PALE,
    )
    slide.text(64, 624, 1152, 40, "一句话记住：能用流动水，就不找替代品。", 18, bold=True, ink=TEAL)


def _when(made: Deck) -> None:
    slide = _page(
        made, "什么时候必须洗手：之前三件，之后六件", "请学生闭卷补全。容易漏掉的是“接触自己的手机之后”和“戴手套之后”。"
    )
    before = ["接触婴幼儿之前（入园、换班）", "冲奶、备餐、喂食之前", "给药、涂护臀膏之前"]
    after = [
        "更换尿布之后",
        "协助如厕、自己如厕之后",
        "擦鼻涕、捂住咳嗽之后",
        "处理呕吐物、垃圾之后",
        "户外活动、接触动物之后",
        "接触手机、钱币之后；脱下手套之后",
    ]
    left, right = slide.group(), slide.group()
    left.shape("round", 64, 140, 500, 520, fill=PALE)
    left.text(92, 160, 440, 44, "之前", 26, bold=True, ink=TEAL)
    for index, item in enumerate(before):
        left.shape(
            "oval", 92, 236 + index * 120, 44, 44, fill=TEAL, text=str(index + 1), size=18, ink="#ffffff", bold=True
        )
        left.text(152, 238 + index * 120, 390, 80, item, 20)
    right.shape("round", 588, 140, 628, 520, fill=SAND)
    right.text(616, 160, 560, 44, "之后", 26, bold=True, ink=GOLD)
    for index, item in enumerate(after):
        right.shape(
            "oval", 616, 226 + index * 70, 40, 40, fill=GOLD, text=str(index + 1), size=16, ink="#ffffff", bold=True
        )
        right.text(672, 228 + index * 70, 530, 60, item, 19)

    slide = _page(
        made,
        "孩子的一天里，洗手排在哪儿",
        "这是一张练习用的作息钟面，各机构作息不同。请学生把本园作息画上去，再标出洗手的时刻。钟面上的六处叫“手卫生六时刻”，本课自用的名称。",
    )
    for radius, fill in ((230, MINT), (150, "#ffffff")):
        slide.shape("oval", 330 - radius, 390 - radius, radius * 2, radius * 2, fill=fill)
    moments = ["入园", "加餐前", "户外回来", "午餐前", "起床如厕后", "离园前"]
    for index, moment in enumerate(moments):
        angle = math.radians(-150 + index * 60)
        x, y = 330 + 190 * math.cos(angle), 390 + 190 * math.sin(angle)
        slide.shape("oval", x - 52, y - 52, 104, 104, fill=TEAL, text=moment, size=15, ink="#ffffff", bold=True, pad=4)
    slide.text(230, 350, 200, 80, "手卫生\n六时刻", 24, bold=True, align="center", ink=TEAL, leading=1.3)
    slide.text(660, 160, 556, 44, "排进流程，而不是靠想起来", 22, bold=True)
    rows = [
        ("谁先洗", "两三个一组，其余孩子听歌、看书，不排长队"),
        ("谁看着", "一位照护者站在水台边，视线不离开孩子"),
        ("多长时间", "预留充裕，宁可少洗一个环节的玩，也不催"),
        ("脏了就洗", "六时刻之外，手脏随时洗"),
    ]
    for index, (name, what) in enumerate(rows):
        slide.shape("rect", 660, 226 + index * 104, 6, 72, fill=GOLD)
        slide.text(684, 226 + index * 104, 130, 40, name, 19, bold=True, ink=GOLD)
        slide.text(820, 226 + index * 104, 396, 80, what, 18)


def _steps(made: Deck) -> None:
    slide = _page(made, "先把准备做完", "湿手、取液、关水是常被跳过的三步。水温以手腕内侧试，温而不烫。")
    items = [
        ("卷袖子", "摘下戒指、手表；袖口卷过手腕"),
        ("湿双手", "流动水打湿手掌和手腕"),
        ("取洗手液", "掌心一元硬币大小"),
        ("先关水", "揉搓时把水关上，不浪费"),
    ]
    for index, (name, what) in enumerate(items):
        x = 64 + index * 292
        slide.shape("pentagon", x, 170, 284, 300, fill=PALE if index % 2 else MINT, adjust=(0.14,))
        slide.text(x + 24, 200, 200, 60, str(index + 1), 36, bold=True, ink=TEAL)
        slide.text(x + 24, 276, 210, 44, name, 24, bold=True)
        slide.text(x + 24, 332, 206, 120, what, 18)
    slide.shape(
        "round",
        64,
        520,
        1152,
        110,
        fill=SAND,
        text="指甲剪短。照护婴幼儿时不戴戒指、手链，不做美甲：既藏污，也会划伤孩子。",
        size=20,
    )

    slide = _page(
        made,
        "七步揉搓：内外夹弓大立腕",
        "口诀先整体念一遍，再分步做。七步洗手全程揉搓不少于 20 秒，可以唱两遍生日歌来把握。",
    )
    for index, (word, name, how) in enumerate(STEPS):
        x = 64 + index * 166
        card = slide.group()
        card.shape("round", x, 140, 156, 380, fill=PALE if index != 2 else MINT)
        card.shape("oval", x + 28, 160, 100, 100, fill=TEAL, text=word, size=34, ink="#ffffff", bold=True)
        card.text(x + 6, 276, 144, 36, name, 17, bold=True, align="center")
        card.text(x + 5, 320, 146, 150, how, 14, align="center")
        card.text(x + 6, 482, 144, 30, f"第 {index + 1} 步", 13, align="center", ink=TEAL, bold=True)
    slide.shape(
        "round",
        64,
        546,
        1152,
        90,
        fill=SAND,
        text="七步洗手全程揉搓不少于 20 秒；唱两遍生日歌，帮孩子把握洗手的时间。",
        size=20,
    )


def _each_step(made: Deck) -> None:
    details = [
        (
            "内与外：大面积先走完",
            "掌心有沟，手背有汗。手背常被忘记，尤其是惯用手的手背，因为另一只手不灵活。",
            ("内", "掌心相对，手指并拢", "听到“沙沙”声再换"),
            ("外", "手心对手背，沿指缝", "左右都要做，次数一样"),
        ),
        (
            "夹与弓：缝隙和关节",
            "指缝是荧光实验里残留最多的地方之一。弓步是把指背的皱褶放进掌心旋转，不是握拳互敲。",
            ("夹", "十指交叉，指缝对指缝", "指根也要碰到"),
            ("弓", "弯曲手指，指背放进掌心", "旋转，不要敲"),
        ),
        (
            "大与立：拇指和指尖",
            "拇指最常碰人，指尖最常进嘴。指尖立起来，在掌心画小圈，指甲缝里的脏才会出来。",
            ("大", "握住大拇指，旋转", "虎口贴紧虎口"),
            ("立", "指尖并拢，立在掌心画圈", "留意指甲缝"),
        ),
    ]
    for title, notes, *pair in details:
        slide = _page(made, title, notes)
        for index, (word, how, watch) in enumerate(pair):
            x = 64 + index * 588
            slide.shape("round", x, 140, 564, 500, fill=PALE)
            slide.shape("oval", x + 36, 176, 150, 150, fill=TEAL, text=word, size=54, ink="#ffffff", bold=True)
            slide.text(x + 214, 200, 330, 100, how, 22, bold=True)
            _hands(slide, x + 60, 356, word)
            slide.shape("round", x + 36, 560, 492, 56, fill=SAND, text=f"看什么：{watch}", size=18)
    slide = _page(
        made,
        "腕，然后冲净、擦干",
        "腕步结束后再开水。冲洗时指尖向下，让水从手腕流向指尖。擦干是洗手的一部分，湿手更容易再沾上脏。",
    )
    chain = [
        ("腕", "握住手腕旋转揉搓，左右交换"),
        ("冲", "指尖向下，流动水冲净泡沫"),
        ("关", "用纸巾垫着或用手肘关水"),
        ("擦", "一人一巾，或一次性纸巾"),
        ("看", "指缝、指尖再看一眼"),
    ]
    for index, (word, how) in enumerate(chain):
        y = 136 + index * 108
        slide.shape(
            "oval",
            64 + index * 60,
            y,
            88,
            88,
            fill=TEAL if index == 0 else MINT,
            text=word,
            size=28,
            ink="#ffffff" if index == 0 else INK,
            bold=True,
        )
        slide.text(172 + index * 60, y + 24, 700, 44, how, 21)
        if index < 4:
            slide.line(108 + index * 60, y + 90, 160 + index * 60, y + 112, GOLD, 2.5, head=True)
    slide.shape("round", 900, 136, 316, 300, fill=SAND)
    slide.text(
        924,
        156,
        270,
        270,
        "**毛巾怎么管**\n一人一巾一标记\n挂开，不相叠\n每天清洗消毒\n没有条件就用纸巾",
        19,
        leading=1.6,
    )


def _hands(slide: Slide, x: float, y: float, word: str) -> None:
    """Two schematic hands: palms as rounded squares, fingers as bars.

    Which part is rubbed is shown in gold.
    """
    skin, edge = "#f0d9c0", "#8a6a4c"
    rubbed = {"内": "palm", "外": "back", "夹": "gaps", "弓": "knuckles", "大": "thumb", "立": "tips"}[word]
    hand = slide.group()
    for side in (0, 1):
        left = x + side * 230
        for finger, tall in enumerate((52, 66, 70, 56)):
            hand.shape(
                "round", left + 22 + finger * 34, y + 74 - tall, 28, tall + 20, fill=skin, line=edge, adjust=(0.5,)
            )
        hand.shape("round", left + 18, y + 74, 140, 104, fill=skin, line=edge, adjust=(0.2,))
        thumb = left + 168 if side == 0 else left - 18
        hand.shape(
            "round", thumb - 8, y + 70, 32, 78, fill=skin, line=edge, adjust=(0.5,), turn=35 if side == 0 else -35
        )
        if rubbed == "palm":
            hand.shape("oval", left + 48, y + 96, 80, 62, fill=GOLD)
        elif rubbed == "back":
            hand.shape("round", left + 30, y + 84, 116, 26, fill=GOLD)
        elif rubbed == "gaps":
            for gap in range(3):
                hand.shape("rect", left + 50 + gap * 34, y + 20, 6, 56, fill=GOLD)
        elif rubbed == "knuckles":
            for finger in range(4):
                hand.shape("oval", left + 26 + finger * 34, y + 38, 20, 20, fill=GOLD)
        elif rubbed == "thumb":
            hand.shape("oval", thumb - 8, y + 92, 34, 34, fill=GOLD)
        else:
            for finger, tall in enumerate((52, 66, 70, 56)):
                hand.shape("oval", left + 26 + finger * 34, y + 76 - tall, 20, 20, fill=GOLD)


def _with_children(made: Deck) -> None:
    slide = _page(
        made,
        "带着孩子洗：先说，再等，后帮",
        "一次只说一句，放慢语速。等待时心里数五下。帮的时候手托在孩子手外侧，不抓手腕。",
    )
    for index, (word, what, say) in enumerate(
        [
            ("先说", "蹲下，与孩子同高，说下一步要做什么", "“水来啦，我们先洗手，搓手心，再搓手背。”"),
            ("再等", "等他伸手，等他自己打湿", "（心里数五下，看他的手和脸）"),
            ("后帮", "只帮做不到的那一步", "“大拇指藏起来了，我们一起把它找出来。”"),
        ]
    ):
        x = 64 + index * 392
        slide.shape("rect", x, 144, 368, 70, fill=TEAL, text=word, size=26, ink="#ffffff", bold=True)
        slide.shape("rect", x, 214, 368, 150, fill=PALE)
        slide.text(x + 24, 236, 320, 120, what, 20)
        slide.shape("bubble", x, 400, 368, 150, fill=SAND, text=say, size=19, adjust=(-0.3, -0.68))
    slide.text(
        64, 596, 1152, 50, "孩子把手缩回去，可能在说：水凉了、太急了、袖子湿了。先看，再问。", 20, bold=True, ink=TEAL
    )

    slide = _page(
        made,
        "不同月龄，洗到哪一步",
        "月龄只是参考。看孩子站得稳不稳、愿不愿意碰水。7～12 月龄由成人用温湿的毛巾或在怀中冲洗。",
    )
    slide.table(
        64,
        146,
        (170, 330, 330, 322),
        [
            ("月龄", "孩子能做什么", "成人做什么", "环境"),
            ("7～12 月", "伸手、拍水、松开拳头", "抱稳，一手托腋下，一手帮洗", "温水，毛巾在手边"),
            ("13～24 月", "搓手心，学着冲泡沫", "在旁示范“内、外、夹”，帮洗拇指与指尖", "脚凳防滑，水龙头有限温"),
            ("25～36 月", "说出口诀，做完七步大半", "口头提示，检查指缝，帮擦干", "挂图与孩子视线同高"),
        ],
        row=104,
        size=18,
        head=TEAL,
        band=PALE,
    )

    slide = _page(
        made, "一首洗手歌，正好二十秒", "曲调用熟悉的儿歌即可，不追求唱准。唱完一段再冲水。歌词为本课自编，可以自由改。"
    )
    song = [
        "手心手心搓一搓，",
        "手背手背别忘我；",
        "指缝里面穿小河，",
        "关节弯弯转陀螺；",
        "拇指朋友握一握，",
        "指尖站好画圈多；",
        "手腕摇摇水一过，",
        "香香小手交给我。",
    ]
    slide.shape("fold", 64, 140, 640, 510, fill=SAND)
    for index, line in enumerate(song):
        slide.text(110, 168 + index * 57, 360, 50, line, 23, bold=index == 7)
        slide.text(500, 172 + index * 57, 180, 44, (*"内外夹弓大立腕", "擦干")[index], 19, ink=GOLD, bold=True)
    slide.shape("oval", 800, 190, 320, 320, fill=PALE, line=TEAL, weight=6)
    slide.shape("arc", 800, 190, 320, 320, fill=TEAL, adjust=(180, 60, 0.08))
    slide.text(840, 290, 240, 80, "20 秒", 44, bold=True, align="center", ink=TEAL, leading=1.2)
    slide.text(800, 536, 330, 80, "看得见的时间：沙漏、\n歌曲，比“快点”有用", 18, align="center")


def _practice(made: Deck) -> None:
    slide = _page(made, "水台边的安全", "请学生两人一组，用这张图去看本校实训室，找出三处可以改的地方。")
    slide.shape("rect", 500, 250, 320, 60, fill="#ffffff", line=INK, weight=2)
    slide.shape("rect", 530, 310, 260, 170, fill=PALE, line=INK, weight=2)
    slide.shape("round", 560, 480, 200, 60, fill=GOLD, text="防滑脚凳", size=17, ink="#ffffff", bold=True)
    slide.shape("rect", 640, 190, 16, 62, fill=INK)
    slide.shape("rect", 640, 186, 70, 16, fill=INK)
    marks = [
        (90, 160, "水温：成人先试，最好有限温龙头", 500, 210),
        (90, 340, "洗手液：按压瓶放稳，备用装收高", 520, 280),
        (90, 520, "地面：有水马上擦，铺防滑垫", 560, 540),
        (870, 160, "挂图：贴在孩子眼睛的高度", 712, 196),
        (870, 340, "毛巾：伸手可取，一人一钩", 800, 330),
        (870, 520, "人：成人离水台一臂之内", 760, 520),
    ]
    for x, y, what, to_x, to_y in marks:
        slide.shape("round", x, y, 330, 84, fill=SAND, text=what, size=17)
        slide.line(x + (330 if x < 500 else 0), y + 42, to_x, to_y, GOLD, 2)

    slide = _page(made, "常见的六种走样", "放两段同学自己的练习录像（经本人同意），对照找走样，不点名。")
    faults = [
        ("只搓手心", "外、夹、立全丢"),
        ("水一直开", "泡沫先被冲走"),
        ("握拳互敲", "弓步没有旋转"),
        ("漏掉拇指", "虎口没碰到"),
        ("甩手代替擦", "湿手又去摸门"),
        ("抓着孩子洗", "孩子下次躲开"),
    ]
    for index, (name, result) in enumerate(faults):
        x, y = 64 + index % 3 * 392, 146 + index // 3 * 250
        slide.shape("round", x, y, 368, 226, fill="#ffffff", line=TEAL, weight=2)
        slide.shape("no", x + 24, y + 32, 64, 64, fill=GOLD, adjust=(0.12,))
        slide.text(x + 108, y + 40, 240, 50, name, 23, bold=True)
        slide.text(x + 24, y + 130, 320, 60, f"结果：{result}", 19)

    slide = _page(made, "实训考核表", "满分 100。评分人两名，取平均。“交流”一栏看语气和等待，不看话多。")
    slide.table(
        64,
        140,
        (200, 600, 150, 202),
        [
            ("项目", "要点", "分值", "得分"),
            ("准备", "摘饰物、卷袖、试水温、用品齐", "10", ""),
            ("七步", "内外夹弓大立腕完整，左右均做", "40", ""),
            ("时间", "揉搓不少于 20 秒", "10", ""),
            ("冲与擦", "指尖向下冲净；一人一巾擦干", "15", ""),
            ("交流", "先说、再等、后帮，语气平和", "15", ""),
            ("整理", "擦干台面地面，毛巾归位，自己再洗手", "10", ""),
        ],
        row=68,
        size=18,
        head=TEAL,
        band=PALE,
    )

    slide = _page(made, "情境题：你会怎么做", "小组讨论五分钟，各组只答一题。没有唯一答案，看理由是否站在孩子一边。")
    cases = [
        ("一", "18 月龄的孩子爱玩水，洗手十分钟不肯走，后面还有四个孩子在等。"),
        ("二", "午餐车已经到了，有三个孩子还没洗手，保育师说“先吃吧，下次补”。"),
        ("三", "孩子洗完手，转身摸了一下垃圾桶，又跑回餐桌。"),
    ]
    for index, (number, words) in enumerate(cases):
        y = 146 + index * 176
        slide.shape("hexagon", 64, y, 140, 124, fill=TEAL, text=number, size=32, ink="#ffffff", bold=True)
        slide.shape("round", 224, y, 992, 124, fill=PALE, text=words, size=21, align="left", pad=28)

    slide = made.slide(
        "回到白板：你的手，今天碰过什么",
        "请学生把开场写下的东西逐一划掉：洗手之后，哪些不再担心？",
        at=(96, 120, 1088, 90),
        size=34,
        paper=TEAL,
        ink="#ffffff",
        quiet="#cfe4e2",
    )
    for index, words in enumerate(["会做：七步完整，二十秒", "会想：之前三件，之后六件", "会陪：先说，再等，后帮"]):
        slide.shape("round", 96, 260 + index * 120, 1088, 96, fill="#ffffff", text=words, size=26, bold=True, ink=TEAL)
    slide.text(96, 630, 1088, 40, "下一次课：餐前环节。请带一双自己的筷子。", 17, ink="#ffffff")
