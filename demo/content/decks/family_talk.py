"""Deck: 家园沟通. Chat bubbles on grey-green, a conversation prepared as a one-page script.

For the staff of a centre.
"""

from __future__ import annotations

from demo.formats.deck import Deck, Slide

INK, PINE, PAPER, ME, YOU, CLAY = "#20302a", "#2b6a57", "#f0f4f1", "#cfe7d6", "#ffffff", "#b4593b"


def deck() -> Deck:
    made = Deck("家园沟通：一次谈话怎么准备", INK, PINE, PAPER, "#72857c")
    _opening(made)
    _preparing(made)
    _hard(made)
    _after(made)
    return made


def _talk(slide: Slide, lines: list[tuple[str, str]], *, top: float = 120, step: float = 92, size: float = 20) -> None:
    """Bubbles: the parent's at the left in white, ours at the right in green."""
    for index, (who, words) in enumerate(lines):
        ours = who == "我"
        y = top + index * step
        slide.shape(
            "oval",
            1146 if ours else 64,
            y + 6,
            62,
            62,
            fill=PINE if ours else CLAY,
            text=who,
            size=17,
            ink="#ffffff",
            bold=True,
        )
        slide.shape(
            "bubble",
            440 if ours else 146,
            y,
            686,
            74,
            fill=ME if ours else YOU,
            text=words,
            size=size,
            align="left",
            pad=24,
            adjust=(0.53, 0.05) if ours else (-0.53, 0.05),
        )


def _opening(made: Deck) -> None:
    slide = made.slide(
        "一次谈话怎么准备",
        "新教师培训用。先请每人写下最怕的一句家长的话，收上来，结束前一起回答。",
        at=(90, 150, 700, 80),
        size=46,
    )
    slide.text(90, 240, 700, 50, "家园沟通入门", 25, ink=PINE, bold=True)
    slide.text(90, 310, 600, 70, "托育机构组织管理　新教师第二周\n小满托育中心（演示）", 17)
    slide.shape("bubble", 700, 130, 480, 150, fill=YOU, text="“他今天吃得好吗？”", size=26, adjust=(-0.4, 0.66))
    slide.shape(
        "bubble", 760, 370, 420, 150, fill=ME, text="“他说了一个新词，\n是‘月亮’。”", size=24, adjust=(0.4, 0.66)
    )

    slide = made.slide(
        "家长问的，和家长想知道的", "一句“还行”会让人睡不着。回答要有画面。", at=(64, 30, 1150, 60), size=28
    )
    slide.table(
        64,
        120,
        (330, 380, 442),
        [
            ("问的是", "其实想知道", "有画面的回答"),
            ("“今天乖不乖？”", "他难过的时候有人抱吗", "“早上哭了一会儿，我抱着看鱼，后来他自己去喂食了。”"),
            ("“吃了多少？”", "他饿不饿，有人耐心吗", "“米饭半碗，南瓜又添了一次，鱼没动。”"),
            ("“睡了吗？”", "晚上会不会闹", "“十二点半睡，睡了一个半小时，自己醒的。”"),
            ("“有没有人欺负他？”", "你看得见他吗", "“抢车的时候他推了一下，我在旁边，后来一起推。”"),
        ],
        row=104,
        size=20,
        head=PINE,
        band="#e2ebe5",
        rule="#cbd8d0",
    )


