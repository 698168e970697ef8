"""Deck: 绘本共读. Every page is an open book: two leaves and a spine. Purple and butter yellow.

Long because it is one deck, whose pages are read and changed together.
"""

from __future__ import annotations

from demo.formats.deck import SERIF, Deck, Slide

INK, PLUM, LEAF, DESK, BUTTER, MIST = "#2f2640", "#5b4b78", "#fffdf6", "#d9d2e4", "#f2cf73", "#ece7f2"


def deck() -> Deck:
    made = Deck("一起看绘本：早期阅读指导", INK, PLUM, DESK, "#5d5470", title_face=SERIF, notice_align="center")
    _opening(made)
    _choosing(made)
    _reading(made)
    _place(made)
    _closing(made)
    return made


def _book(made: Deck, title: str, notes: str) -> Slide:
    """The title on the left leaf; both leaves free below 150."""
    slide = made.slide(title, notes, at=(96, 70, 510, 70), size=26)
    leaves = slide.group()
    leaves.shape("rect", 56, 40, 584, 636, fill=LEAF, line="#b9aecb")
    leaves.shape("rect", 640, 40, 584, 636, fill=LEAF, line="#b9aecb")
    leaves.shape("rect", 626, 40, 28, 636, fill=MIST)
    tree = slide.page.shapes._spTree
    group = tree.findall("{http://schemas.openxmlformats.org/presentationml/2006/main}grpSp")[0]
    tree.remove(group)
    tree.insert(2, group)
    slide.shape("rect", 96, 140, 60, 3, fill=BUTTER)
    return slide


def _opening(made: Deck) -> None:
    slide = made.slide(
        "一起看绘本",
        "带三本书来：一本布书、一本纸板书、一本故事书。先让学生自己翻一分钟，再开讲。",
        at=(700, 220, 480, 90),
        size=48,
    )
    slide.shape("rect", 90, 90, 500, 540, fill=PLUM)
    slide.shape("rect", 90, 90, 40, 540, fill="#473a61")
    slide.shape("oval", 250, 220, 220, 220, fill=BUTTER)
    slide.shape("triangle", 210, 420, 300, 150, fill="#8d7bad")
    slide.text(700, 320, 480, 50, "早期阅读指导", 26, ink=PLUM, face=SERIF)
    slide.text(700, 400, 480, 90, "婴幼儿早期学习支持　第四讲\n南塘师范学院（演示）", 17)

    slide = _book(
        made, "读书，不是识字", "小龄阅读的目标不是认字数量。请学生把家长常问的“认了多少字”改写成一句可以回答的话。"
    )
    for index, (name, what) in enumerate(
        [
            ("亲近", "书和怀抱连在一起"),
            ("语言", "听到日常说不到的词"),
            ("注意", "两个人看同一样东西"),
            ("意义", "图画可以说事情"),
        ]
    ):
        slide.text(96, 180 + index * 112, 110, 50, name, 26, bold=True, ink=PLUM, face=SERIF)
        slide.text(220, 186 + index * 112, 370, 60, what, 20)
    slide.text(690, 90, 490, 60, "共同注意", 30, bold=True, face=SERIF, ink=PLUM)
    slide.shape("oval", 720, 250, 120, 120, fill=BUTTER, text="孩子", size=22, bold=True)
    slide.shape("oval", 1020, 230, 160, 160, fill="#8d7bad", text="成人", size=24, bold=True, ink="#ffffff")
    slide.shape("round", 860, 490, 160, 100, fill=MIST, line=PLUM, text="书", size=28, bold=True)
    slide.line(800, 370, 890, 486, PLUM, 3, head=True)
    slide.line(1070, 390, 990, 486, PLUM, 3, head=True)
    slide.line(846, 306, 1014, 306, PLUM, 3, dash=True)
    slide.text(860, 260, 140, 40, "互相看", 17, align="center")

    slide = _book(
        made, "四个月龄段，书怎么变", "纸板书的硬页适合拇指食指翻。六个月以内，黑白高对比图可以看，但人的脸更好看。"
    )
    for index, (months, book, way) in enumerate(
        [
            ("0～6 月", "布书、大图、人的脸", "抱在怀里，慢慢说，看他的眼睛"),
            ("7～12 月", "能咬的洞洞书、触摸书", "让他翻、拍、啃，说他看的那一样"),
        ]
    ):
        slide.shape("round", 96, 176 + index * 240, 500, 216, fill=MIST)
        slide.text(124, 194 + index * 240, 440, 50, months, 26, bold=True, ink=PLUM)
        slide.text(124, 250 + index * 240, 440, 50, book, 21)
        slide.text(124, 306 + index * 240, 440, 70, way, 19)
    for index, (months, book, way) in enumerate(
        [
            ("13～24 月", "纸板书、认物、重复句", "停在关键词前，等他接"),
            ("25～36 月", "有情节的短故事", "猜下一页，联系自己的事"),
        ]
    ):
        slide.shape("round", 684, 80 + index * 286, 500, 250, fill="#f8edcc")
        slide.text(712, 104 + index * 286, 440, 50, months, 26, bold=True, ink=PLUM)
        slide.text(712, 166 + index * 286, 440, 50, book, 21)
        slide.text(712, 228 + index * 286, 440, 70, way, 19)


