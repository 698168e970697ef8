"""Fetch a resource for a user who wants to do something with it. Every service starts here."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from members.viewer import Who
from resources.models import Resource
from resources.policies import Action


def resource_for(who: Who, action: Action, resource_id: int, *, lock: bool = False) -> Resource:
    """The resource, if ``who`` may do ``action`` with it.

    ``lock``: lock its row until the transaction ends.

    Raises Resource.DoesNotExist if ``who`` may not know that it exists, PermissionDenied if they may know but not act.
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
    """The row as it is now: services change columns by ``update``, which loaded objects don't show."""
    fresh: Resource = Resource.objects.get(pk=resource.pk)
    return fresh
