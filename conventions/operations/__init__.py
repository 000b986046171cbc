"""Use cases of the conventions."""

from conventions.operations.amendments import (
    cancel_amendment,
    conclude_amendment,
    freeze_amendment,
    launch_amendment,
    mandate_party,
    reopen_amendment,
    save_amendment,
)
from conventions.operations.clauses import save_clause
from conventions.operations.partnership import (
    cancel_partnership,
    conclude_partnership,
    freeze_partnership,
    launch_partnership,
    prepare_partnership,
    renew_partnership,
    reopen_partnership,
    save_section,
)
from conventions.operations.preparing import (
    cancel,
    cancel_withdrawn,
    freeze,
    mandate_signer,
    prepare_convention,
    recompute_signers,
    reopen,
    save_draft,
)
from conventions.operations.settling import follow_settlement
from conventions.operations.signing import conclude, hold_payments, launch
from conventions.operations.standings import tell_standings
from conventions.operations.supporting import Lent, SupportTerms, save_support_amendment
from conventions.operations.terms import tell_terms
from conventions.operations.voiding import ask_void, decide_void

__all__ = [
    "Lent",
    "SupportTerms",
    "ask_void",
    "cancel",
    "cancel_amendment",
    "cancel_partnership",
    "cancel_withdrawn",
    "conclude",
    "conclude_amendment",
    "conclude_partnership",
    "decide_void",
    "follow_settlement",
    "freeze",
    "freeze_amendment",
    "freeze_partnership",
    "hold_payments",
    "launch",
    "launch_amendment",
    "launch_partnership",
    "mandate_party",
    "mandate_signer",
    "prepare_convention",
    "prepare_partnership",
    "recompute_signers",
    "renew_partnership",
    "reopen",
    "reopen_amendment",
    "reopen_partnership",
    "save_amendment",
    "save_clause",
    "save_draft",
    "save_section",
    "save_support_amendment",
    "tell_standings",
    "tell_terms",
]
