"""Use cases of the conventions."""

from conventions.operations.preparing import (
    cancel,
    freeze,
    prepare_convention,
    recompute_signers,
    save_draft,
)
from conventions.operations.signing import record_signed

__all__ = [
    "cancel",
    "freeze",
    "prepare_convention",
    "recompute_signers",
    "record_signed",
    "save_draft",
]
