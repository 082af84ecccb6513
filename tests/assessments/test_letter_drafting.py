"""The first text of letters: what is there is said, what is not is left out."""

from dataclasses import replace

from assessments.letters.drafting import (
    Charted,
    Course,
    Flag,
    discharge_letter,
    gp_letter,
    referral_letter,
)

CHART = Charted(
    patient="Pat Sample",
    seen_on="10 January 2027",
    knee="left knee",
    found=(("Pain now", "3/10"), ("Swelling", "")),
    answered=("Hot joint",),
    scores=(("AKPS", "71"),),
    gate="Red flags: none recorded",
    view=(("Irritability", "low"),),
    contributors=("hip strength",),
    plan=("Bridge: 3 × 8",),
    review_on="7 February 2027",
)
FLAG = Flag("RF02", "A hot swollen knee needs medical assessment today.", "today")


def said(draft):
    return "\n".join(f"{each.heading}\n{each.text}" for each in draft.sections)


def test_a_gp_letter_says_findings_view_and_plan():
    draft = gp_letter(CHART)

    assert draft.subject == "Physiotherapy assessment of the left knee, 10 January 2027"
    text = said(draft)
    for part in ("Pat Sample", "- Pain now: 3/10", "- AKPS: 71", "hip strength", "- Bridge: 3 × 8",
                 "7 February 2027", "Red flags: none recorded"):  # fmt: skip
        assert part in text
    assert "Swelling" not in text


def test_without_a_plan_it_says_so():
    assert "There is no exercise plan at present." in said(gp_letter(replace(CHART, plan=())))


def test_a_referral_letter_says_each_flag_with_its_time_first():
    draft = referral_letter(replace(CHART, flags=(FLAG,)))

    assert f"- {FLAG.wording} (today)" in draft.sections[0].text
    assert "- Hot joint" in said(draft)


def test_a_flag_is_never_said_to_be_absent_beside_one_that_fired():
    assert "none recorded" not in said(gp_letter(replace(CHART, flags=(FLAG,))))


def test_a_discharge_letter_compares_the_first_visit_with_the_last():
    course = Course(
        first_seen="1 November 2026", last_seen="10 January 2027", visits=4, reason="goals met",
        changes=(("Pain now", "7/10", "1/10"),),
    )  # fmt: skip
    text = said(discharge_letter(CHART, course))

    assert "from 1 November 2026 to 10 January 2027" in text
    assert "- Pain now: 7/10 at first, 1/10 at the end" in text
    assert "Care ended: goals met." in text


def test_what_holds_line_breaks_stays_one_item():
    draft = gp_letter(replace(CHART, found=(("Pain", "a\n- b"),)))

    assert "- Pain: a - b" in said(draft)
