"""Which page of a resource an editor may point at."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

from resources.catalogue.cards import main_file
from resources.catalogue.files import present_files
from resources.models import Resource


def check_page_number(resource: Resource, number: int, *, field: str) -> None:
    """Raises ValidationError at ``field`` when the resource shows fewer pages. One whose pages are not there yet has any."""
    file = main_file(present_files(Resource.objects.for_cards().get(pk=resource.pk).files.all()))
    count = file.page_count if file else 0
    if count and not 1 <= number <= count:
        message = ngettext("This resource has %(count)s page.", "This resource has %(count)s pages.", count)
        raise ValidationError({field: message % {"count": count}})
