"""Deck: 回应性照护. Split pages: a wine panel that quotes, a white side that explains. Conversations drawn as turns.

Long because it is one deck, whose pages are read and changed together.
"""

from __future__ import annotations

from demo.formats.deck import SERIF, Deck, Slide

INK, WINE, ROSE, PAPER, GREY, TEAL = "#2e2025", "#7f2f45", "#f5e6e8", "#ffffff", "#8b7b80", "#3f7f7a"


def deck() -> Deck:
    made = Deck("读懂信号：回应性照护的观察与实践", INK, WINE, PAPER, GREY, title_face=SERIF, notice_align="right")
    _opening(made)
    _loop(made)
    _signals(made)
    _moments(made)
    _trouble(made)
    _closing(made)
    return made


def _split(made: Deck, title: str, quote: str, notes: str) -> Slide:
    """Left third: the panel with the title and a person's words. Right: free."""
    slide = made.slide(title, notes, at=(48, 70, 330, 170), size=30, ink="#ffffff", anchor="top")
    panel = slide.shape("rect", 0, 0, 420, 720, fill=WINE)
    # Behind the title: the panel must be the first thing drawn.
    tree = slide.page.shapes._spTree
    tree.remove(panel._element)
    tree.insert(2, panel._element)
    slide.shape("rect", 48, 282, 60, 3, fill="#e3b7c0")
    slide.text(48, 310, 330, 320, quote, 19, ink="#f7e9ec", leading=1.75)
    return slide


def _opening(made: Deck) -> None:
    slide = made.slide(
        "读懂信号",
        "课前请学生观察家里或公交车上任意一个小婴儿五分钟，只看不评。开场交流：他“说”了什么？",
        at=(90, 190, 620, 100),
        size=54,
    )
    slide.text(90, 300, 620, 50, "回应性照护的观察与实践", 26, ink=WINE, face=SERIF)
    slide.text(90, 380, 560, 90, "婴幼儿回应性照护　第一单元\n南塘师范学院（演示）", 17)
    slide.shape("oval", 760, 120, 330, 330, line=WINE, weight=6)
    slide.shape("oval", 930, 330, 220, 220, line=TEAL, weight=6)
    slide.shape("oval", 1010, 400, 56, 56, fill=WINE)
    slide.text(700, 580, 500, 40, "大圈陪着小圈：看见，想一想，再回应", 17, align="center", ink=GREY)

    slide = _split(
        made,
        "什么是回应性照护",
        "“孩子发出一个信号，\n有人注意到，\n而且答得上来。\n一天里这样的来回，\n有几百次。”",
        "世界卫生组织等 2018 年发布的养育照护框架把回应性照护列为五个组成部分之一，与健康、营养、安全、早期学习并列。",
    )
    for index, (word, what) in enumerate(
        [
            ("敏感", "能注意到细小的信号：皱眉、转头、手指张开"),
            ("及时", "在孩子还记得的时候回应，小婴儿以秒计"),
            ("恰当", "答的是他要的，不是我想给的"),
            ("温暖", "声音、表情、身体都在说“我在”"),
        ]
    ):
        y = 70 + index * 150
        slide.text(480, y, 150, 60, word, 32, bold=True, ink=WINE, face=SERIF)
        slide.text(650, y + 8, 560, 80, what, 21)
        if index < 3:
            slide.shape("rect", 480, y + 112, 736, 1.5, fill=ROSE)

    slide = _split(
        made,
        "它不是什么",
        "“一哭就抱会惯坏吗？”\n\n这是家长问得最多的一句。小婴儿还不会“要挟”，哭是他最响的一句话。",
        "帮学生区分：回应不等于立刻满足一切。也可以是：看着他、告诉他我听见了、请他等一等。",
    )
    slide.table(
        470,
        90,
        (350, 390),
        [
            ("常见误解", "更准确的说法"),
            ("有求必应，百依百顺", "每个信号都被看见，安全的界限仍在"),
            ("不停地说、不停地逗", "留出空白，让孩子也有机会开始"),
            ("妈妈才做得到", "稳定、熟悉的照护者都可以"),
            ("天生的性格", "可以观察、练习、被督导的本领"),
            ("忙起来就顾不上", "洗手、换尿布、喂饭，正是时机"),
        ],
        row=86,
        size=18,
        head=WINE,
        band=ROSE,
        rule="#e6d3d7",
    )


