"""A rule is evaluated in Python as in SQL, or it raises: a wrong "no" would hide a mistake in a rule."""

from __future__ import annotations

import pytest
from django.core.exceptions import FieldError
from django.db.models import Q

from resources.conditions import matches
from resources.models import Licence, Resource


@pytest.mark.parametrize("licence", [Licence(download="anyone"), None])
@pytest.mark.parametrize(
    "lookup", [{"licence__download__startswith": "any"}, {"title__contains": "a"}, {"embargo_until__year__lte": 2026}]
)
def test_a_lookup_that_is_not_evaluated_raises(licence: Licence | None, lookup: dict[str, object]):
    with pytest.raises(NotImplementedError, match=next(iter(lookup))):
        matches(Q(**lookup), Resource(licence=licence))


def test_a_field_that_does_not_exist_raises():
    with pytest.raises(FieldError):
        matches(Q(colour="red"), Resource())


def test_related_fields_and_their_columns_are_evaluated():
    resource = Resource(licence=Licence(download="anyone"), school_id=3)
    assert matches(Q(licence__download="anyone", school_id__in=[3], withdrawn_at__isnull=True), resource)
    assert not matches(Q(licence__download="school") | Q(school_id=4), resource)
