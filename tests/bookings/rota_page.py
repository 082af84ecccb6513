"""What the tests of the rota share: what its editors send, and what is written."""

from bookings.models import WorkingHours
from tests.bookings.page import Page

ANNA = "/admin/rota/anna/"


def week(**typed):
    """What the editor of a week sends: one window for each (weekday, from, to, breaks, place)."""
    rows = typed.pop("rows")
    sent = {
        "w-TOTAL_FORMS": str(len(rows)), "w-INITIAL_FORMS": "0", "first": "2027-02-01",
        "last": "", "do": "save", **typed,
    }  # fmt: skip
    for number, (weekday, starts, ends, breaks, place) in enumerate(rows):
        names = {"weekday": weekday, "starts": starts, "ends": ends, "breaks": breaks,
                 "place": place.pk}  # fmt: skip
        sent.update({f"w-{number}-{name}": str(value) for name, value in names.items()})
    return sent


def seen(front_desk, address=ANNA):
    return Page(front_desk.get(address)).sent("seen")["seen"]


def hours_of(person, kind=WorkingHours):
    """Weekday, from, to, first day and last day of each row, in order."""
    names = ("weekday", "starts", "ends", "valid_from", "valid_to")
    rows = kind.objects.filter(practitioner=person).order_by(*names)
    return [tuple(row) for row in rows.values_list(*names)]
