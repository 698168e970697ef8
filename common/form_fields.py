"""Several rows chosen by number in a form."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

NUMBER = re.compile(r"[0-9]{1,18}")


class Choices(forms.ModelMultipleChoiceField):
    """Refuses what can be no row's number with a message: SQLite answers a number it can't hold with an exception."""

    def clean(self, value: Any) -> Any:
        for number in value or ():
            if not NUMBER.fullmatch(str(number)):
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": number})
        return super().clean(value)
