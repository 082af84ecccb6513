"""By when a red flag has to be looked at: read from the timeframe the clinical lead writes."""

from datetime import date

import pytest

from assessments.deadline import days, due_on
from assessments.library import shipped

EMERGENCY, SAME_DAY, REFER = "EMERGENCY", "SAME_DAY", "REFER"
FLAGS = shipped().rulebook.flag_by_id
LEFT = int(shipped().rulebook.limit("refer_within_days"))
# Specification, section C: days each flag leaves. RF21 names no time.
SHIPPED = {
    "RF01": 0, "RF02": 0, "RF03": 0, "RF04": 0, "RF05": 0, "RF06": 0, "RF07": 0, "RF08": 0,
    "RF09": 0, "RF10": 0, "RF11": 0, "RF12": 0, "RF13": 0, "RF14": 14, "RF15": 14, "RF16": 42,
    "RF17": 21, "RF18": 14, "RF19": 7, "RF20": 14, "RF21": 14, "RF22": 28, "RF23": 0, "RF24": 7,
}  # fmt: skip


def test_every_shipped_flag_has_its_day():
    read = {
        name: days(flag.level, flag.timeframe, 40, refer_days=LEFT) for name, flag in FLAGS.items()
    }

    assert read == SHIPPED


@pytest.mark.parametrize(
    ("level", "said", "age", "left"),
    [
        (REFER, "within 48 h", None, 2),
        (REFER, "within 25 hours", None, 2),
        (REFER, "within 1 day", None, 1),
        (REFER, "Within 2-6 weeks", None, 42),
        (REFER, "within 2–6 weeks", None, 42),  # as a lead may type it
        (REFER, "within 1 month", None, 30),
        (REFER, "today", None, 0),
        (REFER, "as the surgeon says", None, 14),
        (REFER, "", None, 14),
        (REFER, FLAGS["RF14"].timeframe, 24, 2),
        (REFER, FLAGS["RF14"].timeframe, 25, 14),
        (REFER, FLAGS["RF14"].timeframe, None, 2),
        (SAME_DAY, "within 2 weeks", None, 0),  # a level never leaves more than its own time
        (EMERGENCY, "heute", None, 0),
    ],
)
def test_a_timeframe_is_read(level, said, age, left):
    assert days(level, said, age, refer_days=14) == left


def test_of_several_flags_the_earliest_counts():
    flags = [(REFER, "within 2 weeks"), (SAME_DAY, "today"), (REFER, "within 48 h")]

    assert due_on(flags, opened=date(2027, 1, 10), refer_days=LEFT) == date(2027, 1, 10)
    assert due_on(flags[::2], opened=date(2027, 12, 30), refer_days=LEFT) == date(2028, 1, 1)


def test_the_library_says_what_is_left_where_a_text_names_no_time():
    assert LEFT == 14
    assert days(REFER, "as the surgeon says", refer_days=5) == 5
    assert days(REFER, "within 2 weeks", refer_days=5) == 14
