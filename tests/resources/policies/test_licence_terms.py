"""The page's sentences about viewing and downloading agree with the policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from resources import policies
from resources.catalogue.licence_terms import licence_terms, why_no_download
from resources.models import Licence
from resources.policies import Action, may
from tests.resources.policies.policy_table import MEMBERS, PEOPLE_OF, READABLE, ROLES, STAFF, Alliance, Thing

pytestmark = pytest.mark.django_db

READERS = sorted(set(ROLES) - STAFF)
"""The sentences are for readers; the alliance's staff may read and download everything published."""

NAMED = {
    "Everyone may look at it, without signing in": lambda thing: set(ROLES),
    "Members of the alliance may look at it": lambda thing: MEMBERS,
    "People of the providing school may look at it": lambda thing: PEOPLE_OF[thing.school],
    "Everyone may download it": lambda thing: set(ROLES),
    "Members of the alliance may download it": lambda thing: MEMBERS,
    "People of the providing school may download it": lambda thing: PEOPLE_OF[thing.school],
    "No download: for looking only": lambda thing: set(),
}
"""The roles that each sentence names."""

ONLY_LOOKING = "The licence allows looking only; there is no download."
ONLY_SCHOOL = "Only people of the providing school may download it."
SIGN_IN = "Sign in with an account of a member school to download."


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def published(alliance: Alliance) -> list[Thing]:
    return [thing for thing in alliance.things if thing.state in READABLE]


def wrong(alliance: Alliance) -> list[str]:
    """Where a sentence and the policy disagree."""
    found = []
    for thing in published(alliance):
        view, download, *_others = licence_terms(thing.resource)
        for role in READERS:
            sees = may(alliance.users[role], Action.VIEW, thing.resource)
            takes = may(alliance.users[role], Action.DOWNLOAD, thing.resource)
            if sees != (role in NAMED[view.text](thing)):
                found.append(f"{role}, {thing}: {view.text}")
            if takes != (sees and role in NAMED[download.text](thing)):
                found.append(f"{role}, {thing}: {download.text}")
            if (
                sees
                and not takes
                and not is_true(why_no_download(thing.resource, who=alliance.users[role]), role, thing)
            ):
                found.append(f"{role}, {thing}: {why_no_download(thing.resource, who=alliance.users[role])}")
    return found


def is_true(sentence: str, role: str, thing: Thing) -> bool:
    """Whether the reason for a missing download button holds, and whether what it advises would help."""
    return {
        ONLY_LOOKING: thing.download == "nobody",
        ONLY_SCHOOL: thing.download == "school" and role not in PEOPLE_OF[thing.school],
        SIGN_IN: thing.download == "alliance" and role not in MEMBERS,
    }.get(sentence, False)


def test_every_sentence_agrees_with_the_policy(alliance: Alliance):
    assert wrong(alliance) == []
    assert {thing.download for thing in published(alliance)} == set(Licence.Download.values)
    said = {term.text for thing in published(alliance) for term in licence_terms(thing.resource)[:2]}
    assert said == set(NAMED)


def test_only_the_sentence_that_names_no_readers_is_marked_as_forbidding(alliance: Alliance):
    for thing in published(alliance):
        for term in licence_terms(thing.resource)[:2]:
            assert term.allowed == (NAMED[term.text] is not NAMED["No download: for looking only"]), term.text


def test_every_reason_is_given_to_some_reader(alliance: Alliance):
    given = {
        why_no_download(thing.resource, who=alliance.users[role])
        for thing in published(alliance)
        for role in READERS
        if may(alliance.users[role], Action.VIEW, thing.resource)
        and not may(alliance.users[role], Action.DOWNLOAD, thing.resource)
    }
    assert given == {ONLY_LOOKING, ONLY_SCHOOL, SIGN_IN}


READING_RULES = [
    rule
    for rule in policies.RULES
    if rule.actions & {Action.VIEW, Action.DOWNLOAD}
    and rule.name != "the alliance's staff read everything published"
    and not rule.name.startswith("a class link")
]


@pytest.mark.parametrize("rule", READING_RULES, ids=lambda rule: rule.name)
def test_a_changed_rule_makes_a_sentence_wrong(
    alliance: Alliance, rule: policies.Rule, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(policies, "RULES", tuple(one for one in policies.RULES if one is not rule))
    assert wrong(alliance)
