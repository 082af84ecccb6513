"""The clinic's side of the front desk: people who sign in, settings, messages, the audit trail.

No clinical model is registered in any admin, and nothing is deleted but rows of the diary.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group

from clinic.admin import (
    corrections,
    emergency,
    erasures,
    messages,
    news,
    physicians,
    places,
    record_requests,
    retention,
    staff,
    texts,
    trail,
)

__all__ = [
    "corrections", "emergency", "erasures", "messages", "news", "physicians", "places",
    "record_requests", "retention", "staff", "texts", "trail",
]  # fmt: skip

# Roles are data in ``clinic.roles``; second factors and addresses belong to their owners.
for model in (Group, EmailAddress, Authenticator):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