def _loop(made: Deck) -> None:
    slide = made.slide(
        "回应的三个动作：看见、解读、回应",
        "三步循环往复。最容易被跳过的是中间一步：看见哭就塞奶瓶，没有想。课堂练习：给每步加一个停顿。",
    )
    steps = [
        ("看见", "他做了什么？\n眼、手、声音、呼吸", 120),
        ("解读", "可能在说什么？\n至少想出两种", 500),
        ("回应", "先回一句、一个动作\n再看他怎么答", 880),
    ]
    for index, (word, what, x) in enumerate(steps):
        slide.shape("round", x, 190, 280, 260, fill=WINE if index == 1 else ROSE)
        slide.text(
            x, 216, 280, 60, word, 36, bold=True, align="center", face=SERIF, ink="#ffffff" if index == 1 else WINE
        )
        slide.text(x + 20, 306, 240, 120, what, 19, align="center", ink="#ffffff" if index == 1 else INK, leading=1.7)
        if index < 2:
            slide.shape("arrow", x + 296, 296, 70, 44, fill=TEAL)
    slide.line(1020, 470, 1020, 540, TEAL, 3)
    slide.line(1020, 540, 260, 540, TEAL, 3)
    slide.line(260, 540, 260, 466, TEAL, 3, head=True)
    slide.text(300, 556, 680, 60, "猜错了也没关系：修复一次，信任就多一层。", 20, align="center", bold=True, ink=TEAL)

    slide = _split(
        made,
        "一来一回：\n发球与接球",
        "“轮到你，\n轮到我，\n再轮到你。”",
        "serve and return 的直译。孩子发出的咿呀、指点、递玩具都是发球。请学生数一数录像里有几个来回。",
    )
    turns = [
        ("孩子", "看灯，伸手：“嗯！”"),
        ("成人", "顺着看：“你看见灯了。”"),
        ("孩子", "转头看成人，笑"),
        ("成人", "等两秒，也笑：“亮亮的。”"),
        ("孩子", "“灯——”"),
        ("成人", "“对，灯。关掉，再打开？”"),
    ]
    for index, (who, what) in enumerate(turns):
        mine = who == "孩子"
        x = 480 if mine else 640
        slide.shape(
            "bubble",
            x,
            56 + index * 102,
            560,
            74,
            fill=ROSE if mine else "#e3efee",
            text=f"{who}　{what}",
            size=20,
            align="left",
            pad=24,
            adjust=(-0.54, 0.2) if mine else (0.54, 0.2),
        )


def _signals(made: Deck) -> None:
    slide = _split(
        made,
        "靠近的信号，\n离开的信号",
        "“他扭过头去，\n不是不喜欢你，\n是需要歇一歇。”",
        "婴儿一次互动里常有“靠近—离开—再靠近”的节奏。过度逗引会让孩子打嗝、揉眼、弓背。",
    )
    for column, (name, fill, items) in enumerate(
        [
            ("想继续", TEAL, ["目光停在你脸上", "眼睛睁大、眉毛上扬", "手脚朝你伸展", "发出柔和的声音"]),
            ("想歇歇", WINE, ["转开目光、扭头", "打哈欠、揉眼", "手指张开撑直、弓背", "皱眉、哼唧、打嗝"]),
        ]
    ):
        x = 470 + column * 390
        slide.shape("round", x, 80, 360, 70, fill=fill, text=name, size=26, ink="#ffffff", bold=True, face=SERIF)
        for row, item in enumerate(items):
            slide.shape("round", x, 174 + row * 112, 360, 92, line=fill, fill="#ffffff", text=item, size=20)

    slide = made.slide(
        "哭声分辨练习：先排查，再安抚",
        "哭声本身不能确诊任何病。连续哭闹、尖叫样哭、伴发热、拒奶、精神差，要告知家长并就医。禁止摇晃婴儿，摇晃会造成严重脑损伤。",
    )
    slide.table(
        64,
        130,
        (220, 420, 520),
        [
            ("可能在说", "常伴随的样子", "先做什么"),
            ("饿", "吮手、转头找，渐渐急", "看上次喂奶时间，准备喂"),
            ("困", "揉眼、目光发直、烦躁", "减少刺激，抱到安静处"),
            ("不舒服", "扭动、蹬腿，尿布湿", "查尿布、衣领、指缝有无头发缠绕"),
            ("太吵太亮", "扭头、惊跳", "换个朝向，放低声音"),
            ("想有人", "看见你就缓和", "应一声，走近，抱"),
            ("疼或病", "尖、长、安抚不住", "量体温，看皮肤，联系家长，需要时就医"),
        ],
        row=68,
        size=18,
        head=WINE,
        band=ROSE,
        rule="#e6d3d7",
    )
    slide.text(
        64,
        630,
        1150,
        40,
        "照护者撑不住的时候：把孩子放在安全的床上，请同事接手，自己走开几分钟。任何时候都不摇晃孩子。",
        18,
        bold=True,
        ink=WINE,
    )

    slide = _split(
        made,
        "不同月龄，\n怎么“说”",
        "“说话之前，\n他已经说了一年。”",
        "月龄为常见范围，不作筛查。担心发育时，请家长带孩子到儿童保健门诊。",
    )
    for index, (months, signs, answer) in enumerate(
        [
            ("0～6 月", "哭、看、笑、身体紧或松", "用脸和声音先回应，再动手"),
            ("7～12 月", "伸手、指、递、怕生", "说出他看的东西，陪着认人"),
            ("13～24 月", "拉你的手，一个词，说“不”", "扩成一句话，给两个选择"),
            ("25～36 月", "短句、为什么、假装", "接着他的故事往下问"),
        ]
    ):
        y = 60 + index * 152
        slide.shape(
            "pentagon",
            470,
            y,
            190,
            120,
            fill=(ROSE, "#ebcdd3", "#c98a99", WINE)[index],
            text=months,
            size=20,
            bold=True,
            ink="#ffffff" if index > 1 else INK,
            adjust=(0.2,),
        )
        slide.text(680, y + 8, 520, 50, signs, 20, bold=True)
        slide.text(680, y + 60, 520, 50, answer, 19, ink=TEAL)


