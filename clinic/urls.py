"""Every address of the site. Names are the views' own names, with hyphens."""

from allauth.account import views as allauth
from allauth.mfa.urls import urlpatterns as second_factor
from django.contrib import admin
from django.urls import include, path

from bookings.views import people
from clinic.views import account, brand, choices, devices, errors, health, language, locking, public
from clinic.views.signing_in import account_signup, each, honest, signed_out, staff_only

# Only what the clinic uses of allauth; the names are those it asks for.
signing_in = [
    path("login/", honest(allauth.login), name="account_login"),
    path("login/code/", honest(allauth.request_login_code), name="account_request_login_code"),
    path(
        "login/code/confirm/",
        honest(allauth.confirm_login_code),
        name="account_confirm_login_code",
    ),
    path("logout/", signed_out(allauth.logout), name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", honest(allauth.reauthenticate), name="account_reauthenticate"),
    path(
        "password/change/",
        staff_only(honest(allauth.password_change)),
        name="account_change_password",
    ),
    path("signup/", account_signup, name="account_signup"),
    path("2fa/", include(each(second_factor, honest, staff_only))),
    path("unlock/", locking.unlock, name="unlock"),
    path("pin/", locking.device_pin, name="device-pin"),
    path("welcome/", account.home_for_me, name="home-for-me"),
    path(
        "invitation/<uuid:user>/<str:token>/", account.accept_invitation, name="accept-invitation"
    ),
    path("", account.account, name="account"),
]

urlpatterns = [
    path("healthz/", health.healthz, name="healthz"),
    path("readyz/", health.readyz, name="readyz"),
    path("brand.css", brand.brand_css, name="brand-css"),
    path("brand/logo/", brand.brand_logo, name="brand-logo"),
    path("brand/icon-<int:size>.png", brand.brand_icon, name="brand-icon"),
    path("manifest.webmanifest", brand.manifest, name="manifest"),
    path("favicon.ico", brand.favicon, name="favicon"),
    path("team/", people.team, name="team"),
    path("team/<slug:slug>/", people.team_member, name="team-member"),
    path("privacy/", public.privacy, name="privacy"),
    path("privacy/<str:day>/", public.privacy_of_day, name="privacy-of-day"),
    path("language/", language.choose_language, name="choose-language"),
    path("me/", account.me, name="me"),
    path("me/<uuid:patient>/claim/", account.claim, name="claim"),
    path("me/<uuid:patient>/phone/", devices.me_phone, name="me-phone"),
    path("me/phone/forget/", devices.phone_forget, name="phone-forget"),
    path("me/devices/<uuid:pk>/end/", devices.me_device_end, name="me-device-end"),
    path("me/<uuid:patient>/messages/", choices.me_messages, name="me-messages"),
    path("messages/<str:token>/", choices.message_choices, name="message-choices"),
    path("unsubscribe/<str:token>/", choices.unsubscribe, name="unsubscribe"),
    path("accounts/", include(signing_in)),
    path("admin/board/", include("bookings.admin.board")),
    path("admin/patients/", include("bookings.admin.people.urls")),
    path("admin/phone/", include("bookings.admin.phone")),
    path("admin/money/", include("bookings.admin.money")),
    path("admin/queues/", include("bookings.admin.queues")),
    path("admin/first-day/", include("bookings.admin.first_day")),
    path("admin/rota/", include("bookings.admin.rota")),
    path("admin/reports/", include("bookings.admin.reports")),
    path("admin/import/", include("bookings.admin.imports")),
    path("admin/learning/", include("assessments.learning.views")),
    # It would take what is typed, a name mostly, in its address, which proxies write down.
    path("admin/autocomplete/", errors.closed),
    path("admin/", admin.site.urls),
    path("", include("bookings.urls")),
    path("", include("assessments.urls")),
]

handler400 = "clinic.views.errors.bad_request"
handler403 = "clinic.views.errors.permission_denied"
handler404 = "clinic.views.errors.page_not_found"
handler500 = "clinic.views.errors.server_error"
