"""Policy, queryset and search tokens against the table of the design, for everybody and everything."""

from __future__ import annotations

import pytest

from members.viewer import viewer_of
from resources import policies
from resources.models import Resource
from resources.policies import Action, may
from search.access import document_tokens, viewer_tokens
from search.engines.types import EVERYTHING
from tests.resources.policies.policy_table import ROLES, Alliance, Thing, expected

pytestmark = pytest.mark.django_db


def wrong(alliance: Alliance, role: str, action: Action) -> list[Thing]:
    return [
        one for one in alliance.things if may(alliance.users[role], action, one.resource) != expected(role, action, one)
    ]


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", ROLES)
def test_policy_says_what_the_design_says(alliance: Alliance, role: str, action: Action):
    assert [str(one) for one in wrong(alliance, role, action)] == []


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", ROLES)
def test_queryset_gives_what_the_policy_allows(alliance: Alliance, role: str, action: Action):
    found = set(Resource.objects.allowing(alliance.users[role], action).values_list("pk", flat=True))
    wanted = {one.resource.pk for one in alliance.things if expected(role, action, one)}
    assert found == wanted


@pytest.mark.parametrize("role", ROLES)
def test_search_tokens_find_what_the_policy_lets_find(alliance: Alliance, role: str):
    """The index holds live resources only; a viewer finds there what the policy says, no more and no less."""
    brought = viewer_tokens(alliance.users[role])
    for one in alliance.things:
        if one.resource.live:
            found = EVERYTHING in brought or bool(brought & set(document_tokens(one.resource)))
            assert found == expected(role, Action.FIND, one), str(one)


@pytest.mark.parametrize("role", ROLES)
def test_a_viewer_answers_as_its_user_does(alliance: Alliance, role: str):
    user = alliance.users[role]
    for action in Action:
        for one in alliance.things[::7]:
            assert may(viewer_of(user), action, one.resource) == may(user, action, one.resource)


RULES_OF_USERS = [rule for rule in policies.RULES if not rule.name.startswith("a class link")]
"""The rule of class links is for no user: tests/lessons/test_class_links.py."""


@pytest.mark.parametrize("rule", RULES_OF_USERS, ids=lambda rule: rule.name)
def test_no_rule_can_be_missed(alliance: Alliance, rule: policies.Rule, monkeypatch: pytest.MonkeyPatch):
    """Removing any single rule makes an expectation fail, so every rule is needed."""
    rest = tuple(one for one in policies.RULES if one is not rule)
    monkeypatch.setattr(policies, "RULES", rest)
    missed = [
        f"{role} may {action}: {one}"
        for role in ROLES
        for action in rule.actions
        for one in wrong(alliance, role, action)
    ]
    assert missed, f"nothing notices that “{rule.name}” is gone"


@pytest.mark.parametrize("rule", RULES_OF_USERS, ids=lambda rule: rule.name)
def test_every_action_of_every_rule_is_needed(alliance: Alliance, rule: policies.Rule, monkeypatch: pytest.MonkeyPatch):
    for action in rule.actions:
        smaller = policies.Rule(rule.name, rule.actions - {action}, rule.condition)
        monkeypatch.setattr(policies, "RULES", tuple(smaller if one is rule else one for one in policies.RULES))
        assert any(wrong(alliance, role, action) for role in ROLES), f"“{rule.name}” does not need {action}"
        monkeypatch.undo()


@pytest.mark.parametrize("rule", policies.RULES, ids=lambda rule: rule.name)
def test_no_rule_may_open_more_than_it_says(alliance: Alliance, rule: policies.Rule, monkeypatch: pytest.MonkeyPatch):
    """A rule whose condition were "everything" for everybody would be noticed."""
    wide = policies.Rule(rule.name, rule.actions, lambda viewer: policies.EVERY_RESOURCE)
    monkeypatch.setattr(policies, "RULES", tuple(wide if one is rule else one for one in policies.RULES))
    assert any(wrong(alliance, role, action) for role in ROLES for action in rule.actions)
