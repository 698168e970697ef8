from lessons.models.export import KEPT, ExportJob, ExportSource
from lessons.models.lesson import Lesson, LessonItem, LessonPart, LessonShare
from lessons.models.lists import ListEntry, ResourceList

__all__ = [
    "KEPT",
    "ExportJob",
    "ExportSource",
    "Lesson",
    "LessonItem",
    "LessonPart",
    "LessonShare",
    "ListEntry",
    "ResourceList",
]
