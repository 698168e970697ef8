"""Deck: 伤害预防与气道异物. Charcoal and signal red; rooms with marked hazards, sizes drawn to compare.

First-aid techniques are deliberately left to certified training. The seven kinds of injury follow 托育机构婴幼儿伤害预防指南（试行）.
Long because it is one deck, whose pages are read and changed together.
"""

from __future__ import annotations

from demo.formats.deck import Deck, Slide

INK, CHAR, RED, PAPER, ASH, AMBER, SAFE = "#26282b", "#33373c", "#c8352c", "#f7f6f3", "#e3e1dc", "#e39b2d", "#3f8b6b"


def deck() -> Deck:
    made = Deck("把环境改一改：气道异物与伤害预防", INK, RED, PAPER, "#7b7f84")
    _opening(made)
    _airway(made)
    _rooms(made)
    _system(made)
    return made


def _page(made: Deck, title: str, notes: str) -> Slide:
    slide = made.slide(title, notes, at=(120, 30, 1090, 60), size=27)
    slide.shape("rect", 0, 0, 1280, 10, fill=CHAR)
    slide.shape("triangle", 64, 40, 44, 40, fill=AMBER)
    slide.text(64, 46, 44, 34, "!", 17, bold=True, align="center", leading=1.3)
    return slide


def _opening(made: Deck) -> None:
    slide = made.slide(
        "把环境改一改",
        "本课只讲预防、识别与求助。任何抢救手法都必须在持证机构的急救培训中当面学、当面考，不从课件里学。",
        at=(90, 190, 760, 100),
        size=52,
        paper=CHAR,
        ink="#ffffff",
        quiet="#a9adb2",
    )
    slide.text(90, 300, 760, 50, "气道异物与伤害预防", 28, ink=AMBER, bold=True)
    slide.text(90, 400, 700, 80, "婴幼儿安全照护与防护　项目四\n临溪职业学院（演示）", 17, ink="#d5d7da")
    slide.shape("triangle", 900, 200, 290, 260, fill=AMBER)
    slide.text(900, 270, 290, 180, "!", 100, bold=True, align="center", leading=1.2)

    slide = _page(
        made,
        "七类伤害，都有地方可以下手",
        "类别依《托育机构婴幼儿伤害预防指南（试行）》。请学生为每类举一个身边的例子。",
    )
    for index, (name, where) in enumerate(
        [
            ("窒息", "睡眠、进食、绳带"),
            ("跌倒伤", "床、尿布台、楼梯"),
            ("烧烫伤", "热水、热汤、插座"),
            ("溺水", "水盆、马桶、戏水池"),
            ("中毒", "药、消毒液、植物"),
            ("异物伤害", "小零件、电池、坚果"),
            ("道路交通伤害", "接送、门口、校车"),
        ]
    ):
        x, y = 64 + index % 4 * 290, 130 + index // 4 * 262
        slide.shape("round", x, y, 270, 236, fill="#ffffff", line=ASH, weight=2)
        slide.shape("rect", x, y, 270, 12, fill=RED)
        slide.text(x + 24, y + 44, 230, 60, name, 28, bold=True)
        slide.text(x + 24, y + 120, 230, 90, where, 19)
    slide.shape(
        "round",
        934,
        392,
        270,
        236,
        fill=CHAR,
        text="先改环境\n再加看护\n后讲道理",
        size=26,
        ink="#ffffff",
        bold=True,
        leading=1.6,
    )

    slide = _page(made, "三层防护：像三道门", "一岁多的孩子记不住禁令，所以第三层最弱。事故分析总能在第一层找到办法。")
    for index, (name, fill, inset) in enumerate(
        [
            ("环境", SAFE, 0),
            ("看护", AMBER, 150),
            ("教育", "#9aa0a6", 300),
        ]
    ):
        slide.shape(
            "round",
            64 + inset,
            140 + inset * 0.56,
            860 - inset * 1.4,
            500 - inset * 1.1,
            fill="#ffffff",
            line=fill,
            weight=6,
        )
        slide.text(96 + inset, 152 + inset * 0.56, 400, 40, f"{index + 1}　{name}", 23, bold=True, ink=fill)
    slide.shape("oval", 480, 420, 110, 110, fill=RED, text="孩子", size=22, ink="#ffffff", bold=True)
    for index, (name, what) in enumerate(
        [("环境", "把危险拿走、锁住、换掉"), ("看护", "看得见、够得着、不分心"), ("教育", "一句短话，反复示范")]
    ):
        slide.text(960, 170 + index * 150, 260, 44, name, 25, bold=True)
        slide.text(960, 216 + index * 150, 260, 70, what, 20)