def _moments(made: Deck) -> None:
    slide = _split(
        made,
        "换尿布：\n三分钟的好时光",
        "“现在我要抬起你的小屁股。\n一、二——\n谢谢你帮我。”",
        "换尿布时一手不离孩子。告诉、等待、邀请三个动作，不增加时间，却改变了感受。",
    )
    for index, (when, act, say) in enumerate(
        [
            ("之前", "走到面前，蹲下，让他看见你", "“该换尿布了，我抱你起来。”"),
            ("当中", "每个动作前说一句，停一拍", "“湿巾有点凉，来了。”"),
            ("之后", "让他看看手，一起去洗手", "“换好啦，舒服了吗？”"),
        ]
    ):
        y = 70 + index * 200
        slide.shape("rect", 470, y, 6, 160, fill=TEAL)
        slide.text(500, y, 130, 50, when, 26, bold=True, ink=TEAL, face=SERIF)
        slide.text(630, y + 4, 590, 50, act, 20)
        slide.shape("bubble", 630, y + 66, 580, 80, fill=ROSE, text=say, size=19, adjust=(-0.46, -0.7))

    slide = _split(
        made,
        "洗手环节里的回应",
        "孩子把手缩回去。\n\n可能在说：水凉、\n水声大、袖子湿了、\n还没玩完。",
        "同一个动作，四种读法。先想两种以上再动手，这是本课的口诀。",
    )
    for index, (meaning, reply) in enumerate(
        [
            ("水凉了", "试一试水温，“我们调暖一点”"),
            ("水声太大", "关小，“小雨一样”"),
            ("袖子湿了", "擦干、卷高，“凉凉的，不舒服”"),
            ("还没玩完", "“再冲三下，然后擦手”，数给他听"),
        ]
    ):
        x, y = 470 + index % 2 * 376, 90 + index // 2 * 280
        slide.shape("drop", x + 20, y + 4, 84, 84, fill=TEAL, turn=-45)
        slide.text(x + 124, y + 20, 230, 60, meaning, 25, bold=True, face=SERIF)
        slide.text(x + 10, y + 120, 330, 110, reply, 20)

    slide = made.slide(
        "入园分离：一起走过的四个台阶",
        "分离焦虑在 8～18 个月前后常见。固定照护者、熟悉物、可预期的告别，三样都要。偷偷溜走会让下一次更难。",
    )
    for index, (name, what) in enumerate(
        [
            ("认人", "先见面，在父母怀里认识照护者"),
            ("认地方", "父母在场，孩子自由探索"),
            ("短暂离开", "说好“吃完点心就回来”，说到做到"),
            ("完整一天", "带安抚物，哭了有人抱，接时讲一件小事"),
        ]
    ):
        x, y = 64 + index * 290, 470 - index * 104
        slide.shape("rect", x, y, 290, 620 - y, fill=(ROSE, "#ebcdd3", "#dba9b5", "#c98a99")[index])
        slide.text(x + 22, y + 18, 250, 44, name, 26, bold=True, face=SERIF)
        slide.text(x + 22, y + 66, 250, 90, what, 18)
    slide.text(64, 160, 560, 150, "告别三句话\n**我走了；几时回；谁陪你。**\n说完就走，不反复。", 21, leading=1.7)

    slide = _split(
        made,
        "发脾气：抱住\n情绪，守住边界",
        "“你很想要那辆车。\n打人会疼，我不让你打。\n我陪你等。”",
        "三句话的次序：说出感受，说清界限，给出办法。两岁前后自控能力尚弱，讲道理要等平静以后。",
    )
    for index, (word, what) in enumerate(
        [
            ("命名", "把感受说出来：“生气了，想要。”"),
            ("界限", "短、平、不带威胁：“不能打。”"),
            ("陪着", "在他够得着的地方，不追问，不说教"),
            ("之后", "平静了再一起想办法：换、等、轮流"),
        ]
    ):
        y = 76 + index * 150
        slide.shape("oval", 480, y, 104, 104, fill=WINE, text=word, size=21, ink="#ffffff", bold=True)
        slide.text(620, y + 32, 590, 60, what, 21)


