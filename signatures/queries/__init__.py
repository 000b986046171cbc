"""What the screens of the signature read."""

from signatures.queries.batch import BatchLine, expected_of, waiting_for
from signatures.queries.circuits import (
    CircuitScreen,
    asked_once,
    circuit_screen,
    circuits_visible_to,
    short_mandates,
    signers_followed,
    told_of_the_end,
)
from signatures.queries.delegations import is_for_staff
from signatures.queries.evidence import event_lines, verify
from signatures.queries.keeping import kept
from signatures.queries.mandates import acts_of, mandates_of
from signatures.queries.reading import ToRead, to_read
from signatures.queries.signing import (
    Other,
    SigningPage,
    circuit_badge,
    contested_signatures,
    signer_badge,
    signer_lines,
    signing_page,
)

__all__ = [
    "BatchLine",
    "CircuitScreen",
    "Other",
    "SigningPage",
    "ToRead",
    "acts_of",
    "asked_once",
    "circuit_badge",
    "circuit_screen",
    "circuits_visible_to",
    "contested_signatures",
    "event_lines",
    "expected_of",
    "is_for_staff",
    "kept",
    "mandates_of",
    "short_mandates",
    "signer_badge",
    "signer_lines",
    "signers_followed",
    "signing_page",
    "to_read",
    "told_of_the_end",
    "verify",
    "waiting_for",
]
