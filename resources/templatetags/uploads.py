"""Size limits of uploads, for templates."""

from __future__ import annotations

from django import template
from django.conf import settings

from resources.uploads.validation import FORM_MAX

register = template.Library()


@register.simple_tag
def upload_limit() -> int:
    """The largest file, in bytes."""
    return int(settings.UPLOAD_MAX_BYTES)


@register.simple_tag
def form_limit() -> int:
    """The largest file of the form without JavaScript, in bytes."""
    return FORM_MAX
