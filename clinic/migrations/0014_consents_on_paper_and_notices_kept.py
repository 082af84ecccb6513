import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

import clinic.guards


def keep_todays_notice(apps, schema_editor):
    """The notice in force is the only one whose text is still known."""
    notices = apps.get_model("clinic", "PrivacyNotice")
    for practice in apps.get_model("clinic", "Practice").objects.all():
        notices.objects.create(
            dated=practice.privacy_dated, text=practice.privacy_text, saved_at=timezone.now()
        )


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0013_device_pins"),
    ]

    operations = [
        migrations.CreateModel(
            name="PrivacyNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("dated", models.DateField(verbose_name="dated")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("saved_at", models.DateTimeField(verbose_name="saved")),
            ],
            options={
                "verbose_name": "privacy notice",
                "verbose_name_plural": "privacy notices",
                "indexes": [
                    models.Index(fields=["dated", "saved_at"], name="privacy_notice_by_day")
                ],
                "constraints": [clinic.guards.Final(allow=(), marker="", name="privacy_notice_is_final")],
            },
        ),
        # The guard names every column it protects: it is made anew around the new ones.
        migrations.RemoveConstraint(model_name="consent", name="consent_is_final"),
        migrations.AddField(
            model_name="consent",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT,
                related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="written down by",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="signed_on",
            field=models.DateField(blank=True, null=True, verbose_name="signed on paper"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=Q(signed_on__isnull=True) | Q(recorded_by__isnull=False),
                name="consent_on_paper_names_who_wrote_it_down",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=clinic.guards.Final(
                allow=("withdrawn_at",), marker="given_at", name="consent_is_final"
            ),
        ),
        migrations.RunPython(keep_todays_notice, migrations.RunPython.noop),
    ]
