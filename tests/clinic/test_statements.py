"""Statements that are written once: the same on both engines, and planned once on PostgreSQL."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clinic.models import Message
from clinic.statements import Missed, Statement, in_one_go, run_all

pytestmark = pytest.mark.django_db

ECHO = (
    "SELECT topic, %(word)s FROM clinic_message WHERE topic = %(topic)s OR subject_id = %(topic)s"
)
TELL = "UPDATE clinic_message SET topic = %(word)s WHERE topic = %(topic)s"


def message(key, **more):
    return Message.objects.create(key=key, to="a@example.com", **{"topic": "old", **more})


def asked(queries):
    return [query["sql"].split()[0] for query in queries if "SAVEPOINT" not in query["sql"]]


@pytest.mark.parametrize("word", ["O'Connor; --", "100 %s", "%(topic)s", "$1", "é\\"])
def test_values_are_bound(word):
    message("one")

    for _ in range(2):
        assert Statement("echo", ECHO).fetch({"word": word, "topic": "old"}) == [("old", word)]


KATHMANDU = timezone(timedelta(hours=5, minutes=45))


@pytest.mark.postgresql_only
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", None),
        ("integer", -7),
        ("boolean", False),
        ("uuid", UUID(int=77)),
        ("date", date(1900, 2, 28)),
        ("timestamptz", datetime(2027, 3, 14, 3, 30, 5, 123456, tzinfo=KATHMANDU)),
        ("numeric", Decimal("-12.50")),
    ],
)
def test_every_kind_of_value_arrives_as_it_was(kind, value):
    # The texts around it are the same, and one of them asks for a place of its own.
    says = Statement("says", f"SELECT CAST(%(a)s AS text), CAST(%(v)s AS {kind}), %(b)s || ''")

    for _ in range(2):
        assert says.fetch({"a": "%(1)s", "v": value, "b": "%(1)s"}) == [("%(1)s", value, "%(1)s")]


@pytest.mark.postgresql_only
def test_a_connection_plans_once():
    statement = Statement("echo", ECHO)

    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            statement.fetch({"word": "w", "topic": "old"})

    assert asked(queries) == ["PREPARE", "EXECUTE", "EXECUTE"]


@pytest.mark.postgresql_only
def test_the_same_statement_twice_in_one_go_is_planned_once():
    statement = Statement("tell", TELL)

    run_all([(statement, {"word": "new", "topic": topic}) for topic in ("old", "older")])
    with CaptureQueriesContext(connection) as queries:
        run_all([(statement, {"word": "new", "topic": "old"})])

    assert asked(queries) == ["EXECUTE"]


def test_a_first_use_that_fails_leaves_nothing_in_the_way_of_the_next():
    message("one")
    message("two", topic="other")
    rename = Statement("rename", "UPDATE clinic_message SET key = %(key)s WHERE topic = %(topic)s")

    with pytest.raises(IntegrityError), in_one_go():
        run_all([(rename, {"key": "two", "topic": "old"})])
    for key in ("three", "four"):
        run_all([(rename, {"key": key, "topic": "old"})])

    assert Message.objects.get(topic="old").key == "four"


@pytest.mark.postgresql_only
def test_where_every_request_reconnects_nothing_is_prepared(settings):
    """Behind a pooler a name might reach a server process that does not know it."""
    settings.PREPARE_STATEMENTS = False
    message("one")
    told = Statement("tell", TELL, must=1)

    with CaptureQueriesContext(connection) as queries:
        run_all(
            [(told, {"word": "100 %s", "topic": "old"}), (told, {"word": "n", "topic": "100 %s"})]
        )
        found = Statement("echo", ECHO).fetch({"word": "w", "topic": "n"})

    assert found == [("n", "w")]
    assert len(queries) == 2
    assert "PREPARE" not in str(queries.captured_queries)


@pytest.mark.parametrize("found", [0, 2])
def test_what_finds_other_rows_than_it_must_undoes_what_travelled_with_it(found):
    message("first", topic="first")
    for number in range(found):
        message(str(number))
    freely, must = Statement("tell", TELL), Statement("must", TELL, must=1)

    with pytest.raises(Missed), in_one_go():
        run_all([
            (freely, {"word": "told", "topic": "first"}),
            (must, {"word": "told", "topic": "old"}),
            (freely, {"word": "later", "topic": "told"}),
        ])  # fmt: skip

    assert Message.objects.filter(topic="first").count() == 1
    assert Message.objects.filter(topic="old").count() == found


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_around_it_it_is_all_or_none_too():
    message("first", topic="first")
    tell, must = Statement("tell", TELL), Statement("must", TELL, must=1)
    steps = [(tell, {"word": "told", "topic": "first"}), (must, {"word": "told", "topic": "old"})]

    with pytest.raises(Missed), in_one_go():
        run_all(steps)
    assert Message.objects.get().topic == "first"

    message("second")
    with in_one_go():
        run_all(steps)
    assert set(Message.objects.values_list("topic", flat=True)) == {"told"}


def test_what_failed_leaves_the_transaction_around_it_usable():
    must = Statement("must", TELL, must=1)

    with transaction.atomic():
        with pytest.raises(Missed), in_one_go():
            run_all([(must, {"word": "told", "topic": "old"})])
        message("after")

    assert Message.objects.get().key == "after"
