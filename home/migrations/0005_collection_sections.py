"""Headings of collections become rows of their own, in the pages and in their revisions."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

BATCH = 100


def split_headings(apps: Any, schema_editor: Any) -> None:
    _split_rows(apps.get_model("home", "CollectionEntry"))
    page = apps.get_model("home", "CollectionPage")
    _split_revisions(apps, page)


def _split_rows(entry_model: Any) -> None:
    mixed = entry_model.objects.filter(resource__isnull=False).exclude(heading="")
    for page_id in list(mixed.values_list("page_id", flat=True).distinct().order_by("page_id")):
        position = 0
        for entry in list(entry_model.objects.filter(page_id=page_id).order_by("sort_order", "pk")):
            if entry.heading and entry.resource_id:
                entry_model.objects.create(
                    page_id=page_id, sort_order=position, heading=entry.heading, heading_note=entry.heading_note
                )
                position += 1
                entry.heading, entry.heading_note = "", ""
            entry.sort_order = position
            entry.save()
            position += 1


def _split_revisions(apps: Any, page_model: Any) -> None:
    revisions = apps.get_model("wagtailcore", "Revision").objects
    keys = [str(pk) for pk in page_model.objects.values_list("pk", flat=True)]
    for start in range(0, len(keys), BATCH):
        for revision in revisions.filter(object_id__in=keys[start : start + BATCH]).iterator(BATCH):
            content = revision.content
            if not isinstance(content, dict) or not any(_is_mixed(row) for row in content.get("entries", [])):
                continue
            content["entries"] = list(_split(content["entries"]))
            revision.content = content
            revision.save(update_fields=["content"])


def _is_mixed(row: Any) -> bool:
    return bool(isinstance(row, dict) and row.get("heading") and row.get("resource"))


def _split(rows: list[dict[str, Any]]) -> Any:
    position = 0
    for row in sorted(rows, key=lambda row: row.get("sort_order") or 0):
        if _is_mixed(row):
            title = {**row, "pk": None, "resource": None, "number": None, "note": "", "sort_order": position}
            yield title
            position += 1
            row = {**row, "heading": "", "heading_note": ""}
        yield {**row, "sort_order": position}
        position += 1


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0004_news_and_banner"),
        ("resources", "0008_file_findings_and_timeouts"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.AlterField(
            model_name="collectionentry",
            name="heading",
            field=models.CharField(blank=True, max_length=60, verbose_name="section title"),
        ),
        migrations.AlterField(
            model_name="collectionentry",
            name="resource",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="collection_entries",
                to="resources.resource",
                verbose_name="resource",
            ),
        ),
        migrations.RunPython(split_headings, migrations.RunPython.noop),
    ]