def _preparing(made: Deck) -> None:
    slide = made.slide("谈话之前：一页纸", "十分钟写完，不要带着一堆照片和结论去。", at=(64, 30, 1150, 60), size=28)
    for index, (ask, example) in enumerate(
        [
            ("我要说的一件事", "午睡入睡变难，已经两周"),
            ("我看见的三个事实", "日期、时间、他做了什么"),
            ("我不知道的", "家里晚上几点睡？换了谁哄？"),
            ("我想一起试的", "午睡前半小时不看屏幕，同一首歌"),
            ("我绝不说的", "“别的孩子都……”“他是不是有问题”"),
        ]
    ):
        y = 116 + index * 110
        slide.shape(
            "rect", 64, y, 330, 92, fill=CLAY if index == 4 else PINE, text=ask, size=22, ink="#ffffff", bold=True
        )
        slide.shape("rect", 394, y, 822, 92, fill=YOU, text=example, size=22, align="left", pad=30)

    slide = made.slide(
        "谈话的五步，像一条桥", "前两步不能省。没有连接的建议，听起来都像批评。", at=(64, 30, 1150, 60), size=28
    )
    slide.curve([(90, 540), (300, 380), (640, 320), (980, 380), (1190, 540)], PINE, 6)
    for index, (name, what) in enumerate(
        [
            ("连接", "说一个可爱的瞬间"),
            ("听", "先问家里怎么样"),
            ("说事实", "看见的，不下结论"),
            ("一起想", "两三个办法里选一个"),
            ("约时间", "哪天再看看"),
        ]
    ):
        x, y = (90, 310, 560, 810, 1030)[index], (470, 340, 270, 340, 470)[index]
        slide.shape("round", x - 20, y, 190, 92, fill=ME, line=PINE, weight=2, text=name, size=25, bold=True)
        slide.text(x - 40, y + 104, 230, 60, what, 18, align="center")
    slide.text(64, 120, 1150, 70, "全程 15 分钟：先看时间够不够，不够就另约。", 22, bold=True, align="center")

    slide = made.slide(
        "放学门口，九十秒",
        "门口只说好消息和小事。大事、隐私的事，换地方。孩子在场时，不谈他的缺点。",
        at=(64, 30, 1150, 60),
        size=28,
    )
    _talk(
        slide,
        [
            ("家", "“今天怎么样？”"),
            ("我", "“他把蜗牛放在手心里，看了好久。”"),
            ("家", "“他不怕吗？”"),
            ("我", "“先缩了一下，又伸出来。他叫它‘慢慢’。”"),
            ("家", "“对了，他最近老咬人……”"),
            ("我", "“这件事我想好好听你说，明天四点一刻行吗？”"),
        ],
    )


def _hard(made: Deck) -> None:
    slide = made.slide(
        "难开口的事：孩子被咬了",
        "被咬与咬人的家长都要说，但都不说出另一个孩子的名字。说明做了什么、怎么防。",
        at=(64, 30, 1150, 60),
        size=28,
    )
    _talk(
        slide,
        [
            ("家", "“胳膊上怎么一圈牙印？”"),
            ("我", "“十点抢车时被咬的。我在两步外，没拦住，对不起。”"),
            ("家", "“谁咬的？”"),
            ("我", "“不说名字，是对每个孩子一样的规矩，换了是他也一样。”"),
            ("我", "“洗净、冷敷过，没有破皮，照片和记录在这里。”"),
            ("我", "“从今天起那个角放两辆一样的车，抢的时候我先到。”"),
        ],
    )

    slide = made.slide(
        "难开口的事：我有点担心他的发育",
        "托育教师不作诊断，也不沉默。给出观察记录和去处。",
        at=(64, 30, 1150, 60),
        size=28,
    )
    for index, (name, words) in enumerate(
        [
            ("看见的", "“这个月我记了六次，叫名字，他有五次没有转头。”"),
            ("不知道的", "“我不知道原因，可能是听力，也可能是太专心。”"),
            ("下一步", "“建议带去儿童保健门诊看看，我把记录给你带着。”"),
            ("陪着", "“不管结果怎样，他在这里的一天，我们照样好好过。”"),
        ]
    ):
        y = 118 + index * 138
        slide.shape("pentagon", 64, y, 220, 110, fill=PINE, text=name, size=25, ink="#ffffff", bold=True, adjust=(0.2,))
        slide.shape(
            "bubble", 320, y, 896, 110, fill=ME, text=words, size=23, align="left", pad=30, adjust=(-0.53, 0.05)
        )

    slide = made.slide(
        "意见不一样的时候",
        "原则问题（安全睡眠、噎食、接送）不让步，但要解释；习惯问题可以商量。",
        at=(64, 30, 1150, 60),
        size=28,
    )
    for index, (name, fill, items) in enumerate(
        [
            ("可以商量", PINE, ["点心几点吃", "用哪块安抚巾", "要不要午睡后喝水"]),
            ("说清理由，坚持", CLAY, ["一岁以内仰卧、空床", "整粒坚果葡萄不给", "只交给登记的接送人"]),
        ]
    ):
        x = 64 + index * 590
        slide.shape("rect", x, 124, 562, 76, fill=fill, text=name, size=27, ink="#ffffff", bold=True)
        for row, item in enumerate(items):
            slide.shape("rect", x, 214 + row * 96, 562, 82, fill=YOU, text=item, size=23)
    slide.shape(
        "round",
        64,
        530,
        1152,
        110,
        fill=ME,
        text="“我知道你心疼他冷。这条规矩不是不信你，是每个孩子都用得上的一条底线。”",
        size=22,
    )

    slide = made.slide(
        "爷爷奶奶来谈", "尊重经验，落到今天的做法。少用术语，多做给他看。", at=(64, 30, 1150, 60), size=28
    )
    slide.table(
        64,
        120,
        (420, 732),
        [
            ("他说", "我可以说"),
            ("“我带大三个，都这么喂。”", "“您带孩子的劲头我们得学。现在的大夫多说一条，咱们试试看？”"),
            ("“穿这么少，冻着。”", "“您摸摸后脖子，热乎的。出汗了反倒容易着凉。”"),
            ("“哭就哭两声，练肺。”", "“哭是叫人呢。您一应声，他就不用哭那么大声了。”"),
            ("“写这么多字，看不懂。”", "“我说给您听，再给您拍个短的。”"),
        ],
        row=100,
        size=22,
        head=PINE,
        band="#e2ebe5",
        rule="#cbd8d0",
    )