def _airway(made: Deck) -> None:
    slide = _page(made, "为什么三岁以下最容易噎", "四个原因都是发育决定的，不是孩子不乖。")
    for index, (name, what) in enumerate(
        [
            ("路窄", "气道细，小东西就能堵住"),
            ("牙少", "后牙未齐，嚼不碎"),
            ("吞咽嫩", "吞咽与呼吸的配合还在学"),
            ("爱探索", "用嘴认识世界，边吃边笑边跑"),
        ]
    ):
        y = 136 + index * 132
        slide.shape("pentagon", 64, y, 260, 104, fill=CHAR, text=name, size=27, ink="#ffffff", bold=True, adjust=(0.2,))
        slide.text(350, y + 32, 420, 50, what, 22)
    slide.shape("donut", 850, 190, 300, 300, fill="#e6b8a8", adjust=(0.24,))
    slide.shape("oval", 936, 276, 128, 128, fill=PAPER)
    slide.shape("oval", 950, 290, 100, 100, fill=RED, text="葡萄", size=20, ink="#ffffff", bold=True)
    slide.text(830, 510, 340, 60, "示意：圆滑的食物像个塞子", 17, align="center")

    slide = _page(made, "食物黑名单与改法", "三岁以下整粒坚果、硬糖、果冻一律不提供。生日聚会、家长分享的零食是漏洞。")
    slide.table(
        64,
        130,
        (270, 300, 582),
        [
            ("类型", "例子", "怎么办"),
            ("圆而滑", "葡萄、圣女果、鱼丸、汤圆", "竖切成四条；汤圆、鱼丸不提供"),
            ("硬而小", "花生、瓜子、硬糖、爆米花", "不提供；坚果只用粉或薄酱"),
            ("软而黏", "果冻、年糕、棉花糖", "不提供"),
            ("长纤维", "芹菜、韭菜、肉干", "切短切碎，去筋"),
            ("带骨带刺", "排骨、鱼", "去净再碎，用手指捏一遍检查"),
        ],
        row=84,
        size=20,
        head=CHAR,
        band="#efede8",
        rule=ASH,
    )
    slide.text(64, 644, 1150, 36, "改形状之外：坐直吃、不说笑、不追喂、不在车里吃。", 19, bold=True, ink=RED)

    slide = _page(
        made,
        "小零件筒：31.7 毫米的一道门",
        "国家玩具安全标准 GB 6675 用小零件试验器：内径 31.7 毫米的斜口圆筒。能完全放进去的，三岁以下不能玩。实训室可用卷纸芯粗略替代，注意卷纸芯更粗，只能挑出明显的。",
    )
    slide.shape("rect", 110, 200, 220, 330, line=INK, weight=4)
    slide.shape("rect", 104, 190, 232, 16, fill=PAPER)
    slide.curve([(110, 430), (330, 330), (330, 530), (110, 530)], INK, 2, fill=ASH)
    slide.line(110, 560, 330, 560, RED, 2.5, head=True)
    slide.text(110, 572, 220, 40, "内径 31.7 毫米", 20, bold=True, align="center", ink=RED)
    for index, (name, size, fits) in enumerate(
        [("电池", 50, True), ("弹珠", 60, True), ("瓶盖", 110, True), ("积木块", 170, False), ("网球", 230, False)]
    ):
        x = 400 + (0, 90, 190, 340, 550)[index]
        slide.shape(
            "oval" if name != "积木块" else "rect",
            x,
            470 - size,
            size,
            size,
            fill="#f3c9c4" if fits else "#cfe3d8",
            line=RED if fits else SAFE,
            weight=2.5,
        )
        slide.text(x - 40, 484, size + 80, 40, name, 18, align="center", bold=True)
        slide.text(
            x - 40,
            520,
            size + 80,
            40,
            "能放进：收走" if fits and size > 100 else ("收走" if fits else "放不进"),
            17,
            align="center",
            ink=RED if fits else SAFE,
        )
    slide.text(400, 150, 800, 50, "能完全落进筒里的，三岁以下的孩子不能碰", 22, bold=True)

    slide = _page(
        made,
        "纽扣电池与磁力珠：特别危险",
        "纽扣电池卡在食管可在两小时内造成严重灼伤；多颗磁铁会隔着肠壁相吸。怀疑吞入立即送医，不催吐，不等症状。",
    )
    for index, (name, why, do) in enumerate(
        [
            ("纽扣电池", "卡在食管会放电灼伤，两小时内就可能严重", "遥控器、秤、发光玩具：电池仓必须有螺丝"),
            ("磁力珠", "两颗以上会隔着肠壁相吸，造成穿孔", "托育机构不购、不留、不接受捐赠"),
        ]
    ):
        y = 140 + index * 240
        slide.shape("round", 64, y, 1152, 210, fill="#ffffff", line=RED, weight=3)
        for dot in range(3 if index else 1):
            slide.shape(
                "oval",
                100 + dot * 56,
                y + 60,
                90 if not index else 50,
                90 if not index else 50,
                fill="#b8bcc2",
                line=INK,
                weight=2,
            )
        slide.text(300, y + 28, 300, 50, name, 28, bold=True, ink=RED)
        slide.text(300, y + 84, 880, 44, why, 21)
        slide.text(300, y + 136, 880, 44, do, 21, bold=True)
    slide.text(64, 630, 1152, 40, "怀疑吞入：立即送医，不催吐，不等症状出现。", 22, bold=True, ink=RED, align="center")

    slide = _page(
        made,
        "看见什么，要立刻喊人",
        "只教识别和求助。急救手法按年龄不同而不同，请参加红十字会或卫生健康部门认可的培训并定期复训。",
    )
    slide.shape("round", 64, 136, 560, 470, fill="#ffffff", line=AMBER, weight=3)
    slide.text(92, 156, 500, 50, "还能咳、能哭、能说", 26, bold=True, ink="#9a6412")
    slide.text(
        92,
        226,
        500,
        320,
        "让他自己咳，不拍不抠\n守在身边，看着他\n请人联系保健人员与家长\n一旦不能出声，立刻转右边",
        22,
        leading=2,
    )
    slide.shape("round", 656, 136, 560, 470, fill=RED)
    slide.text(684, 156, 500, 50, "不能哭、不能咳、脸发青", 26, bold=True, ink="#ffffff")
    slide.text(
        684,
        226,
        500,
        320,
        "大声呼救，立即拨打 120\n由受过急救培训的人施救\n另一人带开其他孩子\n打开门，引导急救人员",
        22,
        ink="#ffffff",
        leading=2,
    )
    slide.text(64, 626, 1152, 44, "课件不能代替训练：急救证书在不在有效期？现在就看。", 20, bold=True, align="center")


