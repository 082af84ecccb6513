"""What is due and open, by hand: the arithmetic without any row."""

from decimal import Decimal

import pytest

from bookings.money.figures import Account, Entry, Terms, account, due, takings
from bookings.packages import Bought, Counted, used
from tests.conftest import NOW

TERMS = Terms(Decimal("120"), late_cancel_fee=Decimal("60"), no_show_fee=Decimal("120"))
DAY = NOW.date()


def entries(*texts):
    """ "payment cash 60" as a row."""
    rows = []
    for text in texts:
        kind, method, amount = text.split()
        rows.append(Entry(kind, "" if kind == "waiver" else method, Decimal(amount)))
    return rows


@pytest.mark.parametrize(
    ("state", "terms", "by_package", "expected"),
    [
        pytest.param("booked", TERMS, False, "120.00", id="ahead of the visit too"),
        pytest.param("completed", TERMS, False, "120.00", id="done"),
        pytest.param("completed", TERMS, True, "0.00", id="a package pays"),
        pytest.param("no_show", TERMS, False, "120.00", id="fee for not coming"),
        pytest.param("no_show", TERMS, True, "0.00", id="missed, but taken off the package"),
        pytest.param("late_cancelled", TERMS, False, "60.00", id="fee for cancelling late"),
        pytest.param("late_cancelled", Terms(Decimal(120)), False, "0.00", id="no such fee"),
        pytest.param("no_show", Terms(None), False, "0.00", id="no fee was agreed"),
        pytest.param("cancelled", TERMS, False, "0.00", id="cancelled in time"),
        pytest.param("expired", TERMS, False, "0.00", id="never booked"),
        pytest.param("completed", Terms(None), False, None, id="price not kept"),
        pytest.param("completed", Terms(Decimal(0)), False, "0.00", id="free"),
    ],
)
def test_what_is_due(state, terms, by_package, expected):
    assert due(state, terms, by_package=by_package) == (expected and Decimal(expected))


@pytest.mark.parametrize(
    ("owed", "rows", "paid", "waived", "left"),
    [
        pytest.param("120", [], "0", "0", "120", id="nothing yet"),
        pytest.param("120", ["payment cash 50", "payment card 70"], "120", "0", "0", id="in parts"),
        pytest.param("120", ["payment cash 50", "waiver - 20"], "50", "20", "50", id="part let go"),
        pytest.param(
            "120", ["payment card 120", "payment card -120", "payment cash 120"], "120", "0", "0",
            id="a slip put right",
        ),
        pytest.param("0", ["payment card 120"], "120", "0", "-120", id="cancelled after paying"),
        pytest.param("0", ["payment card 120", "refund card -120"], "0", "0", "0", id="given back"),
        pytest.param("0.30", ["payment cash 0.1", "payment cash 0.2"], "0.3", "0", "0", id="cents"),
    ],
)  # fmt: skip
def test_what_is_open(owed, rows, paid, waived, left):
    found = account(Decimal(owed), entries(*rows))

    assert (found.paid, found.waived, found.open) == tuple(map(Decimal, (paid, waived, left)))


def test_nobody_knows_what_is_open_where_the_price_was_not_kept():
    found = account(None, entries("payment cash 50"))

    assert (found.open, found.to_pay, found.to_refund, found.is_settled) == (None, 0, 0, False)


def test_an_account_says_which_way_money_still_has_to_go():
    owes, has = (
        Account(Decimal(5), Decimal(2), Decimal(0)),
        Account(Decimal(0), Decimal(2), Decimal(0)),
    )

    assert (owes.to_pay, owes.to_refund) == (3, 0)
    assert (has.to_pay, has.to_refund) == (0, 2)


def test_an_unknown_kind_is_no_money():
    with pytest.raises(ValueError, match="gift"):
        account(Decimal(1), [Entry("gift", "cash", Decimal(1))])


def test_takings_by_method_and_currency_leave_out_what_was_waived():
    rows = entries(
        "payment cash 50", "payment cash 70", "payment cash -70", "payment card 70",
        "refund card -20", "waiver - 10",
    )  # fmt: skip
    found = takings([*(("CAD", row) for row in rows), ("USD", rows[0])], ["cash", "card"])

    assert {
        currency: [(one.method, one.came, one.went, one.left) for one in by_method]
        for currency, by_method in found.items()
    } == {
        "CAD": [("cash", 50, 0, 50), ("card", 70, -20, 50)],
        "USD": [("cash", 50, 0, 50), ("card", 0, 0, 0)],
    }


def test_a_package_of_two_pays_for_the_first_two_visits():
    package = Bought("p", None, 2, DAY, None)
    visits = [Counted(key, "s", DAY, paid=True, ahead=False) for key in "cab"]

    assert [each.key for each in used([package], visits)["p"]] == ["a", "b"]
