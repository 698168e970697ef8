"""The registries of the sandbox: every entry names a function, and plans name entries only."""

from __future__ import annotations

from importlib import import_module

import pytest

from resources.processing.child import COMMANDS
from resources.processing.extract import EXTRACTORS
from resources.processing.preview_plan import PreviewPlan
from resources.processing.render import RENDERERS


@pytest.mark.parametrize("path", [*COMMANDS.values(), *EXTRACTORS.values(), *RENDERERS.values()])
def test_an_entry_names_a_function(path: str) -> None:
    module, _colon, name = path.partition(":")
    assert callable(getattr(import_module(module), name))


@pytest.mark.parametrize("steps", [{"extractor": "no such extractor"}, {"renderer": "no such renderer"}])
def test_a_plan_with_an_unknown_step_is_an_error_at_import(steps: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="Unknown step"):
        PreviewPlan(**steps)
