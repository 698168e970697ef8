"""What the export pages say: findings before the export, and why one failed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.text import enumerated
from lessons.services.exports.selection import LeftOut, Selection, Why
from resources.catalogue.licence_terms import Conflict, conditions_of
from resources.models import Licence

REASONS = {
    "nothing": gettext_lazy("Nothing of it may go into a file any more."),
    "gone": gettext_lazy("What it was to be made of is no longer there."),
    "too_large": gettext_lazy("The files it needs are too large. Make two files of fewer pages."),
    "too_slow": gettext_lazy("It took too long. Make two files of fewer pages."),
    "crashed": gettext_lazy(
        "A source could not be read. Leave out the pages you added last, or tell the administrator."
    ),
    "no_office": gettext_lazy("The credits page could not be made. Try again later, or tell the administrator."),
    "interrupted": gettext_lazy("The work was interrupted. Try again."),
}
"""Why an export failed, by the code that is stored with it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``tone``: out, scope or ok."""

    tone: str
    title: str
    text: str


def reason_text(code: str) -> str:
    return str(REASONS.get(code, REASONS["interrupted"]))


def findings(selection: Selection, *, is_deck: bool) -> list[Finding]:
    """What stays out first, then what holds for the whole, then the credits."""
    return [*_left_out(selection), *_scope(selection, is_deck=is_deck), *_conflicts(selection), *_credits(selection)]


def _left_out(selection: Selection) -> list[Finding]:
    groups: dict[tuple[Why, str, str], list[LeftOut]] = {}
    for one in selection.left_out:
        groups.setdefault((one.why, one.title, one.school), []).append(one)
    return [_finding_of(why, title, school, found) for (why, title, school), found in groups.items()]


def _finding_of(why: Why, title: str, school: str, found: list[LeftOut]) -> Finding:
    pages = sorted({one.page for one in found if one.page is not None})
    if why == Why.GONE:
        head = ngettext("%(n)s item stays out", "%(n)s items stay out", len(found)) % {"n": len(found)}
    elif pages:
        where = enumerated([str(page) for page in pages])
        head = _("“%(title)s” stays out, page %(pages)s") % {"title": title, "pages": where}
    else:
        head = _("“%(title)s” stays out") % {"title": title}
    texts = {
        Why.VIEW_ONLY: _("%(school)s lets it be looked at only. It stays in your lesson and can be shown online."),
        Why.NOT_FOR_YOU: _("%(school)s allows it to its own people only."),
        Why.GONE: _("It was withdrawn, or is no longer open to you."),
        Why.NO_PAGES: _("It has no pages that could go on a slide. As a ZIP you can take the file itself along."),
        Why.TOO_MANY: _("A deck holds 500 pages at most. Make two of fewer pages."),
    }
    text = texts[why]
    return Finding("out", head, text % {"school": school} if "%(school)s" in text else text)


def _scope(selection: Selection, *, is_deck: bool) -> list[Finding]:
    """The narrowest licence holds for the whole."""
    download = selection.together.conditions.download
    if not selection.chosen or download == Licence.Download.ANYONE:
        return []
    count = sum(n for licence, n in selection.licences.items() if licence.download == download)
    if download == Licence.Download.SCHOOL:
        head = _("The whole becomes “for your school only”")
    else:
        head = _("The whole becomes “inside the alliance only”")
    unit = ngettext("%(n)s page", "%(n)s pages", count) if is_deck else ngettext("%(n)s file", "%(n)s files", count)
    names = enumerated([licence.label for licence in selection.licences if licence.download == download])
    text = _(
        "%(count)s of it: “%(licences)s”. The whole follows the narrowest licence; take these out for a wider one."
    )
    return [Finding("scope", head, text % {"count": unit % {"n": count}, "licences": names})]


def _conflicts(selection: Selection) -> list[Finding]:
    texts = {
        Conflict.SHARE_ALIKE: _(
            "“%(one)s” wants what is made from it to be passed on under the same licence, and “%(other)s” does not allow that. "
            "Use both side by side, each page under its own licence, and do not work them into one page."
        ),
        Conflict.NON_COMMERCIAL: _(
            "“%(one)s” wants what is made from it to be free for every use, and “%(other)s” forbids paid use. "
            "Use both side by side, each page under its own licence, and do not work them into one page."
        ),
    }
    groups: dict[tuple[str, Conflict], list[str]] = {}
    for one, other, conflict in selection.together.conflicts:
        if conflict in texts:
            first, second = (one, other) if conditions_of(one).share_alike else (other, one)
            groups.setdefault((first.label, conflict), []).append(second.label)
    made = []
    for (label, conflict), others in groups.items():
        names = {"one": label, "other": enumerated(others)}
        made.append(Finding("scope", _("“%(one)s” and “%(other)s” don't mix") % names, texts[conflict] % names))
    return made


def _credits(selection: Selection) -> list[Finding]:
    if not selection.chosen:
        return []
    text = _("Title, authors, school, licence, citation and address of every source go in by themselves.")
    if selection.together.conditions.non_commercial:
        text = f"{text}{_('Some of it must not be used in paid courses.')}"
    if not selection.together.conditions.adapt:
        text = f"{text}{_('Some pages must be used as they are.')}"
    return [Finding("ok", _("The sources are named"), text)]
