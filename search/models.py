"""What search keeps in the database: the outbox, what was indexed, the editors' words, and what people searched for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import PreviewableMixin

from search.analysis.clean_text import normal_terms, split_words

MAX_ATTEMPTS = 12
"""Deliveries of one change before it becomes a dead letter; with back-off that is about half an hour."""


class OutboxQuerySet(models.QuerySet["Outbox"]):
    def due(self, now: datetime) -> OutboxQuerySet:
        return self.filter(dead=False, next_at__lte=now).order_by("pk")

    def waiting(self) -> OutboxQuerySet:
        return self.filter(dead=False)

    def dead_letters(self) -> OutboxQuerySet:
        return self.filter(dead=True).order_by("-pk")

    def send_again(self) -> int:
        """Give dead letters another life."""
        return self.filter(dead=True).update(dead=False, attempts=0, next_at=timezone.now())


class Outbox(models.Model):
    """One change to tell the index about: an id, never content. Written in the transaction that made the change.

    A row says "this resource" (``resource_id``) or "every resource that shows this" (``source``: ``app.Model:pk``),
    which the relay turns into one row per resource. Deleted only by primary key and only after the index has the
    change, so a row that commits late under a lower number is not lost.
    """

    resource_id = models.BigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=80, blank=True)
    created = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    last_error = models.TextField(blank=True)
    dead = models.BooleanField(default=False)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("change to index")
        verbose_name_plural = _("changes to index")
        ordering = ["pk"]
        indexes = [models.Index(fields=["dead", "next_at"], name="outbox_due")]
        constraints = [
            models.CheckConstraint(
                name="outbox_names_one_thing",
                condition=Q(resource_id__isnull=False, source="") | (Q(resource_id=None) & ~Q(source="")),
            )
        ]

    def __str__(self) -> str:
        return self.source or f"resource {self.resource_id}"


class Indexed(models.Model):
    """What the index holds of a resource, as far as the relay knows: compared with the index every night."""

    resource_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField()
    popularity = models.FloatField(default=0)

    class Meta:
        verbose_name = _("indexed resource")
        verbose_name_plural = _("indexed resources")

    def __str__(self) -> str:
        return f"{self.resource_id} v{self.version}"


class IndexState(models.Model):
    """One row: the last version number given out, and stamps that tell every process when to read again."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    last_version = models.BigIntegerField(default=0)
    words_stamp = models.BigIntegerField(default=0, help_text="Grows when synonyms or dictionary words change.")
    labels_stamp = models.BigIntegerField(default=0, help_text="Grows when a vocabulary or a school changes.")
    rebuilt_at = models.DateTimeField(null=True, blank=True)
    reconciled_at = models.DateTimeField(null=True, blank=True)
    differences = models.JSONField(
        default=dict, blank=True, help_text="How many resources the last comparison found missing, ghosts, stale, used."
    )

    class Meta:
        verbose_name = _("state of the index")
        verbose_name_plural = _("state of the index")
        constraints = [models.CheckConstraint(name="index_state_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"v{self.last_version}"

    @classmethod
    def current(cls) -> IndexState:
        """The row, or its defaults before anything was written. One query."""
        return cls.objects.filter(pk=cls.ONLY).first() or cls()

    @classmethod
    def note(cls, **fields: Any) -> None:
        """Write fields of the one row."""
        if not cls.objects.filter(pk=cls.ONLY).update(**fields):
            cls.objects.get_or_create(pk=cls.ONLY)
            cls.objects.filter(pk=cls.ONLY).update(**fields)

    @classmethod
    def grow(cls, field: str) -> None:
        """Make a stamp grow, in the caller's transaction."""
        cls.note(**{field: models.F(field) + 1})

    @classmethod
    def next_version(cls) -> int:
        """A number larger than every one before, also after a restore from a backup: the clock is in it.

        Taken *before* the rows are read, so that of two writers the one with the larger number read the newer state.
        """
        clock = int(timezone.now().timestamp() * 1000)
        with transaction.atomic():
            cls.objects.get_or_create(pk=cls.ONLY)
            row = cls.objects.select_for_update().get(pk=cls.ONLY)
            row.last_version = max(row.last_version + 1, clock)
            row.save(update_fields=["last_version"])
        return row.last_version


class RebuildRequest(models.Model):
    """Somebody wants the index made anew. Served by the relay, the only writer; what waits is served together."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    OPEN = frozenset({State.WAITING, State.RUNNING})

    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    not_before = models.DateTimeField(default=timezone.now)
    created = models.DateTimeField(_("requested"), default=timezone.now)
    finished = models.DateTimeField(_("finished"), null=True, blank=True)
    written = models.PositiveIntegerField(_("resources written"), default=0)
    total = models.PositiveIntegerField(_("resources in all"), default=0)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("rebuild of the index")
        verbose_name_plural = _("rebuilds of the index")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.reason}"

    @classmethod
    def ask(cls, *, reason: str, delay: timedelta = timedelta(0)) -> RebuildRequest:
        """Ask for a rebuild. A request that already waits is moved, not doubled, so ten edits make one rebuild."""
        due = timezone.now() + delay
        waiting = cls.objects.filter(state=cls.State.WAITING).first()
        if waiting is None:
            return cls.objects.create(reason=reason[:200], not_before=due)
        cls.objects.filter(pk=waiting.pk, state=cls.State.WAITING).update(not_before=due, reason=reason[:200])
        return waiting


class DictionaryTerm(PreviewableMixin, models.Model):
    """A word that must not be cut apart: 七步洗手法, 回应性照护. In force once the index has been rebuilt."""

    text = models.CharField(_("word"), max_length=40, unique=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    panels = [FieldPanel("text"), FieldPanel("note"), FieldPanel("active")]

    class Meta:
        verbose_name = _("dictionary word")
        verbose_name_plural = _("dictionary words")
        ordering = ["text"]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        self.text = normal_terms(self.text)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from search.admin.preview_views import show_cuts

        return show_cuts(request, self)


class SynonymGroup(PreviewableMixin, models.Model):
    """Words that mean the same to somebody who searches. In force at the next search, in every process."""

    words = models.TextField(_("words"), help_text=_("One per line, or separated by 、. At least two."))
    note = models.CharField(_("note"), max_length=200, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    panels = [FieldPanel("words"), FieldPanel("note"), FieldPanel("active")]

    class Meta:
        verbose_name = _("synonym group")
        verbose_name_plural = _("synonym groups")
        ordering = ["words"]

    def __str__(self) -> str:
        return "、".join(self.as_tuple())

    def as_tuple(self) -> tuple[str, ...]:
        return split_words(self.words)

    def clean(self) -> None:
        from django.core.exceptions import ValidationError

        words = self.as_tuple()
        if len(words) < 2:
            raise ValidationError({"words": _("A group needs at least two different words.")})
        self.words = "\n".join(words)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from search.admin.preview_views import show_effects

        return show_effects(request, self)


class QueryLog(models.Model):
    """How often something was searched for on a day. Says nothing about who: no person, session, address or hour."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Visitors")
        MEMBER = "member", _("People of member schools")

    day = models.DateField(default=timezone.localdate)
    text = models.CharField(_("query"), max_length=100)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices)
    times = models.PositiveIntegerField(_("times"), default=0)
    people = models.PositiveIntegerField(
        _("askers"), default=0, help_text=_("Different people or addresses on this day.")
    )
    found = models.PositiveIntegerField(_("results of the last search"), default=0)

    class Meta:
        verbose_name = _("query")
        verbose_name_plural = _("queries")
        ordering = ["-day", "-times"]
        constraints = [models.UniqueConstraint(fields=["day", "text", "audience"], name="query_once_a_day")]
        indexes = [models.Index(fields=["text"], name="query_text")]

    def __str__(self) -> str:
        return f"{self.text} ({self.times})"
