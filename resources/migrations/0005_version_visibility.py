"""Published versions keep the audience they were approved for; earlier ones get it from the audit log."""

from typing import Any

from django.db import migrations, models

CHOICES = [("public", "Public"), ("alliance", "Alliance only"), ("school", "Own school only")]
NARROWEST_FIRST = ["school", "alliance", "public"]
CHANGES = ["resources.set_visibility", "resources.widen"]


def fill(apps: Any, schema_editor: Any) -> None:
    """The narrowest audience from the publication until now: back through what was changed since."""
    version_model = apps.get_model("resources", "PublishedVersion")
    entries = apps.get_model("wagtailcore", "ModelLogEntry").objects.filter(
        content_type__app_label="resources", content_type__model="resource", action__in=CHANGES
    )
    for version in version_model.objects.select_related("resource").iterator():
        seen = {version.resource.visibility}
        if version.revision_id != version.resource.live_revision_id:
            for entry in entries.filter(object_id=str(version.resource_id), timestamp__gt=version.published):
                seen |= {entry.data.get("old"), entry.data.get("new")} & set(NARROWEST_FIRST)
        version.visibility = min(seen, key=NARROWEST_FIRST.index)
        version.save(update_fields=["visibility"])


class Migration(migrations.Migration):
    dependencies = [
        ("resources", "0004_bytes_once_per_kind"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.AddField(
            model_name="publishedversion",
            name="visibility",
            field=models.CharField(
                choices=CHOICES,
                default="school",
                help_text="The most people it was approved for. What narrows the resource narrows every version.",
                max_length=10,
                verbose_name="approved for",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
