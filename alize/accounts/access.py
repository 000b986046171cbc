"""The access rules of allauth's views, by URL name."""

from alize.common.access import THIRD_PARTY_RULES, Audience, Rule

BEFORE_SIGNING_IN = (
    "mfa_authenticate",
    "mfa_login_webauthn",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
)
ONCE_SIGNED_IN = (
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_change_password",
    "account_set_password",
    "usersessions_list",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
)

THIRD_PARTY_RULES.update({name: Rule(Audience.PUBLIC) for name in BEFORE_SIGNING_IN})
THIRD_PARTY_RULES.update({name: Rule(Audience.SIGNED_IN) for name in ONCE_SIGNED_IN})
