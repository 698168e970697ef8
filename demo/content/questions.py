"""Workbooks: a question bank of daily care, and a scoring sheet for the morning check."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

from demo import NOTICE
from demo.formats.reproducible import reproducible_archive

SINGLE = [
    (
        "七步洗手法中“弓”这一步的动作是",
        "指背关节在另一掌心旋转揉搓",
        ("掌心相对揉搓", "指背关节在另一掌心旋转揉搓", "握住手腕揉搓", "指尖在掌心画圈"),
        "弓：弯曲手指，关节放进掌心旋转，不是互敲。",
    ),
    ("七步揉搓的时间应不少于", "20 秒", ("5 秒", "10 秒", "20 秒", "2 分钟"), "唱两遍生日歌可以帮助把握。"),
    (
        "更换尿布时戴了手套，脱下手套以后应当",
        "洗手",
        ("不必洗手", "用湿巾擦一擦", "洗手", "换一副手套"),
        "手套不能代替洗手。",
    ),
    (
        "辅食添加的起始时间是",
        "满 6 月龄",
        ("满 3 月龄", "满 4 月龄", "满 6 月龄", "满 8 月龄"),
        "满 6 月龄起，继续母乳喂养。",
    ),
    (
        "第一口辅食宜选",
        "富含铁的泥糊状食物",
        ("米汤", "果汁", "富含铁的泥糊状食物", "蛋黄水"),
        "强化铁米粉、肉泥、肝泥均可。",
    ),
    ("一岁以内不能给的食物是", "蜂蜜", ("蜂蜜", "南瓜泥", "猪肉泥", "豆腐"), "蜂蜜可能含肉毒杆菌芽孢。"),
    ("一岁以内的孩子入睡时应放成", "仰卧", ("仰卧", "侧卧", "俯卧", "随意"), "每一次睡，都仰卧。"),
    ("安全的婴儿床里应当有", "绷紧的床单和孩子", ("小枕头", "毛绒玩具", "绷紧的床单和孩子", "床围"), "空床最安全。"),
    ("两岁以下量身长应取", "仰卧位", ("站立位", "坐位", "仰卧位", "抱位"), "两岁及以上站立量身高。"),
    (
        "生长监测最看重的是",
        "曲线的趋势",
        ("一次的数值", "与同伴比较", "曲线的趋势", "家长的身高"),
        "横跨主要百分位线要重视。",
    ),
    (
        "含酒精的免洗手消毒液对下列哪类病原体效果差",
        "肠道病毒",
        ("肠道病毒", "流感病毒", "冠状病毒", "大多数细菌"),
        "无包膜的肠道病毒、诺如病毒对酒精不敏感。",
    ),
    (
        "晨检“四查”查的是",
        "有没有携带不安全物品",
        ("体温", "咽部", "有没有携带不安全物品", "饮食"),
        "一摸二看三问四查。",
    ),
    ("孩子扭头、推开勺子，最可能在说", "我饱了", ("我饿了", "我饱了", "再来一勺", "太烫了要吹"), "看见饱的信号就停。"),
    (
        "葡萄给两岁孩子吃，正确的做法是",
        "去皮去籽，竖切成四条",
        ("整粒", "横切两半", "去皮去籽，竖切成四条", "边跑边吃"),
        "圆滑的食物最容易堵住气道。",
    ),
    (
        "回应性照护的三个动作依次是",
        "看见、解读、回应",
        ("回应、看见、解读", "看见、解读、回应", "解读、回应、看见", "看见、回应、评价"),
        "最容易跳过的是中间一步。",
    ),
    ("与婴儿共读时，最难也最要紧的一个字是", "等", ("快", "问", "等", "教"), "等他看、等他伸手、等他发声。"),
]
TRUE_FALSE = [
    ("洗手后擦干是洗手的一部分。", "对", "湿手更容易再沾上脏。"),
    ("辅食应当从蛋黄开始。", "错", "蛋黄铁吸收不好，第一口选富含铁的泥糊。"),
    ("容易过敏的食物要推迟到一岁以后。", "错", "不必推迟，单独、少量、白天引入并观察。"),
    ("孩子睡着以后翻成侧卧，要反复翻回仰卧。", "错", "会自己来回翻身的孩子，入睡时放仰卧即可。"),
    ("小婴儿清醒时应当有成人看护的趴卧时间。", "对", "睡觉仰着，醒了趴着。"),
    ("少数孩子不爬也会走。", "对", "爬的窗口很宽，也不是必经。"),
    ("得过一次手足口病就不会再得。", "错", "病毒有许多型。"),
    ("摇晃婴儿可以让他快点安静。", "错", "摇晃会造成严重脑损伤，任何时候都不摇晃。"),
    ("托育教师可以根据问卷告诉家长孩子感统失调。", "错", "不作诊断；记录观察，建议就医。"),
    ("尿湿了裤子，可以让他自己站着反省。", "错", "不惩罚、不羞辱。"),
    ("早产儿评价生长时使用矫正月龄。", "对", "一般到 24 月龄。"),
    ("解冻过的母乳可以再次冷冻。", "错", "不再冷冻，当次喝剩的倒掉。"),
]
SHORT = [
    ("说出照护者“之前三件”洗手时机。", "接触婴幼儿前；冲奶备餐喂食前；给药涂护臀用品前。", "每点 2 分"),
    (
        "写出辅食性状的四级变化与大致月龄。",
        "泥糊状 6 月龄起；末状、碎状 7～9 月龄；颗粒、小块 10～12 月龄；软烂块状 13～24 月龄。因人而异。",
        "每级 2 分",
    ),
    ("午睡巡视俯身要看哪六样？", "脸、色、息、温、姿、物。", "每样 1 分"),
    ("孩子摔倒后哭，请写三句回应的话。", "示例：吓一跳；哪里疼，我看看；我陪你坐一会儿。", "有命名、有等待、不否定"),
    (
        "什么情形要建议家长带孩子做发育评估？举三例。",
        "已会的本领丢失；一侧肢体明显少用；18 月龄不能独走等。",
        "每例 2 分",
    ),
]


def question_bank() -> bytes:
    book = Workbook()
    single = book.active
    single.title = "单项选择"
    _sheet(
        single,
        ("题号", "题干", "A", "B", "C", "D", "答案", "解析"),
        (6, 46, 24, 24, 28, 24, 8, 46),
        [
            (number, stem, *options, "ABCD"[options.index(answer)], why)
            for number, (stem, answer, options, why) in enumerate(SINGLE, 1)
        ],
    )
    _sheet(
        book.create_sheet("判断"),
        ("题号", "说法", "答案", "解析"),
        (6, 60, 8, 60),
        [(number, *row) for number, row in enumerate(TRUE_FALSE, 1)],
    )
    _sheet(
        book.create_sheet("简答"),
        ("题号", "题目", "参考答案", "评分"),
        (6, 50, 70, 24),
        [(number, *row) for number, row in enumerate(SHORT, 1)],
    )
    return _save(book, "生活照护题库：手卫生、喂养与睡眠")


def morning_check_scores() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "晨检考核评分"
    heads = ("学号", "准备 10", "摸 15", "看 25", "问 15", "查 10", "处置 15", "记录 10", "合计")
    _sheet(sheet, heads, (14, *([10] * 8)), [("", *([None] * 7), f"=SUM(B{row}:H{row})") for row in range(3, 33)])
    return _save(book, "晨检实训评分表")


def _sheet(sheet: Any, heads: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[object]]) -> None:
    sheet.append([NOTICE])
    sheet.append(list(heads))
    for row in rows:
        sheet.append(list(row))
    for index, width in enumerate(widths):
        sheet.column_dimensions["ABCDEFGHIJ"[index]].width = width
    for cell in sheet[2]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1D6670")
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A3"
    sheet.oddFooter.center.text = NOTICE


def _save(book: Workbook, title: str) -> bytes:
    book.properties.title, book.properties.creator = title, "资源共享库（演示）"
    book.properties.created = book.properties.modified = datetime(2026, 1, 1)
    target = io.BytesIO()
    book.save(target)
    return reproducible_archive(target.getvalue())
