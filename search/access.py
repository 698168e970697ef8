"""Who may find a resource, as tokens in the index by which engines filter.

A document carries the tokens of those who may find it, a viewer brings their own; one in common suffices. The rules
themselves are resources.policies; a test compares both for every role, visibility and state.
"""

from __future__ import annotations

from members.viewer import Viewer, Who
from resources.models import Resource
from resources.policies import as_viewer
from search.engines.types import EVERYTHING

PUBLIC = "public"
ALLIANCE = "alliance"
NOT_YET = "not-yet"
"""The token of an embargoed resource. No viewer brings it, so only those who see everything find the resource."""


def school_token(school_id: int) -> str:
    return f"school:{school_id}"


def document_tokens(resource: Resource) -> tuple[str, ...]:
    """The tokens of a live resource."""
    if resource.is_embargoed:
        return (NOT_YET,)
    if resource.visibility == Resource.Visibility.PUBLIC:
        return (PUBLIC,)
    if resource.visibility == Resource.Visibility.ALLIANCE:
        return (ALLIANCE,)
    return (school_token(resource.school_id),)


def viewer_tokens(who: Who) -> frozenset[str]:
    """The tokens of a user or visitor."""
    viewer: Viewer = as_viewer(who)
    if viewer.is_staff:
        return frozenset({EVERYTHING})
    tokens = {PUBLIC} | {school_token(school) for school in viewer.schools}
    return frozenset(tokens | {ALLIANCE} if viewer.is_member else tokens)
