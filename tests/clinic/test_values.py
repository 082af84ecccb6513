"""What the models accept: colours that can be read, addresses in one spelling."""

import pytest
from django.core.exceptions import ValidationError

from clinic.models import Patient
from clinic.models.places import check_brand_colour
from tests.factories import PatientFactory, PracticeFactory


@pytest.mark.parametrize("colour", ["", "red", "#12345", "#gggggg", "0f5257#", "#ffffff"])
def test_a_colour_that_cannot_be_read_is_refused_with_a_sentence(colour):
    with pytest.raises(ValidationError):
        check_brand_colour(colour)


@pytest.mark.django_db
def test_a_colour_that_is_none_is_a_fault_of_the_field(db):
    practice = PracticeFactory(colour="blue")

    with pytest.raises(ValidationError) as refused:
        practice.full_clean()

    assert refused.value.message_dict.keys() == {"colour"}


@pytest.mark.django_db
def test_a_patients_address_is_stored_in_one_spelling_whoever_writes_it():
    saved = PatientFactory(email="  Wren@Example.COM ")
    [made] = Patient.objects.bulk_create([Patient(first_name="B", last_name="B", email="B@B.ca")])
    Patient.objects.filter(pk=made.pk).update(email="New@B.ca")

    assert saved.email == "wren@example.com"
    assert set(Patient.objects.values_list("email", flat=True)) == {"wren@example.com", "new@b.ca"}
    assert Patient.objects.get(email="WREN@example.com") == saved
