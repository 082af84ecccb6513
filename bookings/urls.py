"""Addresses of booking. ``details`` and ``hold`` are reserved, so no service is called that."""

from django.urls import URLPattern, URLResolver, path

from bookings.views import (
    api,
    callback,
    choose,
    details,
    feed,
    joining,
    mine,
    services,
    times,
    visit,
    waitlist,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", services.home, name="home"),
    path("book/", services.service_list, name="service-list"),
    path("book/details/<slug:token>/", details.booking_details, name="booking-details"),
    path("book/<slug:service>/", times.time_list, name="time-list"),
    path("book/<slug:service>/hold/", times.hold_create, name="hold-create"),
    path("visit/<slug:token>/", visit.visit_detail, name="visit-detail"),
    path("visit/<slug:token>/calendar.ics", visit.visit_calendar, name="visit-calendar"),
    path("visit/<slug:token>/move/", visit.visit_move, name="visit-move"),
    path("visit/<slug:token>/cancel/", visit.visit_cancel, name="visit-cancel"),
    path("visit/<slug:token>/choose/", choose.visit_choose, name="visit-choose"),
    path("visit/<slug:token>/record/", joining.visit_record, name="visit-record"),
    path("visit/<slug:token>/sooner/", waitlist.visit_sooner, name="visit-sooner"),
    path("waitlist/", waitlist.waitlist_join, name="waitlist-join"),
    path("waitlist/<slug:token>/", waitlist.waitlist_answer, name="waitlist-answer"),
    path("me/visits/<uuid:pk>/", mine.visit_open, name="visit-open"),
    path("me/visits/<uuid:pk>/receipt/", mine.visit_receipt, name="visit-receipt"),
    path("me/visits/<uuid:pk>/receipt.pdf", mine.visit_receipt_pdf, name="visit-receipt-pdf"),
    path("calendar/", feed.my_calendar, name="my-calendar"),
    path("calendar/revoke/", feed.my_calendar_revoke, name="my-calendar-revoke"),
    path("calendar/<slug:token>.ics", feed.practitioner_feed, name="practitioner-feed"),
    path("callback/", callback.callback_create, name="callback-create"),
    path("api/", api.api_docs, name="api-docs"),
    path("api/v1/services/", api.api_services, name="api-services"),
    path("api/v1/slots/", api.api_slots, name="api-slots"),
]
