"""Circuits of signature, their signers, and the chain of what happened."""

from signatures.models.acts import Delegation, SigningCode, SigningEvent
from signatures.models.circuits import Circuit
from signatures.models.signers import CircuitSigner, kept_acts

__all__ = ["Circuit", "CircuitSigner", "Delegation", "SigningCode", "SigningEvent", "kept_acts"]