def _choosing(made: Deck) -> None:
    slide = _book(made, "挑书的五道筛子", "实训室书架现场筛一遍，每人拿出一本“过不了筛”的，说明理由。")
    for index, (name, what) in enumerate(
        [
            ("安全", "无尖角、无小零件、油墨合格"),
            ("画面", "主体大而清楚，背景不乱"),
            ("语言", "短、顺口、有重复"),
            ("内容", "孩子的日常：吃、睡、躲猫猫"),
            ("价值", "不吓唬、不贬低、不刻板"),
        ]
    ):
        width = 500 - index * 60
        slide.shape(
            "rect",
            96 + index * 30,
            176 + index * 92,
            width,
            76,
            fill=("#8d7bad", "#9d8dba", "#ad9fc6", "#bdb2d2", "#cdc4de")[index],
            text=name,
            size=23,
            bold=True,
            ink="#ffffff" if index < 3 else INK,
        )
        slide.text(690, 190 + index * 92, 490, 50, what, 22)
    slide.text(690, 90, 490, 50, "看什么", 26, bold=True, ink=PLUM, face=SERIF)

    slide = _book(made, "书架上的多样", "讨论：我们的书里，谁在做饭？谁在开车？戴眼镜、坐轮椅的孩子有吗？")
    slide.table(
        96,
        180,
        (230, 270),
        [
            ("看一看", "有没有"),
            ("男孩女孩都在照顾人", "□"),
            ("老人不只是病弱", "□"),
            ("城里和乡下", "□"),
            ("有残障的孩子", "□"),
            ("不同的家庭", "□"),
        ],
        row=70,
        size=20,
        head=PLUM,
        band=MIST,
        rule="#d5ccdf",
    )
    slide.text(
        690,
        150,
        490,
        320,
        "孩子在书里认出自己，\n也认出别人。\n\n一本书做不到的，\n一个书架可以。",
        28,
        face=SERIF,
        leading=1.7,
    )


