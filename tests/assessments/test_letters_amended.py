"""A letter of an amended chart says what the amendment says, about the day of the visit."""

from datetime import timedelta

import pytest

from assessments import actions
from assessments.models import Letter, Referral
from tests.assessments.case_files import case_input
from tests.assessments.factories import NOW, entries_of, make_practice, make_signed, make_visit
from tests.assessments.test_corrections import amended
from tests.assessments.test_letters import address, begin, finished, paper, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def chart():
    """A chart with a red flag."""
    make_practice()
    return make_signed(6)


@pytest.fixture
def physio(client, chart):
    client.force_login(chart.author.user)
    return client


def said_in(letter):
    return " ".join(each["text"] for each in letter.sections)


def started(browser, chart, kind="referral"):
    """Begin a letter on the page of a chart; it may be about a later one."""
    sent = browser.post(f"/chart/assessments/{chart.pk}/letters/", {"kind": kind})
    return Letter.objects.get(pk=sent.url.split("/")[-2])


@pytest.mark.parametrize("kind", ["referral", "gp"])
def test_it_is_drafted_from_the_last_amendment(physio, chart, kind):
    before = said_in(started(physio, chart, kind))
    amendment = amended(amended(chart, {"nprs_worst_7d": 8}), {"nprs_worst_7d": 10})

    letter = started(physio, chart, kind)

    assert letter.assessment == amendment
    assert "Worst pain, last 7 days: 10" in said_in(letter)
    assert said_in(letter) != before


def test_the_paper_of_the_chart_is_of_the_amendment(physio, chart):
    amended(chart, {"nprs_worst_7d": 10})

    said = paper(physio.get(f"/chart/assessments/{chart.pk}/letter.pdf"))

    assert "Worst pain, last 7 days: 10" in said


def test_given_on_its_referral_is_sent(physio, chart):
    amended(chart, {"nprs_worst_7d": 10})
    letter = started(physio, chart)
    assert letter.to_name  # the place an emergency is sent to
    physio.post(address(letter), typed(letter, do="finish"))

    actions.log_sending(
        Letter.objects.get(pk=letter.pk), "faxed", "Emergency", NOW, by=chart.author.user, now=NOW
    )

    referral = Referral.objects.get()
    assert (referral.assessment, referral.sent_at) == (chart, NOW)
    assert f"/chart/letters/{letter.pk}/" in physio.get(f"/chart/referrals/{referral.pk}/").text
    assert f"/chart/referrals/{referral.pk}/" in physio.get(address(letter)).text


def test_a_draft_from_before_says_so_and_leads_to_a_new_one(physio, chart):
    letter = begin(physio, chart, "referral")
    assert "was amended" not in physio.get(address(letter)).text
    amendment = amended(chart, {"nprs_worst_7d": 10})

    page = physio.get(address(letter)).text

    assert "was amended" in page
    assert f"/chart/assessments/{amendment.pk}/letters/" in page
    assert "was amended" not in physio.get(address(started(physio, chart))).text


def test_a_finished_letter_stays_as_it_was(physio, chart):
    letter = finished(physio, chart, "referral")
    before = physio.get(address(letter, "letter.pdf")).content
    amended(chart, {"nprs_worst_7d": 10})

    assert physio.get(address(letter, "letter.pdf")).content == before


def test_it_is_about_the_day_and_the_place_of_the_visit(physio, chart):
    author, patient = chart.author, chart.episode.patient
    visit = make_visit(author, patient, NOW - timedelta(days=9))
    chart = actions.start_assessment(visit, author, by=author.user, now=NOW)
    actions.save_values(chart, 0, entries_of(case_input(6)), by=author.user, now=NOW)
    chart.refresh_from_db()
    actions.sign(chart, by=author.user, now=NOW)

    letter = started(physio, amended(chart, {"nprs_worst_7d": 10}))

    assert f"{visit.starts_at:%-d %B %Y}" in said_in(letter)
    assert visit.location.name in paper(physio.get(address(letter, "letter.pdf")))
