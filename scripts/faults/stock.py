"""A small clinic with much to do: charts to sign, plans to issue, phones that log.

    python -m scripts.faults.stock CHARTS PLANS PHONES EARLY

Run on a migrated, empty database; prints, as JSON, what clients need to do it. With ``again`` it
reads that and signs everybody in once more.
"""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402  # after the set-up
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments.models import Plan  # noqa: E402
from clinic import roles  # noqa: E402
from clinic.models import Practitioner, User  # noqa: E402
from scripts import storm_clinic  # noqa: E402
from tests.assessments import factories as make  # noqa: E402
from tests.assessments.case_files import case_input  # noqa: E402


def session_of(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return browser.cookies["sessionid"].value


def phone_with(plan: Plan) -> dict[str, object]:
    """Return what the phone of this plan's patient knows."""
    return {
        "patient": str(plan.episode.patient_id),
        "session": session_of(make.grant(plan.episode.patient)),
        "chart": str(plan.assessment_id),
        "lines": [str(line.pk) for line in plan.lines.all()],
    }


def main(charts: int, plans: int, phones: int, early: int) -> None:
    make.NOW = timezone.now()  # the factories' own day is another one
    storm_clinic.build()
    physio = Practitioner.objects.get(slug=storm_clinic.PRACTITIONERS[0])
    physio.user = User.objects.create_user("physio@example.com", "a long password")
    physio.user.groups.add(Group.objects.get(name=roles.PHYSIO))
    physio.save()
    raw = case_input(1) | make.ASKED
    to_issue = [make.make_draft(practitioner=physio) for _ in range(plans)]
    stock = {
        "physio": session_of(physio.user),
        "charts": [str(make.make_chart(physio, raw=raw).pk) for _ in range(charts)],
        "plans": [str(plan.assessment_id) for plan in to_issue],
        "phones": [phone_with(make.make_issued(practitioner=physio)) for _ in range(phones)],
        "early": [phone_with(make.make_draft(practitioner=physio)) for _ in range(early)],
    }
    json.dump(stock, sys.stdout)


def sign_in_again() -> None:
    """Give everybody of the stock on standard input a new session."""
    stock = json.load(sys.stdin)
    stock["physio"] = session_of(User.objects.get(email="physio@example.com"))
    for phone in [*stock["phones"], *stock["early"]]:
        phone["session"] = session_of(User.objects.get(grants__patient=phone["patient"]))
    json.dump(stock, sys.stdout)


if __name__ == "__main__":
    if sys.argv[1:] == ["again"]:
        sign_in_again()
    else:
        main(*map(int, sys.argv[1:]))
