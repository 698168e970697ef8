"""Run code from standard input, one piece a line, in a site's settings; answer in JSON.

One process for all of them, because starting Django takes longer than nearly everything a test asks.
"""

from __future__ import annotations

import json
import os
import sys
import traceback

import django


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    # What the code prints must not mix with the answers.
    os.dup2(2, 1)
    django.setup()
    from django.db import connections

    for line in sys.stdin:
        scope: dict[str, object] = {"answer": None}
        try:
            exec(json.loads(line), scope)  # noqa: S102 - code of the tests themselves
            reply = {"answer": scope["answer"]}
        except Exception:  # noqa: BLE001 - the caller gets the traceback
            reply = {"failed": traceback.format_exc()}
        connections.close_all()
        answers.write(json.dumps(reply, default=str) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
