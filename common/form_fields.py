"""Form fields that refuse or clean what no field should store."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator

from common.text import one_line, parse_id


class Choices(forms.ModelMultipleChoiceField):
    """Several rows chosen by primary key.

    Numbers no key can have are a form error; SQLite would raise for them.
    """

    def clean(self, value: Any) -> Any:
        for number in value or ():
            if parse_id(str(number)) is None:
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": number})
        return super().clean(value)


class OneLine(forms.CharField):
    """Text without line breaks or control characters."""

    def to_python(self, value: Any) -> Any:
        return one_line(super().to_python(value) or "")


class Gigabytes(forms.FloatField):
    """Bytes in the model, gigabytes (of 1024³ bytes) for the user."""

    SIZE = 1024**3
    LARGEST = 1_000_000
    """Gigabytes. The column holds 8 billion."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value / self.SIZE:g}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        if typed is None:
            return None
        MaxValueValidator(self.LARGEST)(typed)
        return round(typed * self.SIZE)