def _reading(made: Deck) -> None:
    slide = _book(made, "对话式阅读：评、问、等、加", "改编自 Whitehurst 的对话式阅读。“等”最难：在心里数到五。")
    for index, (word, what) in enumerate(
        [("评", "说一句你看见的：“小熊在打哈欠。”"), ("问", "“他要去哪儿？”少问“这是什么颜色”")]
    ):
        slide.shape(
            "oval", 96, 186 + index * 230, 120, 120, fill=PLUM, text=word, size=44, ink="#ffffff", bold=True, face=SERIF
        )
        slide.text(240, 200 + index * 230, 360, 130, what, 22)
    for index, (word, what) in enumerate(
        [("等", "闭嘴，看他的手和眼睛，数到五"), ("加", "把他的话加长一点：“熊！”“对，困困的熊。”")]
    ):
        slide.shape("oval", 690, 186 + index * 230, 120, 120, fill=BUTTER, text=word, size=44, bold=True, face=SERIF)
        slide.text(834, 200 + index * 230, 350, 130, what, 22)

    slide = _book(made, "说、指、等", "给家长的最简版本。三个字贴在家里的书架上。")
    for index, (word, what) in enumerate(
        [("说", "一页一句\n不必照着念"), ("指", "指他正看的\n不是你想讲的"), ("等", "等他碰、笑、\n发声、翻页")]
    ):
        x = (96, 350, 720)[index]
        slide.shape("round", x, 210, 236 if index < 2 else 440, 300, fill=MIST if index < 2 else "#f8edcc")
        slide.text(
            x,
            240,
            236 if index < 2 else 440,
            90,
            word,
            60,
            bold=True,
            align="center",
            ink=PLUM,
            face=SERIF,
            leading=1.2,
        )
        slide.text(x, 370, 236 if index < 2 else 440, 110, what, 22, align="center", leading=1.6)
    slide.text(96, 550, 1080, 60, "他合上书，就是读完了。", 26, align="center", face=SERIF, bold=True)

    slide = _book(made, "一段共读实录（虚构）", "虚构实录，21 月龄。请学生在右页标出评、问、等、加各出现几次。")
    talk = [
        ("孩子", "（拍图上的球）"),
        ("成人", "红红的球。"),
        ("孩子", "球！"),
        ("成人", "（等）"),
        ("孩子", "滚。"),
        ("成人", "球滚走了，滚到哪儿？"),
    ]
    for index, (who, what) in enumerate(talk):
        slide.text(96, 180 + index * 76, 90, 44, who, 20, bold=True, ink=PLUM)
        slide.text(196, 180 + index * 76, 400, 44, what, 22)
    talk = [
        ("孩子", "（翻页，指床底）"),
        ("成人", "在床底下，你找到了。"),
        ("孩子", "宝宝球，没。"),
        ("成人", "你的球也不见了？"),
        ("孩子", "（跑去床边看）"),
        ("成人", "书里的球，把我们带到这儿。"),
    ]
    for index, (who, what) in enumerate(talk):
        slide.text(690, 180 + index * 76, 90, 44, who, 20, bold=True, ink=PLUM)
        slide.text(790, 180 + index * 76, 400, 44, what, 22)

    slide = _book(made, "声音的把戏", "练习：用同一页，分别用快、慢、轻、停读四遍，录下来互听。")
    for index, (name, wave) in enumerate(
        [
            ("轻：秘密来了", (6, 10, 8, 12, 8, 10, 6)),
            ("重：大象走路", (40, 70, 42, 76, 44, 72, 40)),
            ("慢：太阳下山", (20, 34, 48, 56, 48, 34, 20)),
            ("停：翻页之前", (40, 60, 0, 0, 0, 60, 40)),
        ]
    ):
        x, y = (96 if index < 2 else 690), 190 + index % 2 * 230
        for bar, tall in enumerate(wave):
            slide.shape(
                "round",
                x + bar * 34,
                y + 80 - tall / 2 - 4,
                18,
                tall + 8,
                fill=PLUM if index % 2 else "#8d7bad",
                adjust=(0.5,),
            )
        slide.text(x + 260, y + 56, 250, 50, name, 23, bold=True)

    slide = _book(made, "念十遍，同一本", "重复让孩子先会预测，再会说。换书的主意由孩子出。")
    slide.chart(
        "column",
        96,
        180,
        500,
        440,
        ["第1遍", "第3遍", "第6遍", "第10遍"],
        [("他说（示意）", (1, 2, 4, 6), BUTTER), ("我说（示意）", (9, 8, 6, 4), "#8d7bad")],
        values=False,
        size=14,
    )
    slide.text(
        690,
        110,
        490,
        420,
        "第一遍，他看你。\n第三遍，他指图。\n第六遍，他抢着说最后一个词。\n第十遍，他讲给娃娃听。\n\n**大人腻了，孩子刚刚开始。**",
        23,
        leading=1.8,
    )


