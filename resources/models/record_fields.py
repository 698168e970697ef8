"""The fields of a resource's metadata, each declared once.

The draft form, its template, the submission requirements, the diff for reviewers and the catalogue card are built from
``RECORD_FIELDS``. A new field needs its column on ``Resource`` (with a ``db_default``), a migration and one entry here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Section(StrEnum):
    """Where the form asks for a field. A submission needs those with a ``missing`` text."""

    RECORD = "record"  # the second step: always open
    DECLARATIONS = "declarations"  # the third step, with the commitment
    MORE = "more"  # in the second step, folded away


class Look(StrEnum):
    """How the form draws a group of choices where plain boxes do not do."""

    DOMAINS = "domains"  # with the mark of each care domain
    STATEMENTS = "statements"  # each with a sentence on what it allows


@dataclass(frozen=True, slots=True)
class RecordField:
    """How one column of Resource is asked for and shown.

    ``label`` and ``help`` replace its ``verbose_name`` and ``help_text`` on the form. ``missing``: what the user is told
    who left it empty; without it the field is optional. ``card`` and ``card_order``: its label and place on the
    catalogue card; empty if the public page shows it elsewhere or not at all. ``choices``: if the column has none.
    ``radio``: a vocabulary as radio buttons. ``empty``: the label of no choice. ``look``: see Look. ``in_revision``: False
    for a column that takes effect at once.
    """

    name: str
    section: Section
    missing: StrOrPromise = ""
    label: StrOrPromise = ""
    help: StrOrPromise = ""
    card: StrOrPromise = ""
    card_order: int = 99
    choices: tuple[tuple[str, StrOrPromise], ...] = ()
    radio: bool = False
    empty: StrOrPromise = ""
    look: Look | None = None
    in_revision: bool = True

    @property
    def column(self) -> Any:
        from resources.models.resource import Resource

        return Resource._meta.get_field(self.name)

    @property
    def form_label(self) -> StrOrPromise:
        return self.label or capfirst(self.column.verbose_name)

    @property
    def form_help(self) -> StrOrPromise:
        return self.help or self.column.help_text


LANGUAGES = (
    ("zh-Hans", _("Chinese (simplified)")),
    ("zh-Hant", _("Chinese (traditional)")),
    ("en", _("English")),
)

RECORD_FIELDS: tuple[RecordField, ...] = (
    RecordField(
        "title",
        Section.RECORD,
        missing=_("Enter the title as on the cover."),
        help=_("As on the cover; leave out “latest” and “final”."),
    ),
    RecordField(
        "description",
        Section.RECORD,
        help=_("What it teaches, for whom, and how to use it. Search results show the first sentence."),
    ),
    RecordField("resource_type", Section.RECORD, missing=_("Choose a resource type.")),
    RecordField(
        "age_bands",
        Section.RECORD,
        label=_("Age band"),
        help=_("How old the child in the material is, not the student."),
        card=_("Age of the child"),
        card_order=2,
    ),
    RecordField("care_domains", Section.RECORD, card=_("Care domains"), card_order=1, look=Look.DOMAINS),
    RecordField("course_units", Section.RECORD, label=_("Course"), card=_("Course"), card_order=3),
    RecordField(
        "keywords",
        Section.RECORD,
        help=_("Three to eight words, separated by 、"),
        card=_("Keywords"),
        card_order=8,
    ),
    RecordField(
        "levels",
        Section.RECORD,
        missing=_("Choose at least one level."),
        label=_("Level"),
        card=_("Level"),
        card_order=4,
    ),
    RecordField(
        "programmes",
        Section.RECORD,
        missing=_("Choose at least one programme."),
        label=_("Programme"),
        card=_("Programme"),
        card_order=5,
    ),
    RecordField(
        "audiences",
        Section.RECORD,
        missing=_("Choose at least one audience."),
        label=_("Audience"),
        help=_("Who works with it, not which child it is about."),
        card=_("For whom"),
        card_order=6,
    ),
    RecordField("creators", Section.RECORD, missing=_("Name the creators."), card=_("Creators"), card_order=9),
    RecordField("subtitle", Section.MORE),
    RecordField("granularity", Section.MORE, card=_("Granularity"), card_order=7, empty=_("Not specified")),
    RecordField("language", Section.MORE, choices=LANGUAGES),
    RecordField(
        "version_note",
        Section.MORE,
        label=_("What is new in this version"),
        help=_("Readers see it beside the version."),
    ),
    RecordField(
        "go_live_at",
        Section.MORE,
        label=_("Publish on"),
        help=_("Once approved, it is published on this date. If empty, it is published on approval."),
    ),
    RecordField("expire_at", Section.MORE, label=_("Take down on")),
    RecordField(
        "licence",
        Section.DECLARATIONS,
        missing=_("No licence chosen yet. Most choose “Teaching inside the alliance”."),
        radio=True,
        look=Look.STATEMENTS,
    ),
    RecordField(
        "visibility",
        Section.DECLARATIONS,
        missing=_("Choose who may see it."),
        label=_("Who may see it"),
        in_revision=False,
    ),
    RecordField(
        "portraits",
        Section.DECLARATIONS,
        missing=_("Say whether children or families can be recognised in it."),
        label=_("Portraits of children and families"),
        card=_("Portraits"),
        card_order=10,
    ),
    RecordField(
        "generated_content",
        Section.DECLARATIONS,
        missing=_("Say whether any part was generated by AI."),
        label=_("AI-generated content"),
        card=_("AI"),
        card_order=11,
    ),
)
"""In the order of the form."""

REVISION_FIELDS = tuple(declared.name for declared in RECORD_FIELDS if declared.in_revision)
"""What a revision holds besides its files."""
