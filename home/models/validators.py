"""Validation of the page numbers that editors enter."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

from resources.catalogue.cards import main_file
from resources.catalogue.files import present_files
from resources.models import Resource


def check_page_number(resource: Resource, number: int, *, field: str) -> None:
    """Raise ValidationError for ``field`` if the resource is known to have fewer pages."""
    file = main_file(present_files(Resource.objects.for_cards().get(pk=resource.pk).files.all()))
    count = file.page_count if file else 0
    if count and not 1 <= number <= count:
        message = ngettext("This resource has %(count)s page.", "This resource has %(count)s pages.", count)
        raise ValidationError({field: message % {"count": count}})
