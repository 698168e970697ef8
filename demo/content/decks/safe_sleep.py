"""Deck: 安全睡眠. Night-blue pages with a moon, a room drawn from above, a patrol timeline.

Long because it is one deck, whose pages are read and changed together.
"""

from __future__ import annotations

from demo.formats.deck import Deck, Slide

INK, NIGHT, DEEP, MOON, MIST, WARN = "#e8eef6", "#17263f", "#22375a", "#f2d88a", "#9fb2cc", "#f0a08a"


def deck() -> Deck:
    made = Deck("安全睡眠：环境准备与巡视", INK, MOON, NIGHT, MIST)
    _opening(made)
    _place(made)
    _patrol(made)
    _rhythm(made)
    _closing(made)
    return made


def _page(made: Deck, title: str, notes: str) -> Slide:
    slide = made.slide(title, notes, at=(150, 40, 1060, 60), size=28)
    slide.shape("moon", 80, 40, 30, 60, fill=MOON)
    return slide


def _opening(made: Deck) -> None:
    slide = made.slide(
        "安全睡眠",
        "先说清：这一课只讲托育机构里的午睡与小睡，夜间家庭睡眠的建议请家长咨询儿童保健门诊。",
        at=(110, 250, 640, 90),
        size=54,
    )
    slide.text(110, 350, 640, 50, "环境准备与巡视", 28, ink=MOON, bold=True)
    slide.text(110, 430, 600, 80, "婴幼儿安全照护与防护　项目一\n青杉卫生学校（演示）", 17, ink=MIST)
    slide.shape("moon", 880, 150, 200, 400, fill=MOON)
    for x, y, size in ((1080, 140, 12), (1150, 240, 8), (1010, 560, 10), (820, 200, 9), (1170, 430, 13), (780, 520, 7)):
        slide.shape("oval", x, y, size, size, fill=INK)

    slide = _page(
        made,
        "睡着，才是最需要看着的时候",
        "婴儿猝死综合征指一岁以内看似健康的婴儿在睡眠中突然死亡，彻底调查后仍找不到原因。大多发生在六个月以前。我们能做的是把已知的危险拿走。",
    )
    for index, (name, what) in enumerate(
        [
            ("口鼻被堵", "软枕、厚被、毛绒玩具、成人身体"),
            ("被卡住", "床垫与床栏的缝隙、沙发夹缝"),
            ("过热", "穿盖太多、室温过高、蒙头"),
            ("原因不明", "婴儿猝死综合征：降低风险，从仰卧开始"),
        ]
    ):
        x, y = 80 + index % 2 * 570, 150 + index // 2 * 250
        slide.shape("round", x, y, 540, 216, fill=DEEP)
        slide.text(x + 36, y + 34, 470, 60, name, 30, bold=True, ink=WARN)
        slide.text(x + 36, y + 110, 470, 80, what, 21)


