"""Everything that changes people and settings: one function each, with its audit row."""

from clinic.actions.grants import (
    claim_patient,
    end_childhood_grants,
    grant_patient,
    revoke_grant,
)
from clinic.actions.settings import save_practice, start_clinic
from clinic.actions.users import (
    accept_invitation,
    ensure_patient_user,
    invite_again,
    invite_user,
    user_for_code,
    withdraw_invitation,
)

__all__ = [
    "accept_invitation",
    "claim_patient",
    "end_childhood_grants",
    "ensure_patient_user",
    "grant_patient",
    "invite_again",
    "invite_user",
    "revoke_grant",
    "save_practice",
    "start_clinic",
    "user_for_code",
    "withdraw_invitation",
]
