"""Evaluates a Q object on a single resource, for the lookups that the rules of policies.py use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Exists, F, Q
from django.db.models.functions import Now
from django.db.models.sql import Query
from django.utils import timezone

if TYPE_CHECKING:
    from resources.models import Resource

LOOKUPS = frozenset({"exact", "in", "isnull", "lte"})
"""The lookups that ``matches`` evaluates."""


def matches(condition: Q, resource: Resource) -> bool:
    """Evaluate a rule's Q on an instance.

    Supports the lookups that the rules use. Raises NotImplementedError for others, FieldError for unknown fields.
    """
    results = (_child_matches(child, resource) for child in condition.children)
    answer = any(results) if condition.connector == Q.OR else all(results)
    return answer != condition.negated


def _child_matches(child: Any, resource: Resource) -> bool:
    if isinstance(child, Q):
        return matches(child, resource)
    if isinstance(child, Exists):
        return bool(type(resource)._default_manager.filter(child, pk=resource.pk).exists())
    path, expected = child
    names, lookup = _split(path)
    value: Any = resource
    for name in names:
        value = getattr(value, name) if value is not None else None
    if lookup == "in":
        return value in expected
    if lookup == "isnull":
        return (value is None) is expected
    if lookup == "lte":
        limit = timezone.now() if isinstance(expected, Now) else expected
        if isinstance(expected, F):
            limit = getattr(resource, expected.name)  # type: ignore[attr-defined]  # missing in the stubs
        return value is not None and limit is not None and value <= limit
    return bool(value == expected)


@cache
def _split(path: str) -> tuple[list[str], str]:
    """The fields and the lookup of a condition's path: ``licence__download__in`` → licence, download; in."""
    lookups, names, _expression = Query(apps.get_model("resources.Resource")).solve_lookup_type(path)
    lookup = "__".join(lookups) or "exact"
    if lookup not in LOOKUPS:
        raise NotImplementedError(f"matches cannot evaluate {path}: add the lookup {lookup} to it first")
    return list(names), lookup
