import django.db.models.deletion
from django.db import migrations, models

KEEP_DELIVERIES = """
    INSERT INTO members_noticedelivery (notice_id, channel, delivered_at)
    SELECT id, 'site', created FROM members_notice
    UNION ALL
    SELECT id, 'email', mailed_at FROM members_notice WHERE mailed_at IS NOT NULL
"""
KEEP_MAILED_AT = """
    UPDATE members_notice SET mailed_at = (
        SELECT delivered_at FROM members_noticedelivery
        WHERE notice_id = members_notice.id AND channel = 'email'
    )
"""


class Migration(migrations.Migration):
    """One row per notice and channel takes the place of ``mailed_at``; delivery times are carried over."""

    dependencies = [
        ("members", "0002_school_form"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoticeDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=20)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "notice",
                    models.ForeignKey("members.notice", django.db.models.deletion.CASCADE, related_name="deliveries"),
                ),
            ],
            options={
                "verbose_name": "notice delivery",
                "constraints": [models.UniqueConstraint(fields=("notice", "channel"), name="one_delivery_per_channel")],
            },
        ),
        migrations.RunSQL(KEEP_DELIVERIES, KEEP_MAILED_AT),
        migrations.RemoveField(
            model_name="notice",
            name="mailed_at",
        ),
    ]
