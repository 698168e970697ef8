"""The form of a draft's metadata. It parses what was typed; requirements.py says whether that is enough to submit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.form_fields import Choices, OneLine
from resources import models
from resources.models import Resource
from resources.publishing.drafts import FIELDS
from resources.publishing.requirements import REQUIRED
from resources.publishing.revision_diff import LANGUAGES

SEPARATORS = re.compile(r"[、,，;；\n\r\t　]+")
MAX_KEYWORDS = 12


def _terms(model: type[models.Term]) -> Any:
    return model.objects.in_use()


class ResourceTypeFirst(forms.ModelChoiceField):
    """A choice that starts with nothing chosen, said in words."""

    def __init__(self, model: type[models.Term], **kwargs: Any) -> None:
        super().__init__(_terms(model), required=False, empty_label=kwargs.pop("empty_label", _("Choose")), **kwargs)


class Terms(Choices):
    def __init__(self, model: type[models.Term], **kwargs: Any) -> None:
        super().__init__(_terms(model), required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class Keywords(forms.CharField):
    """Words separated by 、, commas, semicolons or line ends; a list of different words."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        text = super().to_python(value) or ""
        # Django looks for NUL in the cleaned value, where a list hides it; PostgreSQL's JSON refuses it with an error.
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


class DraftForm(forms.Form):
    """Eight choices, two declarations, and the rest for those who want it. Nothing is required to save."""

    title = OneLine(
        label=_("Title"),
        max_length=200,
        required=False,
        help_text=_("As on the cover; leave out “latest” and “final”."),
    )
    resource_type = ResourceTypeFirst(models.ResourceType, label=_("Resource type"))
    levels = Terms(models.Level, label=_("Level"))
    programmes = Terms(models.Programme, label=_("Programme"))
    audiences = Terms(
        models.Audience, label=_("Audience"), help_text=_("Who works with it, not which child it is about.")
    )
    creators = OneLine(
        label=_("Creators"),
        max_length=300,
        required=False,
        help_text=_("People or groups; several are separated by 、"),
    )
    licence = forms.ModelChoiceField(
        models.Licence.objects.in_use(), label=_("Licence"), required=False, empty_label=None, widget=forms.RadioSelect
    )
    visibility = forms.ChoiceField(
        label=_("Who may see it"), choices=Resource.Visibility.choices, required=False, widget=forms.RadioSelect
    )
    portraits = forms.ChoiceField(
        label=_("Portraits of children and families"),
        choices=Resource.Portraits.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    generated_content = forms.ChoiceField(
        label=_("Content made by AI"),
        choices=Resource.GeneratedContent.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    subtitle = OneLine(label=_("Subtitle"), max_length=200, required=False)
    description = forms.CharField(
        label=_("Description"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What it teaches, for whom, and how to use it in class."),
    )
    keywords = Keywords(
        label=_("Keywords"), required=False, max_length=600, help_text=_("Three to eight words, separated by 、")
    )
    granularity = ResourceTypeFirst(models.Granularity, label=_("Granularity"), empty_label=_("Not said"))
    course_units = Terms(models.CourseUnit, label=_("Courses, projects and tasks"))
    age_bands = Terms(
        models.AgeBand, label=_("Age band"), help_text=_("How old the child in the material is, not the student.")
    )
    care_domains = Terms(models.CareDomain, label=_("Care domains"))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    version_note = OneLine(
        label=_("What is new in this version"),
        max_length=300,
        required=False,
        help_text=_("Readers see it beside the version."),
    )
    go_live_at = forms.DateTimeField(
        label=_("Publish on"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Once approved it waits for this date. Empty: as soon as it is approved."),
    )
    expire_at = forms.DateTimeField(
        label=_("Take down on"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**62)

    CHOICES = ("title", "resource_type", "levels", "programmes", "audiences", "creators", "licence", "visibility")
    DECLARATIONS = ("portraits", "generated_content")

    def __init__(self, *args: Any, resource: Resource, draft: Resource, **kwargs: Any) -> None:
        initial = {name: _initial(draft, name) for name in FIELDS}
        initial |= {
            "visibility": resource.requested_visibility or resource.visibility,
            "based_on": resource.latest_revision_id,
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                chosen = initial[name] if isinstance(initial[name], list) else [initial[name]]
                _keep_retired(field, [pk for pk in chosen if pk])

    @property
    def choices(self) -> list[forms.BoundField]:
        return [self[name] for name in self.CHOICES]

    @property
    def declarations(self) -> list[forms.BoundField]:
        return [self[name] for name in self.DECLARATIONS]

    @property
    def optional(self) -> list[forms.BoundField]:
        required = {*REQUIRED, "based_on"}
        return [self[name] for name in self.fields if name not in required]

    def content(self) -> dict[str, Any]:
        """What drafts.save takes: the fields of the draft that were in the form."""
        return {name: _plain(self.cleaned_data[name]) for name in FIELDS}


def _initial(draft: Resource, name: str) -> Any:
    field = draft._meta.get_field(name)
    if field.many_to_many:
        return [term.pk for term in getattr(draft, name).all()]
    return getattr(draft, field.attname)


def _plain(value: Any) -> Any:
    return list(value) if hasattr(value, "model") and hasattr(value, "filter") else value


def _keep_retired(field: forms.ModelChoiceField, chosen: Iterable[int]) -> None:
    """A retired term stays choosable for the resource that has it."""
    assert field.queryset is not None  # noqa: S101 - every choice here is made from a vocabulary
    field.queryset = field.queryset.model.objects.filter(Q(active=True) | Q(pk__in=chosen))
