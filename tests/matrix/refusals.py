"""What pages answer to a role that the matrix lets in: the object, or the place, says no."""

from basins.enums import Role
from tests.matrix.expected import CODES
from tests.matrix.world import Who

SICK = {
    "health": 503,
    "demo_enter": 404,
    "sign_in_link": 410,
    "sign_in_link_renew": 410,
    "seal_certificate": 404,
    "proconnect_login": 404,
    "proconnect_callback": 404,
    "mfa_view_recovery_codes": 404,
    "mfa_deactivate_totp": 404,
    "session_end": 404,
    "mfa_edit_webauthn": 404,
    "mfa_remove_webauthn": 404,
}
"""What these pages rightly answer, without the servers, tokens or second factors they are for."""

CLOSED_OBJECTS = {
    # Only whoever presides over this file.
    "meeting_open": (403, "OP MC"),
    "meeting_close": (403, "OP MC"),
    "meeting_suspend": (403, "MC"),
    "meeting_resume": (403, "MC"),
    "meeting_delegate": (403, "MC"),
    "meeting_adjourn": (403, "MC"),
    "hands_confirm": (403, "MC"),
    "proposal_edit": (403, "MC"),
    "ballot_open": (403, "OP MC"),
    "consultation_launch": (403, "OP MC"),
    "ballot_announce": (403, "OP MC"),
    "ballot_close": (403, "OP MC"),
    "ballot_cancel": (403, "OP MC"),
    "ballot_proclaim": (403, "OP MC"),
    "interest_list": (403, "MC AU"),
    "recusal_impose": (403, "MC"),
    "recusal_lift": (403, "MC"),
    # Whoever may not give a role does not change its end.
    "role_last_day": (403, "AN"),
    # Only the seat that received it, or that gave it.
    "proxy_answer": (404, "PC"),
    "proxy_revoke": (404, "MC"),
    # Those who read minutes do not write them; nobody votes without a seat.
    "minutes_detail": (403, "AN VN PC MC CP AU"),
    "ballot_detail": (404, "OP AU"),
    # Only the referrer of this file.
    "diagnosis_write": (404, "PC"),
    "diagnosis_open": (404, "PC"),
    "diagnosis_draft": (404, "PC"),
    "diagnosis_draft_discard": (404, "PC"),
    # What the shared sheet of a file leaves out.
    "project_history": (403, "AN FI PA CP"),
    "project_panel": (404, "PA"),
    "consultation_detail": (404, "CP"),
    "attachment_download": (404, "AN FI PA CP"),
    "document_download": (404, "AN VN CN FI PA CP"),
}
"""What a rule on the object closes to roles that the matrix lets in, and how it says so."""

REFUSED_OBJECTS: dict[tuple[str, Who], int] = {
    (name, CODES[code]): status
    for name, (status, codes) in CLOSED_OBJECTS.items()
    for code in codes.split()
}

LED_TO: dict[tuple[str, Who], str] = {
    # A member who took the chair signs with a second factor, and has none yet.
    ("minutes_sign", Role.MEMBER): "/connexion/mon-acces/second-facteur/",
    ("convention_void", Role.MEMBER): "/connexion/mon-acces/second-facteur/",
}
"""Where a page that opens to somebody leads them first."""
