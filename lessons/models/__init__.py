from lessons.models.lesson import Lesson, LessonItem, LessonPart
from lessons.models.lists import ListEntry, ResourceList

__all__ = ["Lesson", "LessonItem", "LessonPart", "ListEntry", "ResourceList"]
