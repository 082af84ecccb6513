"""A clinic that takes bookings already goes on doing so; only new ones begin with closed doors."""

from django.db import migrations
from django.utils import timezone


def keep_open(apps, schema_editor):
    """Open a clinic that has visits, or somebody with hours who offers a service online."""
    Appointment = apps.get_model("bookings", "Appointment")
    ServiceOffer = apps.get_model("bookings", "ServiceOffer")
    offered = ServiceOffer.objects.filter(
        service__is_active=True, service__online=True, practitioner__hours__isnull=False
    )
    if Appointment.objects.exists() or offered.exists():
        practice = apps.get_model("clinic", "Practice")
        practice.objects.filter(booking_opened_at=None).update(booking_opened_at=timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ("bookings", "0015_busy_times"),
        ("clinic", "0012_first_day"),
    ]

    operations = [migrations.RunPython(keep_open, migrations.RunPython.noop)]
