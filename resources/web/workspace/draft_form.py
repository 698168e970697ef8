"""The form of a draft's metadata. Whether it is complete enough to submit, requirements.py says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.form_fields import Choices, OneLine
from resources.models import RECORD_FIELDS, REVISION_FIELDS, Resource
from resources.models.record_fields import Look, RecordField, Section
from resources.publishing import drafts
from resources.publishing.proposals.rules import Proposal
from resources.publishing.revision_diff import readable

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SEPARATORS = re.compile(r"[、,，;；\n\r\t　]+")
MAX_KEYWORDS = 12
DATE_AND_TIME: dict[str, Any] = {"attrs": {"type": "datetime-local"}, "format": "%Y-%m-%dT%H:%M"}


class Keywords(forms.CharField):
    """Words separated by 、, commas, semicolons or line breaks, as a list without duplicates."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        text = super().to_python(value) or ""
        # Django checks only strings for NUL, and PostgreSQL cannot store it in JSON.
        ProhibitNullCharactersValidator()(text)
        words = dict.fromkeys(word.strip() for word in SEPARATORS.split(text))
        words.pop("", None)
        return list(words)

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value

    def validate(self, value: Any) -> None:
        if len(value) > MAX_KEYWORDS:
            raise ValidationError(_("At most %(count)s keywords.") % {"count": MAX_KEYWORDS})
        if any(len(word) > 40 for word in value):
            raise ValidationError(_("A keyword has at most 40 characters."))


def form_field(declared: RecordField) -> forms.Field:
    """The form field of a column. Nothing is required: an incomplete draft may be saved."""
    column = declared.column
    words: dict[str, Any] = {"label": declared.form_label, "help_text": declared.form_help, "required": False}
    if column.many_to_many:
        return Choices(column.related_model.objects.in_use(), widget=forms.CheckboxSelectMultiple, **words)
    if column.many_to_one:
        widget, empty = (forms.RadioSelect, None) if declared.radio else (forms.Select, declared.empty or _("Choose"))
        return forms.ModelChoiceField(column.related_model.objects.in_use(), widget=widget, empty_label=empty, **words)
    if declared.choices:
        return forms.ChoiceField(choices=declared.choices, **words)
    if column.choices:
        return forms.ChoiceField(choices=column.choices, widget=forms.RadioSelect, **words)
    if isinstance(column, models.DateTimeField):
        return forms.DateTimeField(widget=forms.DateTimeInput(**DATE_AND_TIME), **words)
    if isinstance(column, models.JSONField):
        return Keywords(max_length=600, **words)
    if isinstance(column, models.TextField):
        return forms.CharField(max_length=column.max_length, widget=forms.Textarea(attrs={"rows": 4}), **words)
    return OneLine(max_length=column.max_length, **words)


@dataclass(frozen=True, slots=True)
class Row:
    """A field of the form with what its template needs to know."""

    field: forms.BoundField
    required: bool
    look: Look | None
    proposals: Sequence[Proposal]

    @property
    def widget(self) -> forms.Widget:
        return self.field.field.widget

    @property
    def several(self) -> bool:
        return isinstance(self.widget, forms.CheckboxSelectMultiple)

    @property
    def is_group(self) -> bool:
        """A group of boxes or radio buttons, as opposed to one control."""
        return isinstance(self.widget, forms.RadioSelect)  # CheckboxSelectMultiple is one too

    @property
    def css(self) -> str:
        if isinstance(self.widget, forms.Textarea):
            return "area"
        return "select" if isinstance(self.widget, forms.Select) else "input"


class DraftForm(forms.Form):
    """The metadata of a draft, as RECORD_FIELDS declares it."""

    # Without autocomplete: Firefox would restore the stamp of an earlier visit after a reload.
    based_on = forms.CharField(
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}), required=False, max_length=64, empty_value=None
    )

    def __init__(
        self, *args: Any, resource: Resource, draft: Resource, proposals: Sequence[Proposal] = (), **kwargs: Any
    ) -> None:
        self.proposals = proposals
        self.stored: list[tuple[StrOrPromise, str]] | None = None
        """After a conflict: label and stored text of each field that differs."""
        self.stamp = ""
        initial = {name: _initial(draft, name) for name in REVISION_FIELDS}
        initial |= {
            "visibility": resource.requested_visibility or resource.visibility,
            "based_on": drafts.stamp_of(resource),
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for declared in RECORD_FIELDS:
            field = self.fields[declared.name] = form_field(declared)
            if isinstance(field, forms.ModelChoiceField):
                chosen = initial[declared.name]
                _keep_retired(field, [pk for pk in (chosen if isinstance(chosen, list) else [chosen]) if pk])

    @property
    def record(self) -> list[Row]:
        return self._rows(Section.RECORD)

    @property
    def declarations(self) -> list[Row]:
        return self._rows(Section.DECLARATIONS)

    @property
    def more(self) -> list[Row]:
        return self._rows(Section.MORE)

    @property
    def more_open(self) -> bool:
        """An error must not hide in the folded part."""
        return any(row.field.errors for row in self.more)

    def _rows(self, section: Section) -> list[Row]:
        return [
            Row(
                self[declared.name],
                bool(declared.missing),
                declared.look,
                [one for one in self.proposals if one.field == declared.name],
            )
            for declared in RECORD_FIELDS
            if declared.section == section
        ]

    def content(self) -> dict[str, Any]:
        """What drafts.save takes: the fields that are valid."""
        return {name: _plain(self.cleaned_data[name]) for name in REVISION_FIELDS if name in self.cleaned_data}

    def add_refusal(self, error: ValidationError) -> None:
        """Add what the draft refuses, to its fields where it names them."""
        by_field = getattr(error, "error_dict", {})
        self.add_error(None, error if by_field and set(by_field) <= set(self.fields) else error.messages)

    @property
    def refusals(self) -> str:
        """All errors in words, each after the name of its field."""
        of_fields = [f"{field.label}：{error}" for field in self for error in field.errors]
        return " ".join(str(words) for words in [*self.non_field_errors(), *of_fields])

    def compare_with(self, resource: Resource) -> None:
        """Show what is stored elsewhere beside what was posted; the next save overwrites it.

        The initial values are those of the newest draft, so the changed fields are the differences.
        """
        latest = resource.latest_revision
        names = tuple(name for name in REVISION_FIELDS if name in self.changed_data)
        stored = readable(latest.content, names) if latest else {}
        self.stored = [(self[name].label, stored.get(name, "")) for name in names]
        self.stamp = drafts.stamp_of(resource)
        posted = QueryDict(mutable=True)
        posted.update(self.data)
        posted["based_on"] = self.stamp
        self.data = posted


def _initial(draft: Resource, name: str) -> Any:
    field = draft._meta.get_field(name)
    if field.many_to_many:
        return [term.pk for term in getattr(draft, name).all()]
    return getattr(draft, field.attname)


def _plain(value: Any) -> Any:
    return list(value) if hasattr(value, "model") and hasattr(value, "filter") else value


def _keep_retired(field: forms.ModelChoiceField, chosen: Iterable[int]) -> None:
    """A retired term can still be chosen for a resource that has it."""
    assert field.queryset is not None  # noqa: S101 - every choice here is made from a vocabulary
    field.queryset = field.queryset.model.objects.filter(Q(active=True) | Q(pk__in=chosen))
