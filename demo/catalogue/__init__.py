"""Every resource of the demo."""

from demo.catalogue import linxi, nantang, qingshan, xiaoman
from demo.catalogue.item import DemoFile, Item, Target

NEWEST = (
    "手足口病预防：托育机构日常防控",
    "大动作发展与环境支持：从翻身到跑跳",
    "把环境改一改：气道异物与伤害预防",
    "一起看绘本：早期阅读指导",
    "安全睡眠：环境准备与巡视",
    "读懂信号：回应性照护的观察与实践",
    "辅食添加的时机与性状：从满 6 月龄说起",
    "七步洗手法：托育机构晨间照护实训",
)
"""Loaded last, in this order: they lead 新近入库, and the worker renders them first."""


def _place(item: Item) -> int:
    return NEWEST.index(item.title) if item.title in NEWEST else -1


ITEMS: tuple[Item, ...] = tuple(sorted((*xiaoman.ITEMS, *qingshan.ITEMS, *nantang.ITEMS, *linxi.ITEMS), key=_place))

__all__ = ["ITEMS", "DemoFile", "Item", "Target"]