def _rooms(made: Deck) -> None:
    slide = _page(made, "活动室：蹲下来看一圈", "请学生跪着绕教室走一圈，从孩子的高度看。图中八处是出题用的示意。")
    plan = slide.group()
    plan.shape("rect", 64, 130, 720, 520, fill="#ffffff", line=CHAR, weight=4)
    plan.shape("rect", 100, 150, 240, 60, fill=ASH, text="高柜", size=17)
    plan.shape("round", 420, 300, 200, 130, fill=ASH, text="桌", size=17)
    plan.shape("rect", 660, 160, 100, 180, fill="#d8e6ee", text="窗", size=17)
    plan.shape("rect", 100, 560, 220, 70, fill="#efe3c6", text="玩具架", size=17)
    plan.shape("rect", 500, 636, 120, 20, fill=SAFE)
    for number, (x, y) in enumerate(
        [(210, 216), (430, 290), (640, 190), (700, 330), (110, 520), (330, 590), (560, 606), (300, 400)], 1
    ):
        plan.shape("oval", x, y, 46, 46, fill=RED, text=str(number), size=18, ink="#ffffff", bold=True)
    for index, line in enumerate(
        [
            "柜子没固定在墙上",
            "桌角是硬的",
            "窗帘绳垂下来",
            "窗边有可以爬的东西",
            "架上有小零件",
            "插座没有保护盖",
            "门缝没有防夹",
            "地垫翘边",
        ]
    ):
        slide.text(830, 140 + index * 64, 380, 44, f"**{index + 1}**　{line}", 21)

    slide = _page(
        made,
        "换洗区与卫生间：水和高处",
        "尿布台一手不离孩子。用品一伸手够得到，够不到就先把孩子抱下来。几厘米深的水也能溺水。",
    )
    for index, (name, what) in enumerate(
        [
            ("尿布台", "护栏、约束带、一手不离"),
            ("水", "盆、桶用完即倒；门常关"),
            ("热水", "出水限温，成人先试"),
            ("消毒液", "原瓶、上锁、不换饮料瓶"),
        ]
    ):
        x, y = 64 + index % 2 * 590, 140 + index // 2 * 250
        slide.shape("round", x, y, 560, 220, fill="#ffffff", line=CHAR, weight=2)
        slide.shape("oval", x + 30, y + 50, 120, 120, fill=CHAR, text=name, size=20, ink="#ffffff", bold=True)
        slide.text(x + 180, y + 86, 360, 60, what, 23)

    slide = _page(made, "户外：先走一遍，再带孩子", "出门前、回来后各点一次名。器械的落地区要有缓冲材料。")
    slide.table(
        64,
        140,
        (170, 491, 491),
        [
            ("时刻", "查什么", "谁负责"),
            ("出门前", "点名、鞋带、帽绳抽掉、急救包", "主班，大声报数"),
            ("到场", "地面、器械螺丝、积水、动物粪便、蘑菇", "先到的人绕一圈"),
            ("当中", "站位成三角，孩子都在视线里", "全体，不聚在一起聊天"),
            ("回来", "点名、洗手、看皮肤、喝水", "副班，记录"),
        ],
        row=96,
        size=21,
        head=CHAR,
        band="#efede8",
        rule=ASH,
    )

    slide = _page(made, "接送的十分钟", "汽车盲区里的孩子、遗忘在车内的孩子、被冒领的孩子，三种事故都发生在接送。")
    for index, (name, steps) in enumerate(
        [
            ("认人", "只交给登记的接送人；临时换人要电话核实"),
            ("交手", "手交到手，不隔着人群喊"),
            ("清车", "校车到站：从后排走到前排看一遍座位"),
            ("点名", "未到的孩子，开园后按制度逐一联系家长"),
        ]
    ):
        y = 140 + index * 130
        slide.shape(
            "chevron",
            64,
            y,
            200,
            100,
            fill=(SAFE, "#579b7e", AMBER, RED)[index],
            text=name,
            size=25,
            ink="#ffffff",
            bold=True,
            adjust=(0.22,),
        )
        slide.text(296, y + 30, 900, 50, steps, 23)


