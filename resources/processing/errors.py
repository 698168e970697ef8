"""Errors of the processing package."""

from __future__ import annotations

from resources.processing.outcome_codes import OutcomeCode


class CannotRead(Exception):
    """The file can't be read at all."""

    def __init__(self, code: OutcomeCode | str) -> None:
        super().__init__(code)
        self.code = OutcomeCode(code)
