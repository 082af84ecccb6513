"""Signed assessments, issued plans and published libraries change by no door, on either engine."""

import pytest
from django.db import DataError, IntegrityError, connection, models, transaction

from assessments import actions
from assessments.library_store import load_shipped_library, newest_version
from assessments.models import Assessment, Finding, LibraryVersion, Plan, PlanLine
from clinic.overlap import violates
from tests.assessments.factories import NOW, make_chart, make_draft, make_issued, make_signed

pytestmark = pytest.mark.django_db

SIGNED = "assessment_signed_is_final"
SIGNED_FINDING = "finding_of_signed_is_final"
ISSUED = "plan_issued_is_final"
ISSUED_LINE = "line_of_issued_is_final"
ALLOWED = "plan_only_when_the_gate_allows"
PUBLISHED = "library_published_is_final"


def refused(guard, attack):
    """Run an attack and say whether the guard of that name stopped it."""
    with pytest.raises((IntegrityError, DataError)) as caught, transaction.atomic():
        attack()
    return violates(caught.value, guard)


def sql(statement, *params):
    def attack():
        with connection.cursor() as cursor:
            cursor.execute(statement, params)

    return attack


def key(row):
    """A UUID as this engine stores it."""
    return row.pk.hex if connection.vendor == "sqlite" else row.pk


def replace_all(model, changed="", by=""):
    """REPLACE every row by itself; with ``changed``, under another primary key."""
    table = model._meta.db_table
    columns = [f'"{field.column}"' for field in model._meta.local_concrete_fields]
    chosen = [by if column == f'"{changed}"' else column for column in columns]
    return sql(
        f"INSERT OR REPLACE INTO {table} ({', '.join(columns)})"
        f" SELECT {', '.join(chosen)} FROM {table}"
    )


class TestASignedAssessment:
    @pytest.fixture
    def signed(self):
        return make_signed()

    def test_by_save(self, signed):
        signed.plan_status = "DRAFT_WITH_CAUTION"
        assert refused(SIGNED, signed.save)

    def test_by_update(self, signed):
        rows = Assessment.objects.filter(pk=signed.pk)
        assert refused(SIGNED, lambda: rows.update(plan_status="BLOCKED"))
        assert refused(SIGNED, lambda: rows.update(signed_at=None, content_hash=""))

    def test_by_bulk_update(self, signed):
        signed.version = 99
        assert refused(SIGNED, lambda: Assessment.objects.bulk_update([signed], ["version"]))

    def test_by_raw_sql(self, signed):
        table = Assessment._meta.db_table
        assert refused(SIGNED, sql(f"UPDATE {table} SET gate_level = 'CLEAR'"))
        assert refused(SIGNED, sql(f"UPDATE {table} SET result = NULL WHERE id = %s", key(signed)))

    def test_by_delete(self, signed):
        assert refused(SIGNED_FINDING, lambda: signed.findings.all().delete())
        assert refused(SIGNED, sql(f"DELETE FROM {Assessment._meta.db_table}"))

    def test_its_findings(self, signed):
        row = signed.findings.first()
        row.number = 1
        assert refused(SIGNED_FINDING, row.save)
        assert refused(SIGNED_FINDING, lambda: signed.findings.update(state="known", text="x"))
        assert refused(SIGNED_FINDING, sql(f"DELETE FROM {Finding._meta.db_table}"))

    def test_nothing_joins_it(self, signed):
        fresh = {"item": "beighton", "number": 4, "recorded_at": NOW}
        assert refused(SIGNED_FINDING, lambda: signed.findings.create(**fresh))
        rows = [Finding(assessment=signed, **fresh)]
        assert refused(SIGNED_FINDING, lambda: Finding.objects.bulk_create(rows))

    def test_nothing_moves_into_it_or_out_of_it(self, signed):
        other = make_chart()
        inside, outside = signed.findings.first(), other.findings.first()
        moves = Finding.objects.filter(pk=inside.pk), Finding.objects.filter(pk=outside.pk)
        assert refused(SIGNED_FINDING, lambda: moves[0].update(assessment=other))
        assert refused(SIGNED_FINDING, lambda: moves[1].update(assessment=signed, item="x"))

    @pytest.mark.sqlite_only
    def test_by_replace(self, signed):
        assert refused(SIGNED, replace_all(Assessment))
        assert refused(SIGNED_FINDING, replace_all(Finding))
        assert refused(SIGNED_FINDING, replace_all(Finding, "id", "id + 100000"))

    @pytest.mark.postgresql_only
    def test_by_truncate(self, signed):
        sql("SET CONSTRAINTS ALL IMMEDIATE")()  # or what is pending would refuse first
        tables = ", ".join(m._meta.db_table for m in (Assessment, Finding, Plan, PlanLine))
        with pytest.raises(IntegrityError), transaction.atomic():
            sql(f"TRUNCATE {tables} CASCADE")()

    def test_a_draft_beside_it_still_changes(self, signed):
        chart = make_chart()
        assert Assessment.objects.filter(pk=chart.pk).update(version=7) == 1
        assert chart.findings.all().delete()[0] == 1


