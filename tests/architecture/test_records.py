"""What the code points its readers to is there."""

from __future__ import annotations

import re

from tests.architecture.test_structure import ROOT, SOURCES, named


def test_every_record_the_code_cites_exists():
    cited = {
        (named(path), record)
        for path in SOURCES
        for record in re.findall(r"docs/[a-z0-9/_-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert [pair for pair in sorted(cited) if not (ROOT / pair[1]).is_file()] == []
    assert cited
