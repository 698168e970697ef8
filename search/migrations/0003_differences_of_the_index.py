from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0002_query_askers"),
    ]

    operations = [
        migrations.RemoveField(model_name="indexstate", name="reconcile_note"),
        migrations.AddField(
            model_name="indexstate",
            name="differences",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="How many resources the last comparison found missing, ghosts, stale, used.",
            ),
        ),
    ]
