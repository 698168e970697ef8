from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('common', '0002_backup_report'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContentStamp',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('token', models.BigIntegerField(help_text='A random number, new at every change.')),
            ],
            options={
                'verbose_name': 'content stamp',
            },
        ),
    ]
