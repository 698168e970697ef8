"""Who may find what, as tokens inside the index: the policy's reading rules written down so that an engine can filter.

A document carries the tokens of those who may find it, a viewer brings theirs; one in common is enough. The rules
themselves are resources.policies; tests compare both over every role, visibility and state, so neither changes alone.
"""

from __future__ import annotations

from typing import Any

from members.viewer import Viewer
from resources.models import Resource
from resources.policies import as_viewer
from search.engines.types import EVERYTHING

PUBLIC = "public"
ALLIANCE = "alliance"
NOT_YET = "not-yet"
"""The token of an embargoed resource. Nobody brings it: only those who see everything find such a resource."""


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


def viewer_tokens(who: Any) -> frozenset[str]:
    """The tokens a viewer, a user or an anonymous user brings."""
    viewer: Viewer = as_viewer(who)
    if viewer.is_staff:
        return frozenset({EVERYTHING})
    tokens = {PUBLIC} | {school_token(school) for school in viewer.schools}
    return frozenset(tokens | {ALLIANCE} if viewer.is_member else tokens)
