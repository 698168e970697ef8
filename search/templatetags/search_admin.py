"""Filters of the system health page."""

from django import template

from common import tasks
from resources.pipeline.messages import describe

register = template.Library()


@register.filter
def last_line(traceback: str) -> str:
    """The last line of a traceback: class and message of the exception."""
    lines = [line for line in (traceback or "").splitlines() if line.strip()]
    return lines[-1] if lines else ""


@register.filter
def reason(code: str) -> str:
    """Why there is no preview, in words."""
    return describe(code)


@register.filter
def job_label(task_path: str) -> str:
    """The name of a background job for people."""
    return tasks.job_label(task_path)
