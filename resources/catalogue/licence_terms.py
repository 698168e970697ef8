"""Visibility and licence in words, and which licences go together in one file.

Tests compare each sentence with ``policies.RULES``, and ``together`` with a table of every pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from django.utils.translation import gettext as _

from members.viewer import Who
from resources.models import Licence, Resource
from resources.policies import as_viewer


@dataclass(frozen=True, slots=True)
class LicenceTerm:
    """One sentence. ``allowed``: whether it grants something or forbids it."""

    allowed: bool
    text: str


def licence_terms(resource: Resource) -> list[LicenceTerm]:
    """What readers may and may not do. Staff of the alliance may read and download everything published."""
    terms = [_view_term(resource.visibility)]
    if (licence := resource.licence) is not None:
        terms += [_download_term(Licence.Download(licence.download)), _adapt_term(licence)]
        if licence.download != Licence.Download.ANYONE:
            terms.append(LicenceTerm(False, _("Not to be passed on to public websites")))
    return terms


def _view_term(visibility: str) -> LicenceTerm:
    sentences = {
        Resource.Visibility.PUBLIC: _("Everyone may look at it, without signing in"),
        Resource.Visibility.ALLIANCE: _("Members of the alliance may look at it"),
        Resource.Visibility.SCHOOL: _("People of the providing school may look at it"),
    }
    return LicenceTerm(True, sentences[Resource.Visibility(visibility)])


def _download_term(download: Licence.Download) -> LicenceTerm:
    sentences = {
        Licence.Download.NOBODY: _("No download: for looking only"),
        Licence.Download.SCHOOL: _("People of the providing school may download it"),
        Licence.Download.ALLIANCE: _("Members of the alliance may download it"),
        Licence.Download.ANYONE: _("Everyone may download it"),
    }
    return LicenceTerm(download != Licence.Download.NOBODY, sentences[download])


def _adapt_term(licence: Licence) -> LicenceTerm:
    if licence.adapt:
        return LicenceTerm(True, _("May be adapted, naming the source"))
    return LicenceTerm(False, _("Adapting needs the consent of the providing school"))


def why_no_download(resource: Resource, *, who: Who) -> str:
    """The sentence in place of a download button, for users who may only view."""
    licence = resource.licence
    if licence is None or licence.download == Licence.Download.NOBODY:
        return _("The licence allows looking only; there is no download.")
    if licence.download == Licence.Download.SCHOOL:
        return _("Only people of the providing school may download it.")
    if not as_viewer(who).is_member:
        return _("Sign in with an account of a member school to download.")
    return _("Your account may look at it but not download it.")


class Conflict(StrEnum):
    """Why two licences do not go together."""

    VIEW_ONLY = "view_only"  # one of them is for looking only
    SHARE_ALIKE = "share_alike"  # one demands the same licence for the whole, the other does not allow it
    NON_COMMERCIAL = "non_commercial"  # one demands a licence for every use, the other forbids paid use


SCOPES = (Licence.Download.NOBODY, Licence.Download.SCHOOL, Licence.Download.ALLIANCE, Licence.Download.ANYONE)
"""Who may have a file, from no reader at all to every visitor."""
_CREATIVE_COMMONS = re.compile(r"creativecommons\.org/licenses/([a-z-]+)/")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a licence, or several together, allow and demand of a file."""

    download: Licence.Download
    adapt: bool
    share_alike: bool = False
    non_commercial: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """A file made of works under several licences. ``conflicts``: pairs that don't go together, and why."""

    conditions: Conditions
    conflicts: tuple[tuple[Licence, Licence, Conflict], ...] = ()


def conditions_of(licence: Licence) -> Conditions:
    """The conditions of one licence. Those of Creative Commons are read from the URL of the licence text."""
    found = _CREATIVE_COMMONS.search(licence.url)
    elements = found[1].split("-") if found else []
    return Conditions(
        Licence.Download(licence.download),
        licence.adapt and "nd" not in elements,
        share_alike="sa" in elements,
        non_commercial="nc" in elements,
    )


def conflict_of(one: Licence, other: Licence) -> Conflict | None:
    """Why two works may not become one new work, or None."""
    first, second = conditions_of(one), conditions_of(other)
    if Licence.Download.NOBODY in (first.download, second.download):
        return Conflict.VIEW_ONLY
    if first == second:
        return None
    demands = {_demand(first, second), _demand(second, first)}
    return next((conflict for conflict in (Conflict.NON_COMMERCIAL, Conflict.SHARE_ALIKE) if conflict in demands), None)


def _demand(one: Conditions, other: Conditions) -> Conflict | None:
    """What ``one`` demands of the whole and ``other`` does not allow."""
    if not one.share_alike:
        return None
    if other.non_commercial and not one.non_commercial:
        return Conflict.NON_COMMERCIAL
    allowed = other.adapt and other.download == Licence.Download.ANYONE and not other.share_alike
    return None if allowed else Conflict.SHARE_ALIKE


def together(licences: Iterable[Licence]) -> Together:
    """What holds for a file with works under these licences, and which of them conflict."""
    different = list({licence.pk: licence for licence in licences}.values())
    each = [conditions_of(licence) for licence in different]
    conditions = Conditions(
        min((one.download for one in each), key=SCOPES.index, default=Licence.Download.ANYONE),
        adapt=all(one.adapt for one in each),
        share_alike=any(one.share_alike for one in each),
        non_commercial=any(one.non_commercial for one in each),
    )
    pairs = ((one, other, conflict_of(one, other)) for one, other in combinations(different, 2))
    return Together(conditions, tuple((one, other, conflict) for one, other, conflict in pairs if conflict))


def whole_terms(conditions: Conditions) -> list[LicenceTerm]:
    """What may be done with a file that was made of several works."""
    terms = [
        {
            Licence.Download.NOBODY: LicenceTerm(False, _("Nobody may keep it")),
            Licence.Download.SCHOOL: LicenceTerm(True, _("People of your school may use and keep it")),
            Licence.Download.ALLIANCE: LicenceTerm(True, _("Members of the alliance may use and keep it")),
            Licence.Download.ANYONE: LicenceTerm(True, _("Everyone may use and keep it")),
        }[conditions.download],
        LicenceTerm(True, _("May be shown in class"))
        if not conditions.adapt
        else LicenceTerm(True, _("May be shown in class and adapted")),
    ]
    if not conditions.adapt:
        terms.append(LicenceTerm(False, _("Some pages must not be changed")))
    if conditions.download != Licence.Download.ANYONE:
        terms.append(LicenceTerm(False, _("Not to be passed on to public websites")))
    if conditions.non_commercial:
        terms.append(LicenceTerm(False, _("Not to be used in paid courses")))
    return terms
