"""Erases what names somebody who asks for it; what the law keeps stays, and why (ADR 31, S55).

Every text of every table is looked through, that of a new feature too: only what a room keeps, with
its ground, stays as it is. Rows are renamed, never removed: votes, journals and accounts hold ids.
"""

from basins.erasure.acts import erase
from basins.erasure.asked import ERASED, Asked
from basins.erasure.looking import Trace, traces
from basins.erasure.reasons import asked_by, reasons_to_stay, reasons_to_wait
from basins.erasure.rooms import Bond, binds, forgets, keep, names

__all__ = [
    "ERASED",
    "Asked",
    "Bond",
    "Trace",
    "asked_by",
    "binds",
    "erase",
    "forgets",
    "keep",
    "names",
    "reasons_to_stay",
    "reasons_to_wait",
    "traces",
]