def _place(made: Deck) -> None:
    slide = _page(
        made,
        "每一次睡，都仰卧",
        "一岁以内每次入睡都放成仰卧，包括白天小睡。孩子自己会来回翻身以后，入睡时仍放仰卧，之后不必反复翻回来。",
    )
    for index, (name, verdict, fill) in enumerate(
        [("仰卧", "首选", "#5fa58a"), ("侧卧", "不稳，容易滚成俯卧", "#c58b4e"), ("俯卧", "风险最高", "#b5584b")]
    ):
        x = 80 + index * 380
        slide.shape("round", x, 160, 350, 340, fill=DEEP, line=fill, weight=4)
        slide.shape("round", x + 50, 250, 250, 110, fill="#31486e")
        if index == 0:
            slide.shape("oval", x + 70, 268, 70, 70, fill="#f0d9c0")
            slide.shape("oval", x + 88, 290, 8, 8, fill=NIGHT)
            slide.shape("oval", x + 112, 290, 8, 8, fill=NIGHT)
            slide.shape("round", x + 138, 276, 140, 56, fill=MOON, adjust=(0.5,))
        elif index == 1:
            slide.shape("oval", x + 70, 278, 64, 64, fill="#f0d9c0")
            slide.shape("oval", x + 80, 308, 8, 8, fill=NIGHT)
            slide.shape("round", x + 130, 306, 140, 40, fill=MOON, adjust=(0.5,))
        else:
            slide.shape("oval", x + 70, 268, 70, 70, fill="#8a6a4c")
            slide.shape("round", x + 138, 276, 140, 56, fill=MOON, adjust=(0.5,))
        slide.text(x, 386, 350, 50, name, 28, bold=True, align="center")
        slide.text(x, 440, 350, 40, verdict, 18, align="center", ink=MIST)
    slide.text(
        80,
        540,
        1110,
        80,
        "清醒的时候要趴着玩：有人看着，一天多次，从短时间开始。\n睡觉仰着，醒了趴着，两件事都要做。",
        21,
        leading=1.6,
    )

    slide = _page(
        made,
        "一张安全的小床：加什么，减什么",
        "让学生动手布置实训床，再交换检查。记住“空床最安全”：只有合适的床垫、床单和孩子。",
    )
    slide.shape("round", 420, 170, 440, 430, fill="#d9c7a8", line="#8f7a55", weight=4, adjust=(0.03,))
    slide.shape("rect", 446, 196, 388, 378, fill="#f6f3ea")
    for bar in range(11):
        slide.shape("rect", 436 + bar * 40, 160, 8, 34, fill="#8f7a55")
    slide.shape("oval", 606, 236, 68, 68, fill="#f0d9c0")
    slide.shape("round", 580, 302, 120, 200, fill=MOON, adjust=(0.4,))
    for index, item in enumerate(
        ["床垫硬而平，与床栏无缝", "床单绷紧，一人一床", "睡袋或合身的衣服", "脚朝床尾，脸露在外"]
    ):
        slide.shape("plus", 80, 188 + index * 104, 34, 34, fill="#5fa58a", adjust=(0.35,))
        slide.text(128, 184 + index * 104, 280, 60, item, 19)
    for index, item in enumerate(["枕头、厚被、床围", "毛绒玩具、奶瓶", "倾斜的躺椅、秋千", "项链、奶嘴链、系带"]):
        slide.shape("no", 900, 188 + index * 104, 34, 34, fill=WARN, adjust=(0.14,))
        slide.text(948, 184 + index * 104, 270, 60, item, 19)
    slide.text(80, 612, 1110, 40, "汽车座椅、摇篮里睡着了，尽快抱回平床。", 20, bold=True, ink=MOON, align="center")

    slide = _page(
        made,
        "从上往下看：睡眠室怎么摆",
        "图为练习用示意，不是标准图。讨论：照护者坐在哪里能同时看见每一张脸？消防通道在哪里？",
    )
    room = slide.group()
    room.shape("rect", 90, 150, 700, 470, fill=DEEP, line=MIST, weight=3)
    for row in range(3):
        for column in range(4):
            room.shape(
                "round",
                130 + column * 160,
                190 + row * 136,
                120,
                78,
                fill="#31486e",
                line=MOON,
                text=f"床 {row * 4 + column + 1}",
                size=15,
            )
    room.shape("rect", 90, 560, 110, 60, fill="#5fa58a", text="门", size=18, bold=True)
    room.shape("rect", 300, 150, 280, 14, fill=MIST)
    room.text(330, 166, 220, 24, "窗，有帘不全黑", 12, align="center", ink=MIST)
    room.shape("oval", 690, 540, 70, 70, fill=MOON, text="座位", size=15, ink=NIGHT, bold=True)
    for index, (name, what) in enumerate(
        [
            ("间距", "床间走得过一个成人"),
            ("头脚", "相邻两床头脚错开"),
            ("光", "看得清脸色与胸口起伏"),
            ("温度", "以手摸后颈不出汗为宜"),
            ("绳带", "窗帘绳、电线全部收高"),
        ]
    ):
        slide.text(830, 168 + index * 92, 90, 40, name, 20, bold=True, ink=MOON)
        slide.text(920, 168 + index * 92, 290, 70, what, 19)

    slide = _page(made, "热不热，摸哪里", "手脚凉不等于冷。后颈、胸口潮热就减一层。室内不用电热毯、热水袋。")
    slide.table(
        80,
        150,
        (250, 430, 430),
        [
            ("看哪里", "可以", "要调整"),
            ("后颈、胸口", "温而干", "潮热、出汗：减一层"),
            ("脸色", "安静、红润", "通红、烦躁：过热；发白发灰：立即求助"),
            ("头", "不戴帽、不蒙盖", "被子盖到脸：马上拿开"),
            ("包裹", "宽松，腿能屈伸", "会翻身以后不再包裹"),
        ],
        row=82,
        size=20,
        head="#31486e",
        head_ink=MOON,
        body=DEEP,
        band="#1d3050",
        rule="#31486e",
    )