class TestAnIssuedPlan:
    @pytest.fixture
    def plan(self):
        return make_issued()

    def test_by_save_update_and_sql(self, plan):
        plan.note = "Do more"
        assert refused(ISSUED, plan.save)
        assert refused(ISSUED, lambda: Plan.objects.update(pain_limit=9))
        assert refused(ISSUED, lambda: Plan.objects.update(issued_at=None, content_hash=""))
        assert refused(ISSUED, sql(f"UPDATE {Plan._meta.db_table} SET start_phase = 'P3'"))

    def test_by_delete(self, plan):
        with pytest.raises(models.ProtectedError):
            plan.delete()
        assert refused(ISSUED, sql(f"DELETE FROM {Plan._meta.db_table}"))

    def test_its_lines(self, plan):
        line = plan.lines.first()
        line.dose = "100 × 100"
        assert refused(ISSUED_LINE, line.save)
        assert refused(ISSUED_LINE, lambda: plan.lines.update(why="because"))
        assert refused(ISSUED_LINE, lambda: plan.lines.all().delete())
        assert refused(ISSUED_LINE, sql(f"UPDATE {PlanLine._meta.db_table} SET reps = 99"))

    def test_nothing_joins_it(self, plan):
        line = plan.lines.first()
        line.pk, line.position, line._state.adding = (
            models.UUIDField().to_python("00000000-0000-4000-8000-000000000001"),
            99,
            True,
        )
        assert refused(ISSUED_LINE, lambda: line.save(force_insert=True))
        assert refused(ISSUED_LINE, lambda: PlanLine.objects.bulk_create([line]))

    @pytest.mark.sqlite_only
    def test_by_replace(self, plan):
        assert refused(ISSUED, replace_all(Plan))
        assert refused(ISSUED_LINE, replace_all(PlanLine))
        fresh = "lower(hex(randomblob(16)))"
        assert refused(ISSUED, replace_all(Plan, "id", fresh))
        assert refused(ISSUED_LINE, replace_all(PlanLine, "id", fresh))

    def test_its_end_may_be_written_down(self, plan):
        assert Plan.objects.update(replaced_at=NOW) == 1


class TestABlockedGate:
    """No plan reaches a patient from an assessment whose gate does not allow one."""

    @pytest.fixture
    def plan(self):
        """A draft that somebody attached to a blocked assessment by force."""
        plan = make_draft()
        blocked = make_signed(6, practitioner=plan.assessment.author, patient=plan.episode.patient)
        assert blocked.plan_status == "BLOCKED"
        Plan.objects.update(assessment=blocked)
        plan.refresh_from_db()
        return plan

    @pytest.fixture
    def issued(self, plan):
        """The columns that would make it the patient's plan."""
        return {
            "issued_at": NOW,
            "issued_by": plan.assessment.author.user,
            "content_hash": "0" * 64,
        }

    def test_by_update(self, plan, issued):
        assert refused(ALLOWED, lambda: Plan.objects.filter(pk=plan.pk).update(**issued))

    def test_by_save(self, plan, issued):
        for name, value in issued.items():
            setattr(plan, name, value)
        assert refused(ALLOWED, plan.save)

    def test_by_bulk_update(self, plan, issued):
        for name, value in issued.items():
            setattr(plan, name, value)
        assert refused(ALLOWED, lambda: Plan.objects.bulk_update([plan], list(issued)))

    def test_by_raw_sql(self, plan, issued):
        user = issued["issued_by"]
        statement = (
            f"UPDATE {Plan._meta.db_table} SET issued_at = %s, issued_by_id = %s,"
            " content_hash = 'x' WHERE id = %s"
        )
        assert refused(ALLOWED, sql(statement, NOW.isoformat(), key(user), key(plan)))

    def test_by_a_row_born_issued(self, plan, issued):
        plan.pk = models.UUIDField().to_python("00000000-0000-4000-8000-000000000002")
        plan.version, plan._state.adding = 77, True
        for name, value in issued.items():
            setattr(plan, name, value)
        assert refused(ALLOWED, lambda: plan.save(force_insert=True))
        assert refused(ALLOWED, lambda: Plan.objects.bulk_create([plan]))

    def test_by_the_action(self, plan):
        with pytest.raises(Exception, match="cannot be issued"):
            actions.issue_plan(plan, by=plan.assessment.author.user, now=NOW)

    def test_from_an_unsigned_assessment(self, plan, issued):
        chart = make_chart()
        Plan.objects.update(assessment=chart)
        assert refused(ALLOWED, lambda: Plan.objects.filter(pk=plan.pk).update(**issued))


class TestAPublishedLibrary:
    def test_it_is_there_after_migrate_and_only_once(self):
        version = newest_version()

        assert (version.number, version.state, load_shipped_library()) == (1, "published", False)
        assert LibraryVersion.objects.count() == 1

    def test_it_cannot_change_or_go(self):
        version = LibraryVersion.objects.get()
        version.data = {}
        assert refused(PUBLISHED, version.save)
        assert refused(PUBLISHED, lambda: LibraryVersion.objects.update(fingerprint="x"))
        assert refused(PUBLISHED, lambda: LibraryVersion.objects.all().delete())
        assert refused(PUBLISHED, sql(f"UPDATE {LibraryVersion._meta.db_table} SET data = '1'"))

    @pytest.mark.sqlite_only
    def test_by_replace(self):
        assert refused(PUBLISHED, replace_all(LibraryVersion))

    def test_that_somebody_reviewed_it_may_be_written_down(self):
        assert LibraryVersion.objects.update(reviewed_by="Robin Example, physiotherapist") == 1
