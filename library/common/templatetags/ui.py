"""Template tags every component may use."""

from django import template

register = template.Library()
