"""Who looks after a patient since a hand-over, on ``/me/``: both names, and times with each."""

from collections.abc import Sequence

from django.template.loader import render_to_string

from assessments.models import HandOver
from bookings import doors
from bookings.models import Service
from bookings.soonest import offers_online
from clinic.access import Request
from clinic.models import Patient, Practitioner
from clinic.persons import of_any
from clinic.sections import on_my_page


@on_my_page(12)
def care_team(request: Request, patients: Sequence[Patient]) -> str:
    """Return sender and receiver of accepted hand-overs, or nothing where there are none."""
    if not patients:
        return ""
    whose = Patient.objects.filter(pk__in=[each.pk for each in patients])
    standing = (
        HandOver.objects.standing()
        .filter(of_any(whose, "episode__patient"), episode__discharged_at__isnull=True)
        .select_related("episode__patient", "sender", "receiver")
        .order_by("answered_at")
    )
    teams: dict[Patient, dict[Practitioner, None]] = {}
    for made in standing:
        theirs = teams.setdefault(made.episode.patient, {})
        theirs.update(dict.fromkeys((made.sender, made.receiver)))
    if not teams:
        return ""
    services = bookable({person for team in teams.values() for person in team})
    cares = [
        {
            "patient": patient,
            "people": [
                {"person": person, "services": services.get(person, [])}
                for person in team
                if person.is_active
            ],
        }
        for patient, team in teams.items()
    ]
    context = {"cares": cares, "several": len(patients) > 1}
    return render_to_string("assessments/_my_care.html", context, request=request)


def bookable(people: set[Practitioner]) -> dict[Practitioner, list[Service]]:
    """Return what a patient who has been here can book with each of them online."""
    if not doors.are_open():
        return {}
    found: dict[Practitioner, dict[Service, None]] = {}
    for offer in offers_online(practitioner__in=people):
        if offer.service.bookable_by != Service.BookableBy.NEW:
            found.setdefault(offer.practitioner, {})[offer.service] = None
    return {person: list(services) for person, services in found.items()}
