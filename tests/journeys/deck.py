"""A real 60-slide deck with known phrases on known slides, and material that nearly says the same."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass

from pptx import Presentation
from pptx.util import Inches, Pt

SLIDES = 60


@dataclass(frozen=True)
class Phrase:
    """Where a phrase stands, and how a teacher may ask for it."""

    slide: int
    place: str
    text: str
    reordered: str
    traditional: str


PHRASES = (
    Phrase(17, "body", "晨间接待时先蹲下问候再测体温", "先测体温 蹲下问候 晨间接待", "晨間接待時先蹲下問候再測體溫"),
    Phrase(29, "notes", "换尿布前把用品放在伸手可及处", "伸手可及 换尿布 用品", "換尿布前把用品放在伸手可及處"),
    Phrase(41, "table", "午睡巡视每十分钟记录呼吸与面色", "呼吸与面色 午睡巡视 记录", "午睡巡視每十分鐘記錄呼吸與面色"),
    Phrase(53, "group", "离园交接当面核对接送人与药品", "核对接送人 离园交接 药品", "離園交接當面核對接送人與藥品"),
)

OTHER_PHRASES = (
    Phrase(8, "body", "喂奶前对着光线摇匀再滴手腕试温", "滴手腕试温 喂奶前 摇匀", "餵奶前對著光線搖勻再滴手腕試溫"),
    Phrase(22, "notes", "抱起哭泣的孩子先说出他的感受", "说出他的感受 哭泣的孩子 抱起", "抱起哭泣的孩子先說出他的感受"),
    Phrase(37, "table", "绘本角每周轮换并登记破损书页", "登记破损书页 绘本角 轮换", "繪本角每週輪換並登記破損書頁"),
    Phrase(50, "group", "户外返回后清点人数再脱外套", "清点人数 户外返回 脱外套", "戶外返回後清點人數再脫外套"),
)

TOPICS = (
    "晨间接待",
    "换尿布",
    "午睡巡视",
    "离园交接",
    "洗手环节",
    "进餐环节",
    "户外活动",
    "如厕引导",
    "饮水提醒",
    "玩具消毒",
    "绘本时间",
    "哭闹安抚",
    "衣物整理",
    "体温观察",
    "过渡环节",
    "家长沟通",
)
ACTIONS = (
    "由主班老师负责并写在当日表格上", "要给孩子留出自己尝试的时间", "用平静的语气说出下一步", "先看表情再决定怎样回应",
    "与搭班老师约定好站位", "遇到异常按园内流程报告", "每周在教研时复盘一次", "结束后把环境恢复原样",
)  # fmt: skip


def deck(*, title: str = "一日生活照护流程实训", phrases: tuple[Phrase, ...] = PHRASES, slides: int = SLIDES) -> bytes:
    """The file a teacher uploads. Every slide has its own text; the phrases stand where they say."""
    draw = random.Random(60)
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Inches(13.333), Inches(7.5)
    layout = presentation.slide_layouts[5]
    placed = {phrase.slide: phrase for phrase in phrases}
    for number in range(1, slides + 1):
        slide = presentation.slides.add_slide(layout)
        topic = TOPICS[number % len(TOPICS)]
        slide.shapes.title.text = title if number == 1 else f"{topic}要点之{number}"
        box = slide.shapes.add_textbox(Inches(0.8), Inches(1.8), Inches(11.5), Inches(2))
        lines = [f"{topic}{action}。" for action in draw.sample(ACTIONS, 3)]
        phrase = placed.get(number)
        if phrase and phrase.place == "body":
            lines.insert(1, phrase.text)
        box.text_frame.text = lines[0]
        for line in lines[1:]:
            box.text_frame.add_paragraph().text = line
        for paragraph in box.text_frame.paragraphs:
            paragraph.font.size = Pt(24)
        if phrase and phrase.place == "notes":
            slide.notes_slide.notes_text_frame.text = f"讲解：{phrase.text}，不要离开操作台。"
        if phrase and phrase.place == "table":
            table = slide.shapes.add_table(2, 2, Inches(0.8), Inches(4.5), Inches(11), Inches(1.5)).table
            for cell, text in zip(
                (table.cell(0, 0), table.cell(0, 1), table.cell(1, 0), table.cell(1, 1)),
                ("环节", "要求", "午睡", phrase.text),
                strict=True,
            ):
                cell.text = text
        if phrase and phrase.place == "group":
            group = slide.shapes.add_group_shape()
            inner = group.shapes.add_textbox(Inches(0.8), Inches(4.5), Inches(11), Inches(1))
            inner.text_frame.text = phrase.text
            inner.text_frame.paragraphs[0].font.size = Pt(24)
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


def near_miss(draw: random.Random) -> str:
    """A page that shares words with two phrases but says neither, nor holds all the words of either."""
    parts, chosen = [], draw.sample((*PHRASES, *OTHER_PHRASES), 2)
    for phrase in chosen:
        half = len(phrase.text) // 2
        parts.append(phrase.text[:half] if draw.random() < 0.5 else phrase.text[half:])
    topics = [topic for topic in TOPICS if not any(topic in phrase.text for phrase in chosen)]
    first = f"{draw.choice(topics)}{draw.choice(ACTIONS)}。{parts[0]}{draw.choice(ACTIONS)}"
    return f"{first}；{draw.choice(topics)}{parts[1]}。"
