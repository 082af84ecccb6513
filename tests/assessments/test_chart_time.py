"""The time a chart took: said by the page, kept with the chart, never counted twice."""

import json
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.models import Sitting
from assessments.screen.spent import Spent, read_spent
from clinic.overlap import violates
from tests.assessments.case_files import case_input
from tests.assessments.factories import NOW, make_chart

pytestmark = pytest.mark.django_db
TAB = "6f1c2f0e-58a0-4f0e-9c55-2a8a3d6c9b10"


@pytest.fixture
def chart(client):
    chart = make_chart(raw=case_input(1))
    client.force_login(chart.author.user)
    return chart


def save(client, chart, **time):
    chart.refresh_from_db()
    body = {"base_version": chart.version, "values": [], "time": {"tab": TAB, **time}}
    return client.post(
        f"/chart/assessments/{chart.pk}/save/", json.dumps(body), content_type="application/json"
    )


def counted(chart):
    return list(chart.sittings.order_by("pk").values_list("seconds", "keys", "touches"))


def test_a_tab_says_the_whole_and_the_largest_counts(client, chart):
    for seconds in (20, 45, 45, 31):
        assert save(client, chart, seconds=seconds, keys=seconds, touches=2).status_code == 200

    assert counted(chart) == [(45, 45, 2)]


def test_two_tabs_are_two_sittings(client, chart):
    save(client, chart, seconds=20)
    save(client, chart, tab=str(uuid4()), seconds=5)

    assert counted(chart) == [(20, 0, 0), (5, 0, 0)]


def test_the_signature_brings_the_last_count(client, chart):
    save(client, chart, seconds=20)
    time = {"time_tab": TAB, "time_seconds": "63", "time_keys": "300", "time_touches": "0"}

    client.post(f"/chart/assessments/{chart.pk}/sign/", time)

    chart.refresh_from_db()
    assert chart.signed_at is not None
    assert counted(chart) == [(63, 300, 0)]


def test_after_the_signature_time_stands_still(client, chart):
    save(client, chart, seconds=20)
    actions.sign(chart, by=chart.author.user, now=NOW)

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Sitting.objects.update(seconds=1)

    assert violates(caught.value, "sitting_of_signed_is_final")


@pytest.mark.parametrize(
    "raw",
    [None, 7, [], {}, {"tab": "x", "seconds": 3}, {"seconds": 3}],
    ids=["nothing", "number", "list", "empty", "no tab", "tab missing"],
)
def test_nonsense_is_left_out_and_saves_go_on(client, chart, raw):
    body = json.dumps({"base_version": chart.version, "values": [], "time": raw})
    response = client.post(
        f"/chart/assessments/{chart.pk}/save/", body, content_type="application/json"
    )

    assert response.status_code == 200
    assert counted(chart) == []


@pytest.mark.parametrize("raw", [-3, "x", None, 2.5, "٣", 10**15])
def test_a_count_that_is_none_is_0(raw):
    spent = read_spent({"tab": TAB, "seconds": raw})

    assert isinstance(spent, Spent)
    assert spent.seconds == 0
