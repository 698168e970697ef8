"""The fields of a resource's metadata, each declared once.

The draft form, its template, the submission requirements, the diff for reviewers and the catalogue card are built from
``RECORD_FIELDS``. A new field needs its column on ``Resource``, a migration and one entry here.
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
    """Where the form asks for a field. A submission needs REQUIRED and DECLARATIONS."""

    REQUIRED = "required"
    DECLARATIONS = "declarations"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class RecordField:
    """How one column of Resource is asked for and shown.

    ``label`` and ``help`` replace its ``verbose_name`` and ``help_text`` on the form. ``missing``: what the user is told
    who left it empty; without it the field is optional. ``card`` and ``card_order``: its label and place on the
    catalogue card; empty if the public page shows it elsewhere or not at all. ``choices``: if the column has none.
    ``radio``: a vocabulary as radio buttons. ``empty``: the label of no choice. ``in_revision``: False for a column that
    takes effect at once.
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
        Section.REQUIRED,
        missing=_("Enter the title as on the cover."),
        help=_("As on the cover; leave out “latest” and “final”."),
    ),
    RecordField("resource_type", Section.REQUIRED, missing=_("Choose a resource type.")),
    RecordField(
        "levels",
        Section.REQUIRED,
        missing=_("Choose at least one level."),
        label=_("Level"),
        card=_("Level"),
        card_order=4,
    ),
    RecordField(
        "audiences",
        Section.REQUIRED,
        missing=_("Choose at least one audience."),
        label=_("Audience"),
        help=_("Who works with it, not which child it is about."),
        card=_("For whom"),
        card_order=6,
    ),
    RecordField(
        "programmes",
        Section.REQUIRED,
        missing=_("Choose at least one programme."),
        label=_("Programme"),
        card=_("Programme"),
        card_order=5,
    ),
    RecordField("creators", Section.REQUIRED, missing=_("Name who made it."), card=_("Creators"), card_order=9),
    RecordField(
        "licence",
        Section.REQUIRED,
        missing=_("No licence chosen yet. Most choose “Teaching inside the alliance”."),
        radio=True,
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
        missing=_("Say whether parts were made by AI."),
        label=_("Content made by AI"),
        card=_("AI"),
        card_order=11,
    ),
    RecordField("description", Section.OPTIONAL, help=_("What it teaches, for whom, and how to use it in class.")),
    RecordField(
        "keywords",
        Section.OPTIONAL,
        help=_("Three to eight words, separated by 、"),
        card=_("Keywords"),
        card_order=8,
    ),
    RecordField(
        "age_bands",
        Section.OPTIONAL,
        label=_("Age band"),
        help=_("How old the child in the material is, not the student."),
        card=_("Age of the child"),
        card_order=2,
    ),
    RecordField("care_domains", Section.OPTIONAL, card=_("Care domains"), card_order=1),
    RecordField("course_units", Section.OPTIONAL, card=_("Course"), card_order=3),
    RecordField("granularity", Section.OPTIONAL, card=_("Granularity"), card_order=7, empty=_("Not specified")),
    RecordField("subtitle", Section.OPTIONAL),
    RecordField("language", Section.OPTIONAL, choices=LANGUAGES),
    RecordField(
        "version_note",
        Section.OPTIONAL,
        label=_("What is new in this version"),
        help=_("Readers see it beside the version."),
    ),
    RecordField(
        "go_live_at",
        Section.OPTIONAL,
        label=_("Publish on"),
        help=_("Once approved it waits for this date. Empty: as soon as it is approved."),
    ),
    RecordField("expire_at", Section.OPTIONAL, label=_("Take down on")),
)
"""In the order of the form."""

REVISION_FIELDS = tuple(declared.name for declared in RECORD_FIELDS if declared.in_revision)
"""What a revision holds besides its files."""
