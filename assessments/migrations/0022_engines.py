"""Which engine judged a chart and drafted a plan."""

from django.db import migrations, models

import clinic.guards


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0021_discharges'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessment',
            name='engine',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='plan',
            name='engine',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        # Made anew with the column: on PostgreSQL the guard lists what may not change.
        migrations.RemoveConstraint(
            model_name='plan',
            name='plan_issued_is_final',
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=clinic.guards.Final(allow=('replaced_at',), marker='issued_at', name='plan_issued_is_final'),
        ),
    ]
