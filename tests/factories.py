"""Valid rows without ceremony. A factory asks only for what silence would lie about.

Names are made up; addresses end in example.com.
"""

from datetime import UTC, date, datetime, time, timedelta

import factory
from factory.django import DjangoModelFactory

from bookings.models import (
    Appointment,
    BreakTime,
    CallbackRequest,
    Closure,
    Room,
    Service,
    ServiceOffer,
    TimeOff,
    WorkingHours,
)
from clinic.models import Location, Patient, PatientGrant, Practice, Practitioner, User


class UserFactory(DjangoModelFactory):
    """Somebody who may sign in; the password is "correct horse battery"."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.com")
    name = factory.Sequence(lambda n: f"Uma Testperson{n}")
    password = factory.django.Password("correct horse battery")


class PracticeFactory(DjangoModelFactory):
    class Meta:
        model = Practice
        django_get_or_create = ("id",)

    id = Practice.SINGLETON
    name = "Larchwood Physiotherapy"
    email = "desk@example.com"
    phone = "+14035550100"
    privacy_dated = date(2027, 1, 1)
    booking_opened_at = datetime(2027, 1, 1, tzinfo=UTC)


class LocationFactory(DjangoModelFactory):
    class Meta:
        model = Location

    slug = factory.Sequence(lambda n: f"place-{n}")
    name = factory.Sequence(lambda n: f"Place {n}")
    address = "1 Larch Street, Exampleville"
    phone = "+14035550101"
    time_zone = "America/Edmonton"


class PractitionerFactory(DjangoModelFactory):
    class Meta:
        model = Practitioner

    slug = factory.Sequence(lambda n: f"anna-{n}")
    name = factory.Sequence(lambda n: f"Anna Example{n}")
    discipline = Practitioner.Discipline.PHYSIOTHERAPY
    title = "physiotherapist"


class PatientFactory(DjangoModelFactory):
    class Meta:
        model = Patient

    first_name = "Pat"
    last_name = factory.Sequence(lambda n: f"Sample{n}")
    email = factory.Sequence(lambda n: f"pat{n}@example.com")
    date_of_birth = date(1990, 5, 4)


class PatientGrantFactory(DjangoModelFactory):
    """A sign-in that may read a patient's pages; needs ``granted_at``."""

    class Meta:
        model = PatientGrant

    user = factory.SubFactory(UserFactory)
    patient = factory.SubFactory(PatientFactory)


class ServiceFactory(DjangoModelFactory):
    """An hour in person, every half hour, no notice, no buffers, a day's cut-off."""

    class Meta:
        model = Service

    slug = factory.Sequence(lambda n: f"visit-{n}")
    name = factory.Sequence(lambda n: f"Knee visit {n}")
    neutral_name = "Appointment, 60 min"
    minutes = 60
    step_minutes = 30
    notice_minutes = 0
    price = 120


class ServiceOfferFactory(DjangoModelFactory):
    class Meta:
        model = ServiceOffer

    service = factory.SubFactory(ServiceFactory)
    practitioner = factory.SubFactory(PractitionerFactory)
    location = factory.SubFactory(LocationFactory)


class WorkingHoursFactory(DjangoModelFactory):
    """Mondays from nine to five."""

    class Meta:
        model = WorkingHours

    practitioner = factory.SubFactory(PractitionerFactory)
    location = factory.SubFactory(LocationFactory)
    weekday = 0
    starts = time(9)
    ends = time(17)


class BreakTimeFactory(DjangoModelFactory):
    class Meta:
        model = BreakTime

    weekday = 0
    starts = time(12)
    ends = time(13)


class TimeOffFactory(DjangoModelFactory):
    """Needs ``first_day``; one whole day unless told otherwise."""

    class Meta:
        model = TimeOff

    practitioner = factory.SubFactory(PractitionerFactory)
    last_day = factory.SelfAttribute("first_day")


class ClosureFactory(DjangoModelFactory):
    """Needs ``first_day``; one whole day unless told otherwise."""

    class Meta:
        model = Closure

    location = factory.SubFactory(LocationFactory)
    name = "Public holiday"
    last_day = factory.SelfAttribute("first_day")


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = Room

    location = factory.SubFactory(LocationFactory)
    name = factory.Sequence(lambda n: f"Room {n}")


class AppointmentFactory(DjangoModelFactory):
    """A booked visit. Needs ``starts_at``: a test about time should say which time."""

    class Meta:
        model = Appointment

    patient = factory.SubFactory(PatientFactory)
    practitioner = factory.SubFactory(PractitionerFactory)
    location = factory.SubFactory(LocationFactory)
    service = factory.SubFactory(ServiceFactory)
    ends_at = factory.LazyAttribute(lambda a: a.starts_at + timedelta(minutes=a.service.minutes))
    version = 1
    booked_at = factory.LazyAttribute(lambda a: a.starts_at - timedelta(days=7))


class CallbackRequestFactory(DjangoModelFactory):
    """Needs ``created_at``."""

    class Meta:
        model = CallbackRequest

    name = "Cal Sample"
    phone = "+14035550142"
    consented_at = factory.SelfAttribute("created_at")