def _trouble(made: Deck) -> None:
    slide = _split(
        made,
        "把回应变成\n看得见的记录",
        "“写下看见的，\n不写猜到的。”",
        "用 A4 一页纸，一次只记五分钟。右列“我的猜想”至少写两个，练习中间那一步。",
    )
    slide.table(
        460,
        80,
        (110, 240, 240, 170),
        [
            ("时间", "孩子做了什么", "成人做了什么", "我的猜想"),
            ("9:02", "推开积木，看门", "继续摆积木", "想出去？找人？"),
            ("9:03", "走到门边，拍门两下", "“不能出去哦”", "想要户外"),
            ("9:04", "坐地上，哭", "蹲下：“想出去玩？”", "被听见了吗"),
            ("9:05", "停哭，点头", "“先穿鞋，再出去”", "是，想出去"),
        ],
        row=96,
        size=17,
        head=WINE,
        band=ROSE,
        rule="#e6d3d7",
    )
    slide.text(460, 590, 750, 60, "复盘：第几分钟的回应接住了信号？可以早几分钟吗？", 19, bold=True, ink=TEAL)

    slide = _split(
        made,
        "照护者也要\n被回应",
        "“杯子空了，\n就倒不出水。”",
        "照护比例、稳定的排班、有人替手，是机构的责任，不能只要求个人有爱心。",
    )
    for index, (who, what) in enumerate(
        [
            ("自己", "觉察：我现在急，是因为他，还是因为我累？"),
            ("搭档", "约定一句暗号：“请替我两分钟”"),
            ("机构", "固定照护者，少换班；有休息、有督导"),
            ("家长", "说困难，也说可爱的事，互相打气"),
        ]
    ):
        y = 70 + index * 148
        slide.shape("heart", 480, y + 6, 70, 64, fill="#c98a99")
        slide.text(580, y, 130, 50, who, 25, bold=True, face=SERIF)
        slide.text(700, y + 6, 520, 80, what, 20)


def _closing(made: Deck) -> None:
    slide = made.slide("自评：今天的一次换尿布", "课后完成，下周带回。分数只给自己看。1 没做到，2 有时，3 做到了。")
    rows = [("我……", "1", "2", "3")] + [
        (line, "□", "□", "□")
        for line in (
            "走到他看得见的地方，再开口",
            "动手前说一句要做什么，并等一拍",
            "注意到他的一个信号，想出两种可能",
            "他转开头时，停了一停",
            "结束时回了他一个笑",
        )
    ]
    slide.table(
        64, 130, (860, 100, 100, 100), rows, row=76, size=21, head=WINE, band=ROSE, rule="#e6d3d7", first_bold=False
    )

    slide = made.slide(
        "看见，想一想，再回应",
        "结束语。请学生选一个信号，写在便签上贴到门口：下周我要多看见的是……",
        at=(90, 250, 1100, 110),
        size=48,
        ink="#ffffff",
        paper=WINE,
        align="center",
        quiet="#e3b7c0",
    )
    slide.text(90, 380, 1100, 50, "他说了一年的话，等一个听得懂的人。", 24, ink="#f7e9ec", align="center", face=SERIF)
