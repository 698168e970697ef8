"""Each kind of file has a label in both languages, which the search page shows."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from resources.pipeline.format_labels import KIND_LABELS
from resources.processing import formats
from resources.processing.preview_plan import plan_for
from search.facets import BY_NAME

KINDS = sorted({entry.kind for entry in (*formats.BY_EXTENSION.values(), *formats.BY_FAMILY.values(), formats.UNKNOWN)})


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_has_a_label_in_both_languages(kind: str) -> None:
    with override("en"):
        english = str(KIND_LABELS[kind])
    with override("zh-hans"):
        chinese = str(KIND_LABELS[kind])
    assert english.isascii()
    assert chinese == "PDF" or not chinese.isascii()


def test_every_kind_of_file_has_a_name_in_the_facet() -> None:
    assert BY_NAME["format"].labels is KIND_LABELS
    assert set(KINDS) == KIND_LABELS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_plan_and_an_unknown_content_has_a_reason(kind: str) -> None:
    plan = plan_for(kind, "unknown")
    assert plan.extractor or plan.renderer or plan.no_preview