def _patrol(made: Deck) -> None:
    slide = _page(
        made,
        "巡视：走过去，俯下身，看六样",
        "站在门口扫一眼不是巡视。间隔由机构制度规定；本课实训按 10 分钟练习，新入托、刚生过病的孩子更密。",
    )
    for index, (word, what) in enumerate(
        [
            ("脸", "口鼻露在外"),
            ("色", "嘴唇、面色"),
            ("息", "胸口起伏、声音"),
            ("温", "后颈冷热"),
            ("姿", "仰卧，没有卡住"),
            ("物", "床里没有多东西"),
        ]
    ):
        x, y = 80 + index % 3 * 380, 150 + index // 3 * 216
        slide.shape("oval", x, y, 140, 140, fill=MOON, text=word, size=48, bold=True, ink=NIGHT)
        slide.text(x + 160, y + 48, 210, 60, what, 21)
    slide.shape(
        "round",
        80,
        584,
        1110,
        70,
        fill=DEEP,
        text="发现面色青紫、叫不醒、没有呼吸：大声呼救，立即拨打 120，由受过急救培训的人施救。",
        size=20,
        ink=WARN,
        bold=True,
    )

    slide = _page(
        made, "一次午睡的巡视时间线", "时间为练习示例。重点：入睡与醒来前后是变化最多的时候，不要只在中间看。"
    )
    slide.shape("rect", 100, 370, 1080, 6, fill=MIST)
    for index, (time, what) in enumerate(
        [
            ("12:00", "安抚、清点人数"),
            ("12:15", "逐一放仰卧"),
            ("12:25", "第一次记录"),
            ("12:35", "第二次记录"),
            ("……", "每 10 分钟一次"),
            ("14:10", "轻唤，看精神"),
            ("14:30", "交接与整理"),
        ]
    ):
        x = 110 + index * 170
        slide.shape("oval", x - 14, 358, 30, 30, fill=MOON)
        up = index % 2 == 0
        slide.text(x - 70, 250 if up else 410, 150, 40, time, 22, bold=True, align="center", ink=MOON)
        slide.text(x - 76, 292 if up else 450, 160, 60, what, 17, align="center")
        slide.line(x, 336 if up else 392, x, 358 if up else 410, MIST, 1.5)
    slide.text(
        100,
        560,
        1080,
        60,
        "巡视人不看手机、不做手工。离开之前，必须有人接替并口头交接人数。",
        20,
        align="center",
        bold=True,
    )

    slide = _page(made, "巡视记录表：当场写，不补写", "“补写”等于没有巡视。两位照护者换班时，把表放在床头一起看一遍。")
    slide.table(
        80,
        150,
        (120, 130, 170, 170, 170, 350),
        [
            ("床号", "时间", "睡姿", "面色呼吸", "后颈", "备注与签名"),
            ("3", "12:25", "仰卧", "正常", "温", ""),
            ("3", "12:35", "自己侧翻", "正常", "温", "口鼻露出，未动他"),
            ("5", "12:25", "仰卧", "鼻塞声", "温", "告知保健人员，加密巡视"),
            ("5", "12:30", "仰卧", "鼻塞声", "潮", "减一层薄被"),
        ],
        row=78,
        size=19,
        head="#31486e",
        head_ink=MOON,
        body=DEEP,
        band="#1d3050",
        rule="#31486e",
    )
    slide.text(80, 580, 1110, 50, "表中为虚构示例", 17, ink=MIST)


