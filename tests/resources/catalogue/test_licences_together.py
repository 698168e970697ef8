"""Which licences go together in one file: every pair, and the narrowest of several."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest

from resources.catalogue.licence_terms import Conflict, conflict_of, together, whole_terms
from resources.models import Licence

pytestmark = pytest.mark.django_db

ORDER = (
    *("alliance", "school", "authorized", "view-only"),
    *("cc-by", "cc-by-sa", "cc-by-nc", "cc-by-nc-sa", "public-domain"),
)
SA, NC, VIEW = Conflict.SHARE_ALIKE, Conflict.NON_COMMERCIAL, Conflict.VIEW_ONLY
CONFLICTS = {
    **{frozenset({code, "view-only"}): VIEW for code in ORDER},
    frozenset({"alliance", "cc-by-sa"}): SA,
    frozenset({"alliance", "cc-by-nc-sa"}): SA,
    frozenset({"school", "cc-by-sa"}): SA,
    frozenset({"school", "cc-by-nc-sa"}): SA,
    frozenset({"authorized", "cc-by-sa"}): SA,
    frozenset({"authorized", "cc-by-nc-sa"}): SA,
    frozenset({"cc-by-sa", "cc-by-nc"}): NC,
    frozenset({"cc-by-sa", "cc-by-nc-sa"}): NC,
}
"""Every pair that is not here goes together."""
SCOPE = {"view-only": 0, "school": 1, "alliance": 2, "authorized": 2}
NAMES = ("nobody", "school", "alliance", "anyone")


def licence(code: str) -> Licence:
    return Licence.objects.get(code=code)


def test_the_table_knows_every_licence_the_library_ships_with() -> None:
    assert set(ORDER) == set(Licence.objects.values_list("code", flat=True))


@pytest.mark.parametrize(("one", "other"), list(combinations_with_replacement(ORDER, 2)))
def test_a_pair_goes_together_or_names_its_conflict(one: str, other: str) -> None:
    first, second = licence(one), licence(other)
    expected = CONFLICTS.get(frozenset({one, other}))
    assert conflict_of(first, second) == expected
    assert conflict_of(second, first) == expected
    whole = together([first, second])
    assert bool(whole.conflicts) == (expected is not None and one != other)
    narrowest = min(SCOPE.get(one, 3), SCOPE.get(other, 3))
    assert whole.conditions.download == NAMES[narrowest]
    assert whole.conditions.non_commercial == ("nc" in one.split("-") or "nc" in other.split("-"))
    assert whole.conditions.adapt == (not {one, other} & {"authorized", "view-only"})


def test_the_whole_says_what_the_narrowest_licence_says() -> None:
    whole = together([licence("cc-by-nc"), licence("alliance"), licence("public-domain")])
    assert [(term.allowed, term.text) for term in whole_terms(whole.conditions)] == [
        (True, "联盟院校的师生可以用、可以存"),
        (True, "可以在课堂上放映、再改"),
        (False, "不可转载到公开网站"),
        (False, "不可用于收费课程"),
    ]


def test_a_licence_that_forbids_changes_holds_for_the_whole() -> None:
    texts = [term.text for term in whole_terms(together([licence("authorized"), licence("cc-by")]).conditions)]
    assert "可以在课堂上放映" in texts
    assert "有的页只许原样使用" in texts
