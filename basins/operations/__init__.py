"""Invite, give and end a role; what ASTREES keeps, registers and second factors stand beside."""

from basins.operations.roles import (
    INVITATION_LASTS,
    accept_invitation,
    change_last_day,
    end_role,
    find_invitation,
    grantable,
    introduce,
    invite,
    inviter_of,
    open_first_account,
    withdraw_invitation,
)

__all__ = [
    "INVITATION_LASTS",
    "accept_invitation",
    "change_last_day",
    "end_role",
    "find_invitation",
    "grantable",
    "introduce",
    "invite",
    "inviter_of",
    "open_first_account",
    "withdraw_invitation",
]