def _after(made: Deck) -> None:
    slide = made.slide(
        "群里说什么，不说什么",
        "班级群是公告栏，不是病历，也不是相册。照片发之前，看一眼有没有别的孩子、有没有不体面的样子。",
        at=(64, 30, 1150, 60),
        size=28,
    )
    group = slide.group()
    for index, (name, fill, items) in enumerate(
        [
            ("群里", PINE, ["通知、食谱、活动", "全班都有份的好消息", "提醒带换洗衣服"]),
            ("私聊", "#6f8f80", ["今天的吃睡拉", "小伤小碰", "一段他自己的视频"]),
            ("面谈", CLAY, ["发育担心", "咬人打人", "家里的变化"]),
        ]
    ):
        x = 64 + index * 392
        group.shape("rect", x, 124, 368, 76, fill=fill, text=name, size=28, ink="#ffffff", bold=True)
        group.shape("rect", x, 200, 368, 330, fill=YOU)
        for row, item in enumerate(items):
            group.text(x + 30, 232 + row * 96, 320, 50, item, 23)
    slide.text(64, 566, 1152, 60, "病、评价、别人家的孩子，永远不进群。", 25, bold=True, align="center", ink=CLAY)

    slide = made.slide("谈完以后：三行字", "当天写，放进孩子的档案，搭班看得到。", at=(64, 30, 1150, 60), size=28)
    for index, (ask, example) in enumerate(
        [
            ("他说了什么", "奶奶回老家了，晚上换爸爸哄"),
            ("我们约了什么", "午睡前同一首歌，爸爸晚上也用"),
            ("哪天回看", "两周后，周四接的时候"),
        ]
    ):
        y = 140 + index * 160
        slide.shape("fold", 64, y, 1152, 130, fill=YOU)
        slide.text(100, y + 42, 300, 50, ask, 25, bold=True, ink=PINE)
        slide.text(420, y + 42, 760, 50, example, 25)

    slide = made.slide(
        "最怕的那句话，现在怎么答",
        "把开场收上来的纸条逐一念出，自由回答。没有标准答案，但都要有画面。",
        at=(90, 240, 1100, 100),
        size=42,
        align="center",
        paper=PINE,
        ink="#ffffff",
        quiet="#bcd6c9",
    )
    slide.text(90, 360, 1100, 60, "先连接，再说事；说看见的，不说猜的。", 26, ink="#e6f1ea", align="center")