def _place(made: Deck) -> None:
    slide = _book(made, "阅读角：看得见封面", "书脊朝外，孩子看不见书。一次放六到八本，一两周换一部分。")
    corner = slide.group()
    for row in range(2):
        corner.shape("rect", 96, 330 + row * 150, 500, 12, fill="#a0743f")
        for column in range(4):
            corner.shape(
                "rect",
                112 + column * 122,
                206 + row * 150,
                96,
                124,
                fill=("#8d7bad", BUTTER, "#7fa8a0", "#d98f7a")[(row + column) % 4],
                line=INK,
                weight=1,
            )
    corner.shape("round", 110, 520, 470, 100, fill=MIST, text="软垫，坐得下一大一小", size=20)
    for index, (name, what) in enumerate(
        [
            ("光", "自然光从侧面来，不直晒"),
            ("高", "最上一层低于孩子的眼睛"),
            ("静", "离积木区和门远一点"),
            ("修", "破书和孩子一起补"),
        ]
    ):
        slide.shape("oval", 690, 130 + index * 124, 84, 84, fill=PLUM, text=name, size=30, ink="#ffffff", bold=True)
        slide.text(796, 152 + index * 124, 390, 50, what, 22)

    slide = _book(made, "嵌进一日生活的六次共读", "每次三五分钟即可，不要求全班一起坐好。")
    for index, (when, what) in enumerate(
        [
            ("入园", "和家长一起读一页，再告别"),
            ("等待时", "口袋里的小书"),
            ("餐前", "找一找：今天吃的菜"),
            ("睡前", "同一本，声音往下走"),
            ("户外", "读云、读标牌、读影子"),
            ("离园", "带一本回家，明天讲"),
        ]
    ):
        x, y = (96 if index < 3 else 690), (180 if index < 3 else 120) + index % 3 * 150
        slide.shape(
            "pentagon",
            x,
            y,
            130,
            90,
            fill=BUTTER if index < 3 else "#8d7bad",
            text=when,
            size=21,
            bold=True,
            ink=INK if index < 3 else "#ffffff",
            adjust=(0.2,),
        )
        slide.text(x + 150, y + 28, 350, 50, what, 21)

    slide = _book(
        made,
        "屏幕上的绘本",
        "世界卫生组织建议一岁以内不接触屏幕，一岁不建议，两岁每天不超过一小时，越少越好；久坐时更鼓励共读。",
    )
    slide.text(
        96,
        190,
        500,
        400,
        "电子书会自己说、自己动，\n孩子的手被“点”占住，\n大人的话反而少了。\n\n要用，就把声音关掉，\n**由你来读。**",
        25,
        leading=1.75,
        face=SERIF,
    )
    slide.table(
        690,
        150,
        (230, 260),
        [("月龄", "屏幕时间"), ("1 岁以内", "不用"), ("1 岁", "不建议"), ("2 岁", "每天不超过 1 小时，越少越好")],
        row=92,
        size=20,
        head=PLUM,
        band=MIST,
        rule="#d5ccdf",
    )
    slide.text(690, 570, 490, 60, "与远方亲人视频聊天，另当别论。", 18)


def _closing(made: Deck) -> None:
    slide = _book(made, "观察表：他在读什么", "每周记一次，每次五分钟。看孩子的方式，不打分。")
    slide.table(
        96,
        170,
        (310, 190),
        [
            ("我看见他……", "例子"),
            ("选择同一本书", ""),
            ("翻页，指图", ""),
            ("发声、接词", ""),
            ("把书带给人", ""),
            ("假装读给娃娃", ""),
        ],
        row=76,
        size=20,
        head=PLUM,
        band=MIST,
        rule="#d5ccdf",
        first_bold=False,
    )
    slide.text(690, 150, 490, 60, "给家长的一句话", 26, bold=True, ink=PLUM, face=SERIF)
    slide.shape(
        "bubble",
        690,
        240,
        480,
        200,
        fill="#f8edcc",
        text="“今天他把《大萝卜》抱来三次，第三次自己说了‘拔’。”",
        size=23,
        adjust=(-0.3, 0.66),
        pad=24,
    )

    slide = made.slide(
        "合上书，他还坐在你怀里",
        "下节课带一本孩子咬过的书来，说它的故事。",
        at=(90, 250, 1100, 100),
        size=44,
        align="center",
        paper=PLUM,
        ink="#ffffff",
        quiet="#cdc4de",
    )
    slide.text(90, 370, 1100, 60, "那才是阅读的开头。", 28, ink=BUTTER, align="center", face=SERIF)
