"""Assembles the judged collection: ``python -m tests.relevance.collect FOLDER``, then ``manage.py search_eval FOLDER``.

Only queries and judgments are in the repository. The documents are collected from the measuring data and the demo; they
keep the ids of their sources, so the judgments stay valid while neither changes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from demo.catalogue import ITEMS, DemoFile, Item
from resources.processing.extract import docx, pdf, pptx, xlsx
from tests.shared_data import SHARED

HERE = Path(__file__).parent
QUERIES, JUDGMENTS = HERE / "queries.jsonl", HERE / "qrels.tsv"
DATA = SHARED / "data"

CHILDREN = re.compile(r"托育|婴|幼儿|幼童|儿童|学前|哺乳|孕产|母婴|未成年|家庭教育|保育|托班|托幼|入托")
AROUND = re.compile(r"教育|学校|教师|学生|卫生|医疗|疾病|传染病|食品|疫苗|校车|营养|心理|健康|食堂|护理|急救|消防")
AROUND_ONE_IN = 20
"""Keep one in this many articles on schools and health that don't mention children, to limit the collection's size."""

READERS = {".pptx": pptx.read, ".pdf": pdf.read, ".docx": docx.read, ".xlsx": xlsx.read}
Document = dict[str, str]


def documents() -> Iterator[Document]:
    yield from whole_laws()
    yield from articles()
    yield from abstracts()
    yield from demo_pages()


def whole_laws() -> Iterator[Document]:
    for path in sorted((DATA / "catalog" / "laws_childcare").glob("*.md")):
        lines = path.read_text(encoding="utf-8").replace("<!-- INFO END -->", "").splitlines()
        words = [line.lstrip("# ").strip() for line in lines]
        name, *rest = filter(None, words)
        yield {"id": f"law-{path.stem}", "title": name, "text": "\n".join(rest)}


def articles() -> Iterator[Document]:
    """All articles that mention children, and one in twenty on schools, health or food."""
    for each in _lines(DATA / "catalog" / "law_articles.jsonl.gz"):
        words = each["title"] + each["text"]
        if CHILDREN.search(words) or (AROUND.search(words) and _draw(each["id"], AROUND_ONE_IN)):
            yield {key: each[key] for key in ("id", "title", "text")}


def abstracts() -> Iterator[Document]:
    """Of all disciplines: medicine and education are relevant, the others must not be found."""
    for each in _lines(DATA / "ir" / "csl" / "docs.jsonl.gz"):
        if each["text"]:
            yield {key: each[key] for key in ("id", "title", "text")}


def demo_pages() -> Iterator[Document]:
    """Every page of the demo's files, and each resource's description as page 0."""
    for item in sorted(ITEMS, key=lambda each: each.title):
        about = "\n".join(filter(None, (item.subtitle, item.description, "，".join(item.keywords))))
        yield {"id": f"demo-{item.title}-0", "title": item.title, "text": about}
        for file in (*item.files, *item.newer):
            yield from _pages(item, file)


def _pages(item: Item, file: DemoFile) -> Iterator[Document]:
    reader = READERS.get(Path(file.name).suffix)
    if reader is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file.name
        path.write_bytes(file.make())
        for number, page in enumerate(reader(path)[1], start=1):
            text = "\n".join(filter(None, (page.get("text", ""), page.get("notes", ""))))
            yield {"id": f"demo-{file.name}-{number}", "title": item.title, "text": text}


def _draw(name: str, one_in: int) -> bool:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % one_in == 0


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def collect(folder: Path) -> int:
    """Lay the collection out as ``search_eval`` reads it; returns how many documents there are."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / "docs.jsonl").open("w", encoding="utf-8") as target:
        for document in documents():
            target.write(json.dumps(document, ensure_ascii=False) + "\n")
            count += 1
    for path in (QUERIES, JUDGMENTS):
        if path.exists():
            shutil.copy(path, folder)
    return count


if __name__ == "__main__":
    print(f"{collect(Path(sys.argv[1]))} documents")
