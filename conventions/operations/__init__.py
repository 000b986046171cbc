"""Use cases of the conventions."""

from conventions.operations.clauses import save_clause
from conventions.operations.preparing import (
    cancel,
    freeze,
    prepare_convention,
    recompute_signers,
    save_draft,
)
from conventions.operations.signing import conclude, launch

__all__ = [
    "cancel",
    "conclude",
    "freeze",
    "launch",
    "prepare_convention",
    "recompute_signers",
    "save_clause",
    "save_draft",
]
