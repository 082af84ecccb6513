import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0016_text_messages_are_found'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanDevice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('device', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=40, verbose_name='device')),
                ('kept_at', models.DateTimeField(verbose_name='since')),
                ('until', models.DateTimeField(verbose_name='until')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_devices', to='clinic.patient')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_devices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'phone with a plan',
                'verbose_name_plural': 'phones with a plan',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('device', 'patient'), name='plan_device_once_per_patient'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('kept_at'))), name='plan_device_ends_after_it_began')],
            },
        ),
    ]
