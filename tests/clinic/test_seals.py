"""The audit trail shows what was done to it by force: a row changed, one gone, its end gone."""

import threading
import uuid
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from clinic import audit, seals
from clinic.actions.sealing import seal_trail
from clinic.models import AuditEvent, AuditMark, AuditSeal
from clinic.overlap import violates
from tests.conftest import NOW
from tests.unguarded import force, unguarded

pytestmark = pytest.mark.django_db

ADA, BEN = uuid.UUID(int=1), uuid.UUID(int=2)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def happened(*patients):
    return [audit.record("chart.viewed", by=audit.SYSTEM, patient_id=each) for each in patients]


def forget(rows):
    with unguarded():
        rows.delete()


def verify(*more):
    """Return the names of what is broken, and all that was written."""
    out = StringIO()
    with suppress(CommandError):
        call_command("verify", "audit", *more, stdout=out)
    lines = out.getvalue().splitlines()
    found = [line.split()[1].rstrip(":") for line in lines if line.startswith("BROKEN")]
    return found, out.getvalue()


@pytest.fixture
def sealed():
    """Two patients' chains of three rows each and one row of the clinic, sealed."""
    happened(ADA, BEN, ADA, BEN, ADA, BEN, None)
    assert seal_trail(NOW) == 3


def marks():
    rows = AuditMark.objects.order_by("seal_id", "chain")
    return [(mark.seal_id, mark.chain, mark.position) for mark in rows]


class TestSealing:
    def test_a_seal_says_how_far_every_chain_had_come(self, sealed):
        assert sorted(marks()) == sorted([
            (1, str(ADA), 3), (1, str(BEN), 3), (1, "clinic", 1),
        ])  # fmt: skip
        assert not seals.unsealed().exists()

    def test_the_next_one_marks_what_grew_since(self, sealed):
        happened(BEN, BEN)
        assert seals.unsealed().count() == 2
        assert seal_trail(NOW + MINUTE) == 1
        assert marks()[-1] == (2, str(BEN), 5)
        first, second = AuditSeal.objects.order_by("number")
        assert second.previous == first.digest

    def test_nothing_new_makes_no_seal_and_takes_no_lock(self, sealed, django_assert_num_queries):
        with django_assert_num_queries(4) as asked:  # is a whole one due, two for since, any heads
            assert seal_trail(NOW + MINUTE) == 0
        assert not any("INSERT" in each["sql"] or "lock" in each["sql"] for each in asked)
        assert AuditSeal.objects.count() == 1

    def test_a_trail_of_nothing_is_sealed_once_a_day(self):
        assert seal_trail(NOW) == 0
        assert seal_trail(NOW + MINUTE) == 0
        assert seal_trail(NOW + DAY) == 0
        assert list(AuditSeal.objects.order_by("number").values_list("whole", flat=True)) == [
            True,
            True,
        ]

    def test_it_costs_the_same_for_one_row_and_for_many(self, sealed, django_assert_num_queries):
        happened(ADA)
        with django_assert_num_queries(QUERIES):
            seal_trail(NOW + MINUTE)
        happened(*[ADA, BEN, None] * 5)
        with django_assert_num_queries(QUERIES):
            seal_trail(NOW + 2 * MINUTE)

    def test_what_was_committed_late_is_found(self, sealed):
        """A row's key is drawn when it is written, and others may overtake it."""
        row = late_row(key=AuditEvent.objects.order_by("-pk")[0].pk + 50)
        happened_after = AuditEvent.objects.create(**late_row(key=row["id"] + 50, chain="b"))
        assert seal_trail(NOW + 2 * timedelta(hours=1)) == 1
        AuditEvent.objects.create(**row)
        assert seal_trail(NOW + 2 * timedelta(hours=1) + MINUTE) == 1
        assert marks()[-1] == (3, "a", 1)
        assert happened_after.pk > row["id"]

    def test_what_was_committed_later_still_is_found_within_a_day(self, sealed):
        AuditEvent.objects.create(**late_row(key=-5))
        assert seal_trail(NOW + timedelta(hours=3)) == 0
        assert seal_trail(NOW + DAY) == 1

    def test_seals_are_final_as_well(self, sealed):
        for rows, name in (
            (AuditSeal.objects.all(), "audit_seal_is_append_only"),
            (AuditMark.objects.all(), "audit_mark_is_append_only"),
        ):
            with pytest.raises(IntegrityError) as caught, transaction.atomic():
                rows.update(digest="forged")
            assert violates(caught.value, name)
            with pytest.raises(IntegrityError) as caught, transaction.atomic():
                rows._raw_delete("default")
            assert violates(caught.value, name)


QUERIES = 14 if connection.vendor == "postgresql" else 13


def late_row(key, chain="a"):
    row = AuditEvent(id=key, chain=chain, position=1, at=NOW, actor_kind="system", action="x")
    row.digest = audit.digest(row)
    names = [field.attname for field in AuditEvent._meta.concrete_fields]
    return {name: getattr(row, name) for name in names}


