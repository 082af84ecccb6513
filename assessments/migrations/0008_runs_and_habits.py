import clinic.guards
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0007_a_look_at_logs'),
        ('clinic', '0016_text_messages_are_found'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='exerciselog',
            name='said_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='StrengthDays',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('days', models.JSONField(default=list)),
                ('chosen_at', models.DateTimeField()),
                ('patient', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='strength_days', to='clinic.patient')),
            ],
            options={
                'verbose_name': 'strength days',
                'verbose_name_plural': 'strength days',
            },
        ),
        migrations.CreateModel(
            name='Flare',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('client_id', models.UUIDField()),
                ('level', models.CharField(blank=True, max_length=12)),
                ('yes', models.JSONField(default=list)),
                ('pain', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='pain now, 0 to 10')),
                ('reported_at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flares', to='clinic.patient')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flares', to='assessments.plan')),
            ],
            options={
                'verbose_name': 'flare',
                'verbose_name_plural': 'flares',
                'indexes': [models.Index(fields=['patient', 'reported_at'], name='flare_by_time')],
                'constraints': [models.UniqueConstraint(fields=('patient', 'client_id'), name='flare_once_per_client'), models.CheckConstraint(condition=models.Q(('pain__isnull', True), ('pain__lte', 10), _connector='OR'), name='flare_pain_runs_from_0_to_10'), clinic.guards.Final(allow=(), marker='reported_at', name='flare_is_final')],
            },
        ),
        migrations.CreateModel(
            name='MorningLog',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('client_id', models.UUIDField()),
                ('on', models.DateField(verbose_name='day')),
                ('knee', models.CharField(choices=[('better', 'better'), ('same', 'as on other mornings'), ('worse', 'worse')], max_length=6, verbose_name='knee this morning')),
                ('pain', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='pain, 0 to 10')),
                ('said_at', models.DateTimeField()),
                ('logged_at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mornings', to='clinic.patient')),
            ],
            options={
                'verbose_name': 'morning',
                'verbose_name_plural': 'mornings',
                'indexes': [models.Index(fields=['patient', 'on'], name='morning_by_day')],
                'constraints': [models.UniqueConstraint(fields=('patient', 'client_id'), name='morning_once_per_client'), models.CheckConstraint(condition=models.Q(('pain__isnull', True), ('pain__lte', 10), _connector='OR'), name='morning_pain_runs_from_0_to_10'), clinic.guards.Final(allow=(), marker='logged_at', name='morning_is_final')],
            },
        ),
        migrations.CreateModel(
            name='PlannedRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('on', models.DateField(verbose_name='day')),
                ('km', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='distance in km')),
                ('longest_km', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='longest run before, km')),
                ('override_reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('planned_at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned_runs', to='clinic.patient')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned_runs', to='assessments.plan')),
            ],
            options={
                'verbose_name': 'planned run',
                'verbose_name_plural': 'planned runs',
                'indexes': [models.Index(fields=['patient', 'on'], name='planned_run_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('km__gt', 0)), name='planned_run_is_above_0'), clinic.guards.Final(allow=(), marker='planned_at', name='planned_run_is_final')],
            },
        ),
        migrations.CreateModel(
            name='RunLog',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('client_id', models.UUIDField()),
                ('on', models.DateField(verbose_name='day')),
                ('stage', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='walk-jog stage')),
                ('km', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='distance in km')),
                ('pain', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='pain during, 0 to 10')),
                ('settled', models.BooleanField(null=True, verbose_name='back to before within the hour')),
                ('said_at', models.DateTimeField()),
                ('logged_at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='clinic.patient')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='assessments.plan')),
            ],
            options={
                'verbose_name': 'run',
                'verbose_name_plural': 'runs',
                'indexes': [models.Index(fields=['patient', 'on'], name='run_by_day')],
                'constraints': [models.UniqueConstraint(fields=('patient', 'client_id'), name='run_once_per_client'), models.CheckConstraint(condition=models.Q(('stage__isnull', False), ('km__isnull', False), _connector='OR'), name='run_has_a_stage_or_a_distance'), models.CheckConstraint(condition=models.Q(('pain__isnull', True), ('pain__lte', 10), _connector='OR'), name='run_pain_runs_from_0_to_10'), models.CheckConstraint(condition=models.Q(('km__isnull', True), ('km__gt', 0), _connector='OR'), name='run_distance_is_above_0'), clinic.guards.Final(allow=(), marker='logged_at', name='run_is_final')],
            },
        ),
        migrations.CreateModel(
            name='RunningTest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('checks', models.JSONField()),
                ('passed_at', models.DateTimeField()),
                ('episode', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='running_tests', to='assessments.episodeofcare')),
                ('passed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'test before the first run',
                'verbose_name_plural': 'tests before the first run',
                'constraints': [clinic.guards.Final(allow=(), marker='passed_at', name='running_test_is_final')],
            },
        ),
    ]
