"""Family doctors near the demo clinic, and whose patients some of the demo's people are."""

from assessments.demo.crowd import LAST_NAMES
from clinic.actions.records import save_record
from clinic.models import GeneralPractitioner, Patient, User

DOCTORS = (
    ("Dr. Wilhelmina Fennel", "Riverbend Family Practice", "+14035551901", "+14035551902"),
    ("Dr. Ambrose Tansy", "Riverbend Family Practice", "+14035551901", "+14035551902"),
    ("Dr. Odette Sorrel", "Northside Medical Centre", "+14035551911", ""),
    ("Dr. Caspian Yarrow", "", "+14035551921", "+14035551922"),
)
EVERY_THIRD_HAS_NONE = 3


def fill_directory() -> None:
    """Write the directory as the manager would, and give most regulars one of them."""
    manager = User.objects.get(email="manager@example.com")
    doctors = [
        GeneralPractitioner(name=name, practice=practice, phone=phone, fax=fax)
        for name, practice, phone, fax in DOCTORS
    ]
    for doctor in doctors:
        save_record(doctor, by=manager, changed=[])
    regulars = Patient.objects.filter(last_name__in=LAST_NAMES).order_by("email")
    for place, patient in enumerate(regulars):
        if place % EVERY_THIRD_HAS_NONE:
            patient.general_practitioner = doctors[place % len(doctors)]
            save_record(patient, by=manager, changed=["general_practitioner"])
