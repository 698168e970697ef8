"""Visibility and licence in words. Tests compare each sentence with ``policies.RULES``."""

from __future__ import annotations

from dataclasses import dataclass

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
