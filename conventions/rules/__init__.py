"""Pure rules of the conventions: who signs, what a budget says, where a convention stands."""

from conventions.rules.cooperation import Capacity, Party, Signatory, signatories

__all__ = ["Capacity", "Party", "Signatory", "signatories"]
