"""Filters for all templates."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from common.templatetags.ui import size


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (574_054, "561 KB"),  # 560.6
        (573_900, "560 KB"),
        (44_670_000, "42.6 MB"),
        (300 * 1024**2, "300 MB"),
        (0, "0 B"),
        (None, ""),
    ],
)
def test_sizes_are_rounded_as_the_upload_list_rounds_them(amount: int | None, text: str) -> None:
    with override("zh-hans"):
        assert size(amount) == text