class TestTampering:
    def test_a_trail_left_alone(self, sealed):
        happened(ADA)
        found, written = verify()
        assert found == []
        assert "Rows not sealed yet: 1" in written
        assert seals.checkpoint(seals.newest()) in written

    def test_a_trail_nobody_sealed_is_no_fault(self):
        happened(ADA)
        found, written = verify()
        assert found == []
        assert "not sealed yet: the worker does it" in written

    def test_a_changed_row(self, sealed):
        force(AuditEvent.objects.filter(chain=str(ADA), position=2), actor_id=BEN)
        assert verify()[0] == ["audit.chain"]

    def test_a_row_gone_from_the_middle(self, sealed):
        forget(AuditEvent.objects.filter(chain=str(ADA), position=2))
        assert verify()[0] == ["audit.chain"]

    def test_the_end_of_a_chain_gone(self, sealed):
        forget(AuditEvent.objects.filter(chain=str(ADA), position=3))
        found, written = verify()
        assert found == ["audit.sealed"]
        assert f"(row 3 of {ADA})" in written

    def test_an_end_that_grew_again(self, sealed):
        forget(AuditEvent.objects.filter(chain=str(ADA), position__gte=2))
        for _ in range(3):
            audit.record("plan.viewed", by=audit.SYSTEM, patient_id=ADA)
        seal_trail(NOW + MINUTE)
        assert verify()[0] == ["audit.sealed"]

    def test_a_whole_chain_gone(self, sealed):
        forget(AuditEvent.objects.filter(chain=str(ADA)))
        assert verify()[0] == ["audit.sealed"]

    def test_a_chain_written_anew_from_its_first_row(self, sealed):
        """Every digest worked out again: the chain alone would not show it."""
        with unguarded():
            previous = ""
            for row in AuditEvent.objects.filter(chain=str(ADA)).order_by("position"):
                row.actor_id, row.previous = BEN, previous
                row.digest = previous = audit.digest(row)
                row.save()
        assert audit.broken_links() == 0
        assert verify()[0] == ["audit.sealed"]

    def test_a_changed_mark(self, sealed):
        forget(AuditEvent.objects.filter(chain=str(ADA), position=3))
        left = AuditEvent.objects.get(chain=str(ADA), position=2)
        force(AuditMark.objects.filter(chain=str(ADA)), position=2, digest=left.digest)
        assert verify()[0] == ["audit.seals"]

    def test_a_mark_gone(self, sealed):
        forget(AuditMark.objects.filter(chain=str(ADA)))
        assert verify()[0] == ["audit.seals"]

    def test_a_seal_gone_from_the_middle(self, sealed):
        for minute in (1, 2):
            happened(ADA)
            seal_trail(NOW + minute * MINUTE)
        forget(AuditMark.objects.filter(seal_id=2))
        forget(AuditSeal.objects.filter(number=2))
        assert verify()[0] == ["audit.seals"]


class TestKeptElsewhere:
    def test_the_end_of_everything_gone_is_seen_by_what_was_kept(self, sealed):
        """Rows, marks and seals together: nothing inside the database could tell."""
        happened(BEN)
        seal_trail(NOW + MINUTE)
        kept = seals.checkpoint(seals.newest())
        assert verify("--checkpoint", kept)[0] == []

        forget(AuditMark.objects.filter(seal_id=2))
        forget(AuditSeal.objects.filter(number=2))
        forget(AuditEvent.objects.filter(chain=str(BEN), position=4))

        assert verify()[0] == []
        assert verify("--checkpoint", kept)[0] == ["audit.checkpoint"]

    def test_an_older_one_still_fits_when_the_trail_has_grown(self, sealed):
        kept = seals.checkpoint(seals.newest())
        happened(BEN)
        seal_trail(NOW + MINUTE)
        assert verify("--checkpoint", kept)[0] == []

    @pytest.mark.parametrize("wrong", ["", "7", "x:" + "0" * 64, "1:abc"])
    def test_what_is_no_checkpoint_is_refused(self, sealed, wrong):
        with pytest.raises(CommandError, match="a number, a colon and 64 digits"):
            call_command("verify", "audit", f"--checkpoint={wrong or ':'}", stdout=StringIO())


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_writers_and_sealers_at_once():
    """Four write to shared and own chains while two seal: nothing is missed, nobody is refused."""
    failed = []

    def run(work):
        try:
            work()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    def write():
        mine = uuid.uuid4()
        for _ in range(10):
            with transaction.atomic():
                happened(mine, ADA)

    def seal():
        for _ in range(10):
            seal_trail(timezone.now())

    threads = [threading.Thread(target=run, args=[work]) for work in [write] * 4 + [seal] * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    seal_trail(timezone.now(), whole=True)
    assert verify()[0] == []
    assert not seals.unsealed().exists()
    assert AuditEvent.objects.filter(chain=str(ADA)).count() == 40
