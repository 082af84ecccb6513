# What a visit cost as it was booked, for its receipt. Earlier visits have none.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0005_feeds_callbacks_video"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="price",
            field=models.DecimalField(
                blank=True, decimal_places=2, editable=False, max_digits=8, null=True,
                verbose_name="price",
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="currency",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=3, verbose_name="currency"
            ),
        ),
    ]
