from lessons.models.class_link import ClassLink
from lessons.models.export import KEPT, ExportJob, ExportSource
from lessons.models.lesson import Lesson, LessonItem, LessonPart, LessonShare
from lessons.models.lists import ListEntry, ResourceList

__all__ = [
    "KEPT",
    "ClassLink",
    "ExportJob",
    "ExportSource",
    "Lesson",
    "LessonItem",
    "LessonPart",
    "LessonShare",
    "ListEntry",
    "ResourceList",
]
