"""Use cases of the signature."""

from signatures.operations.answers import (
    ask_correction,
    ask_delegation,
    choose_paper,
    dispute,
    note_seen,
    open_document,
    refuse,
    renew_link,
)
from signatures.operations.base import Trace, is_fresh
from signatures.operations.ceremony import announce_ceremony
from signatures.operations.gathering import Given, gather
from signatures.operations.launching import check_deadline, launch
from signatures.operations.managing import (
    cancel,
    decide_delegation,
    expire,
    extend,
    give_up,
    note_undelivered,
    remind,
    resume,
    void,
)
from signatures.operations.paper import confirm_paper, record_paper, reject_paper
from signatures.operations.sealing import ask_seal, seal_circuit
from signatures.operations.settling import make_good, settle_dispute
from signatures.operations.signing import Signature, send_code, sign, sign_batch, sign_signed_in
from signatures.rules import Delegate, Mandate, NationalText, SignerFacts

__all__ = [
    "Delegate",
    "Given",
    "Mandate",
    "NationalText",
    "Signature",
    "SignerFacts",
    "Trace",
    "announce_ceremony",
    "ask_correction",
    "ask_delegation",
    "ask_seal",
    "cancel",
    "check_deadline",
    "choose_paper",
    "confirm_paper",
    "decide_delegation",
    "dispute",
    "expire",
    "extend",
    "gather",
    "give_up",
    "is_fresh",
    "launch",
    "make_good",
    "note_seen",
    "note_undelivered",
    "open_document",
    "record_paper",
    "refuse",
    "reject_paper",
    "remind",
    "renew_link",
    "resume",
    "seal_circuit",
    "send_code",
    "settle_dispute",
    "sign",
    "sign_batch",
    "sign_signed_in",
    "void",
]
