from lessons.models.lesson import Lesson, LessonItem, LessonPart, LessonShare
from lessons.models.lists import ListEntry, ResourceList

__all__ = ["Lesson", "LessonItem", "LessonPart", "LessonShare", "ListEntry", "ResourceList"]
