from lessons.models.lesson import Lesson, LessonItem, LessonPart

__all__ = ["Lesson", "LessonItem", "LessonPart"]
