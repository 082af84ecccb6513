"""Every guard made before there was a door for erasure is made anew with it."""

from django.db import migrations

from clinic.guards_erasure import make_anew, without_door


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0026_check_ins"),
        ("bookings", "0022_bookings_write_less"),
        ("clinic", "0026_erasures"),
    ]

    operations = [migrations.RunPython(make_anew, without_door)]