def _system(made: Deck) -> None:
    slide = _page(
        made, "危险程度怎么排：两个问题", "矩阵只用于排先后，不是精确的计算。红格当天改，黄格一周内改，绿格列计划。"
    )
    grid = slide.group()
    colours = [[AMBER, RED, RED], [SAFE, AMBER, RED], [SAFE, SAFE, AMBER]]
    for row in range(3):
        for column in range(3):
            grid.shape("rect", 240 + column * 190, 140 + row * 150, 180, 140, fill=colours[row][column])
    for row, label in enumerate(["重", "中", "轻"]):
        slide.text(170, 190 + row * 150, 60, 50, label, 24, bold=True, align="right")
    for column, label in enumerate(["很少", "有时", "常常"]):
        slide.text(240 + column * 190, 596, 180, 40, label, 22, bold=True, align="center")
    slide.text(56, 290, 100, 160, "伤得\n多重", 22, bold=True, align="center")
    slide.text(240, 636, 560, 40, "多常发生", 22, bold=True, align="center")
    for index, (name, what, fill) in enumerate(
        [("当天改", "先封起来，再修", RED), ("一周内", "指定人，写日期", AMBER), ("列计划", "下次采购时换", SAFE)]
    ):
        slide.shape("rect", 860, 160 + index * 150, 26, 100, fill=fill)
        slide.text(906, 166 + index * 150, 300, 44, name, 25, bold=True)
        slide.text(906, 214 + index * 150, 300, 44, what, 21)

    slide = _page(made, "差一点的事，也写下来", "“差一点”比事故多得多，是最便宜的老师。写的人不受罚，才写得下来。")
    slide.table(
        64,
        140,
        (190, 420, 542),
        [
            ("日期", "差一点发生了什么", "改了什么"),
            ("周一", "孩子够到桌上的热茶，被拉住", "教师杯一律带盖，放高柜"),
            ("周二", "外套帽绳勾住滑梯", "给家长发通知，入园抽绳"),
            ("周四", "地上一颗脱落的纽扣", "离园前加“扫地找小件”"),
            ("周五", "侧门没关，孩子走到走廊", "加装闭门器，班级贴点名表"),
        ],
        row=92,
        size=21,
        head=CHAR,
        band="#efede8",
        rule=ASH,
    )
    slide.text(64, 640, 1152, 36, "表中为虚构示例", 17)

    slide = _page(made, "出事以后：五件事的次序", "先救人，后留痕；事实照写，不推测；不在群里发照片。")
    for index, (name, what) in enumerate(
        [
            ("救", "呼救、120、受训者施救"),
            ("护", "带开其他孩子"),
            ("告", "电话告知家长，说事实"),
            ("记", "时间、经过、目击人"),
            ("改", "一周内复盘，改环境"),
        ]
    ):
        x = 64 + index * 234
        slide.shape(
            "oval",
            x + 40,
            170,
            140,
            140,
            fill=RED if index == 0 else CHAR,
            text=name,
            size=48,
            ink="#ffffff",
            bold=True,
        )
        slide.text(x, 340, 220, 100, what, 21, align="center")
        if index < 4:
            slide.shape("arrow", x + 190, 222, 36, 36, fill=AMBER)
    slide.shape(
        "round",
        64,
        490,
        1152,
        130,
        fill="#ffffff",
        line=CHAR,
        text="孩子受了惊，先抱一抱，用他听得懂的话说一遍发生了什么。\n照护者受了惊，也需要有人接手。",
        size=22,
        leading=1.6,
    )

    slide = made.slide(
        "今天就改三处",
        "离开教室前，每人写下实训室里的三处隐患和改法，贴到平面图上。下周检查改了几处。",
        at=(90, 90, 1100, 80),
        size=42,
        paper=CHAR,
        ink="#ffffff",
        quiet="#a9adb2",
    )
    for index in range(3):
        y = 210 + index * 142
        slide.shape("rect", 90, y, 110, 110, fill=AMBER, text=str(index + 1), size=44, bold=True)
        slide.shape("rect", 216, y, 974, 110, fill="#454a50")
        slide.text(240, y + 34, 920, 50, "在哪里：　　　　　　　　　　　　怎么改：", 22, ink="#ffffff")
