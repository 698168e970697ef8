"""The system health page as a list of lights, with the act that cures what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.models import BackupReport
from common.text import listed
from search.admin.health import SystemHealth

OK, NOTE, WARN, BAD = "ok", "note", "warn", "bad"
RANK = {BAD: 0, WARN: 1}
"""States that need a hand, the worst first."""


@dataclass(frozen=True, slots=True)
class Light:
    """One part of the system.

    ``says``: what it means for readers; ``act``: value and label of the button; ``place``: where the details are.
    """

    name: str
    state: str
    badge: str
    says: str
    value: str = ""
    command: str = ""
    act: tuple[str, str] | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Lights:
    """``urgent`` before ``fine``; ``state`` is the worst of all."""

    urgent: list[Light]
    fine: list[Light]

    @property
    def state(self) -> str:
        return self.urgent[0].state if self.urgent else OK

    @property
    def is_well(self) -> bool:
        """Nothing needs a hand. Failed previews don't count: most are the file's fault."""
        return not self.urgent

    @property
    def names(self) -> str:
        return listed(light.name for light in self.urgent)


def lights_of(health: SystemHealth) -> Lights:
    lights = [*_search(health), *_work(health), _backup(health.backup)]
    urgent = sorted((light for light in lights if light.state in RANK), key=lambda light: RANK[light.state])
    return Lights(urgent=urgent, fine=[light for light in lights if light.state not in RANK])


def _light(name: str, *, trouble: bool, fine: str, wrong: str, badge: str, state: str = BAD, **more: Any) -> Light:
    """A light with its words for both cases. Act, command and place are shown only where there is trouble."""
    if trouble:
        return Light(name, state, badge, wrong, **more)
    return Light(name, OK, _("In order"), fine, value=more.get("value", ""))


def _search(health: SystemHealth) -> Iterable[Light]:
    documents = health.engine.documents
    yield _light(
        _("Search engine"),
        trouble=not health.engine.ok,
        badge=_("does not answer"),
        fine=_("Readers find the text of pages."),
        wrong=_("Readers find titles and keywords only, and are told so. Publishing goes on; the index catches up.")
        + f" {health.engine.detail}",
        value=ngettext("%(n)s resource", "%(n)s resources", documents) % {"n": documents} if documents else "",
    )
    if health.engine.ok:  # otherwise nothing is known of the index
        yield _index(health)
        yield _meaning(health)
    yield _light(
        _("Relay"),
        trouble=not health.relay_runs,
        badge=_("does not run"),
        fine=_("Changes reach the index within seconds."),
        wrong=_("Changes do not reach the index and nightly work stands still. Start it:"),
        command="manage.py relay",
    )
    waiting = health.outbox.count
    yield _light(
        _("Changes for the index"),
        trouble=health.outbox.is_late,
        state=WARN,
        badge=_("Slow"),
        fine=_("None waits for long."),
        wrong=_("They have waited for longer than 30 seconds."),
        value=ngettext("%(n)s waits", "%(n)s wait", waiting) % {"n": waiting},
    )
    yield _counted(
        _("Changes the index did not take"),
        health.outbox_dead_count,
        wrong=_("What they change is missing from search or outdated there."),
        act=("send-again", _("Try all again")),
        place="outbox",
    )
    yield _counted(
        _("Searches that failed"),
        health.failures_count,
        wrong=_("They were answered without the search engine. Pass the lines below on to the developers."),
        place="failures",
    )


def _meaning(health: SystemHealth) -> Light:
    """Searching by words alone is no trouble: nothing fails."""
    name = _("Search by meaning")
    if health.without_meaning:
        return Light(name, NOTE, _("Off"), _("Searches go by words alone.") + f" {health.without_meaning}")
    lacking = health.lacking_vectors
    says = _("New resources are found by meaning minutes after they are published.")
    waiting = ngettext("%(n)s waits for its vectors", "%(n)s wait for their vectors", lacking) % {"n": lacking}
    return Light(name, OK, _("In order"), says, value=waiting if lacking else "")


def _index(health: SystemHealth) -> Light:
    rebuilt_at = health.state.rebuilt_at
    return _light(
        _("Index"),
        trouble=not health.is_current,
        state=WARN,
        badge=_("Outdated"),
        fine=_("Built with the words in force."),
        wrong=_("The relay rebuilds it automatically. Search keeps using the old one in the meantime."),
        value=_("rebuilt %(when)s") % {"when": naturaltime(rebuilt_at)} if rebuilt_at else "",
    )


def _work(health: SystemHealth) -> Iterable[Light]:
    for queue in health.queues:
        if queue.is_late:
            yield Light(
                str(queue.label),
                WARN,
                _("Slow"),
                _("Waits too long. Is its worker running?"),
                value=ngettext("%(n)s waits", "%(n)s wait", queue.waiting) % {"n": queue.waiting},
                command=queue.command,
                place="queues",
            )
    yield _counted(
        _("Failed jobs"),
        health.jobs_failed_count,
        wrong=_("They do not run again by themselves."),
        act=("retry-jobs", _("Try all again")),
        place="jobs",
    )
    count = health.previews_failed_count
    # Mostly the files' fault, so that it is no trouble of the system.
    yield Light(
        _("Previews"),
        NOTE if count else OK,
        _("Some are missing") if count else _("In order"),
        _("Files without a preview can be downloaded all the same.") if count else _("Every file has its preview."),
        value=ngettext("%(n)s could not be made", "%(n)s could not be made", count) % {"n": count} if count else "",
        place="previews" if count else "",
    )


def _counted(name: str, count: int, *, wrong: str, **more: Any) -> Light:
    found = ngettext("%(n)s in the list", "%(n)s in the list", count) % {"n": count}
    return _light(name, trouble=count > 0, state=WARN, badge=found, fine=_("None."), wrong=wrong, **more)


def _backup(backup: BackupReport | None) -> Light:
    name = _("Last backup")
    if backup is None:
        says = _("No backup has been recorded yet. The backup script records one with manage.py record_backup.")
        return Light(name, NOTE, _("Not recorded"), says)
    size = f"{filesizeformat(backup.size)}" if backup.size else ""
    return _light(
        name,
        trouble=backup.is_late,
        badge=_("Too old"),
        fine=_("The operator's script has reported it."),
        wrong=_("Later changes exist once only. Look at the backup machine, then run the backup again."),
        value=" ".join([str(naturaltime(backup.when)), size]).strip(),
    )