def _rhythm(made: Deck) -> None:
    slide = _page(
        made,
        "一天要睡多少：看范围，不比高低",
        "范围取自世界卫生组织 2019 年 5 岁以下儿童身体活动、久坐行为和睡眠指南，含小睡。个体差异大。",
    )
    slide.chart(
        "bar",
        90,
        140,
        700,
        480,
        ["1～2 岁", "4～11 月", "0～3 月"],
        [("最少（小时）", (11, 12, 14), "#6f8fbd"), ("最多（小时）", (14, 16, 17), MOON)],
        size=16,
    )
    slide.text(
        830,
        170,
        380,
        380,
        "**0～3 月**：14～17 小时\n**4～11 月**：12～16 小时\n**1～2 岁**：11～14 小时\n\n睡得够不够，看醒来的精神，\n也看一整周，不看一天。",
        21,
        leading=1.75,
    )

    slide = _page(
        made, "困了的样子，早一点看见", "错过困意窗口，孩子反而更亢奋更难睡。请学生在午餐后半小时观察并记录。"
    )
    for index, (stage, signs, act, fill) in enumerate(
        [
            ("有点困", "动作慢下来，目光发直，话少", "放下玩具，拉帘，固定的歌", "#5fa58a"),
            ("很困了", "揉眼、扯耳朵、哼唧、要抱", "抱到床边，轻声，少换人", "#c58b4e"),
            ("过了头", "哭闹、弓背、跑来跑去", "先陪着平静，不训斥", "#b5584b"),
        ]
    ):
        y = 150 + index * 160
        slide.shape(
            "pentagon", 80, y, 230, 130, fill=fill, text=stage, size=25, bold=True, ink="#ffffff", adjust=(0.2,)
        )
        slide.text(336, y + 16, 440, 100, signs, 21)
        slide.text(800, y + 16, 400, 100, act, 21, ink=MOON)

    slide = _page(
        made,
        "睡前的四样不变",
        "可预期的次序比准点更要紧。每个孩子的安抚方式写在交接本上；安抚物不放在一岁以内孩子的床里。",
    )
    for index, (word, what) in enumerate(
        [
            ("同一次序", "洗手、换尿布、看一本书、躺下"),
            ("同一个人", "尽量由熟悉的照护者"),
            ("同一句话", "“闭上眼睛，我在这里。”"),
            ("同一个地方", "自己的床，自己的记号"),
        ]
    ):
        x = 80 + index * 285
        slide.shape("round", x, 170, 262, 340, fill=DEEP)
        slide.shape("moon", x + 108, 204, 36, 72, fill=MOON)
        slide.text(x + 10, 306, 242, 50, word, 25, bold=True, align="center", ink=MOON)
        slide.text(x + 24, 372, 214, 110, what, 19, align="center")
    slide.text(80, 560, 1110, 50, "拍背、轻摇可以慢慢减少，目标是躺下时困而未睡。", 20, align="center")


def _closing(made: Deck) -> None:
    slide = _page(
        made,
        "和家长一起：六句问",
        "入托面谈时用。问到的内容写进睡眠档案，家园做法尽量一致；与安全原则冲突的（如俯卧、带枕头），耐心解释并坚持原则。",
    )
    for index, line in enumerate(
        [
            "在家怎么哄睡？谁哄？",
            "白天睡几次，每次多久？",
            "有没有离不开的安抚物？",
            "会翻身了吗？怎么翻？",
            "打鼾、憋气、早产史？",
            "家里有人吸烟吗？",
        ]
    ):
        x, y = 80 + index % 2 * 570, 150 + index // 2 * 150
        slide.shape(
            "bubble",
            x,
            y,
            540,
            104,
            fill=DEEP,
            line=MIST,
            text=f"{index + 1}　{line}",
            size=22,
            align="left",
            pad=28,
            adjust=(-0.4, 0.68),
        )
    slide.text(80, 612, 1110, 40, "打鼾、憋气、早产史：请家长提供医生意见。", 19, ink=MOON, bold=True)

    slide = _page(made, "实训任务：布置、巡视、交接", "三人一组，轮换角色。评分只看做没做到，不看快慢。")
    for index, (name, parts) in enumerate(
        [
            ("布置", ["清空床面", "检查缝隙", "调光调温"]),
            ("巡视", ["俯身看六样", "当场记录", "发现异常会呼救"]),
            ("交接", ["报人数", "报特殊情况", "双方签名"]),
        ]
    ):
        x = 80 + index * 380
        slide.shape("rect", x, 150, 350, 90, fill=MOON, text=name, size=30, bold=True, ink=NIGHT)
        for row, part in enumerate(parts):
            slide.shape("rect", x + 30, 286 + row * 100, 36, 36, line=MOON, weight=2.5)
            slide.text(x + 88, 284 + row * 100, 250, 44, part, 22)

    slide = made.slide(
        "空床、仰卧、看得见",
        "三个词带走。下一次课：夜醒与家庭指导。",
        at=(110, 270, 1060, 100),
        size=50,
        align="center",
    )
    slide.text(110, 390, 1060, 60, "他睡着了，我醒着。", 26, align="center", ink=MOON)
