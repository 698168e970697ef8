"""Fetch a resource for a user who wants to do something with it. Every service starts here."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from resources.models import Resource
from resources.policies import Action


def resource_for(who: Any, action: Action, resource_id: int, *, lock: bool = False) -> Resource:
    """The resource, if ``who`` may do ``action`` with it.

    ``lock``: hold its row until the transaction ends. Raises Resource.DoesNotExist where ``who`` may not even know of
    it (the same answer as for an id that was never used) and PermissionDenied where they may know but not do.
    """
    resources = Resource.objects.select_for_update(of=("self",)) if lock else Resource.objects.all()
    found: Resource | None = resources.allowing(who, action).filter(pk=resource_id).first()
    if found is not None:
        return found
    known = Resource.objects.filter(pk=resource_id)
    if known.allowing(who, Action.SEE_DRAFT).exists() or known.allowing(who, Action.VIEW).exists():
        raise PermissionDenied(_("You may not do this with this resource."))
    raise Resource.DoesNotExist


def reread(resource: Resource) -> Resource:
    """The row as it is now: services change columns by ``update``, which objects in hand don't see."""
    fresh: Resource = Resource.objects.get(pk=resource.pk)
    return fresh
