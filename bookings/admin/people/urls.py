"""Addresses of the desk's pages about patients, below /admin/patients/."""

from django.urls import path

from bookings.admin.people.consents import consent_end, patient_paper, patient_wants
from bookings.admin.people.find import patient_find
from bookings.admin.people.intake_here import intake_code
from bookings.admin.people.merge import patient_merge
from bookings.admin.people.new import patient_new
from bookings.admin.people.page import patient_page, patient_unmerge

urlpatterns = [
    path("find/", patient_find, name="patient-find"),
    path("new/", patient_new, name="patient-new"),
    path("intake/<uuid:visit>/", intake_code, name="intake-code"),
    path("<uuid:patient>/", patient_page, name="patient-page"),
    path("<uuid:patient>/messages/", patient_wants, name="patient-wants"),
    path("<uuid:patient>/paper/", patient_paper, name="patient-paper"),
    path("<uuid:patient>/consents/<uuid:consent>/end/", consent_end, name="consent-end"),
    path("<uuid:patient>/merge/", patient_merge, name="patient-merge"),
    path("<uuid:patient>/unmerge/", patient_unmerge, name="patient-unmerge"),
]
