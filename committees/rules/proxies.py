"""Who may give a proxy and who may hold one; all of it by file (voting.md 5.3)."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Given:
    """A proxy neither declined nor taken back; `file` is None for the whole meeting."""

    giver: int
    holder: int
    file: int | None = None
    accepted: bool = False


def meet(one: int | None, other: int | None) -> bool:
    """Whether two proxies speak of a same file."""
    return one is None or other is None or one == other


def why_not_give(giver: int, file: int | None, live: Collection[Given]) -> str:
    """Why a seat may not give a proxy; nothing when it may."""
    if any(one.giver == giver and one.file == file for one in live):
        what = "la séance" if file is None else "ce dossier"
        return f"Votre siège a déjà donné pouvoir pour {what}."
    if any(one.holder == giver and one.accepted and meet(one.file, file) for one in live):
        return "Votre siège a accepté un pouvoir : il ne peut pas donner le sien."
    return ""


def why_not_hold(holder: int, file: int | None, live: Collection[Given], *, maximum: int) -> str:
    """Why a seat may not receive one more proxy; nothing when it may."""
    if any(one.giver == holder and meet(one.file, file) for one in live):
        return "a donné pouvoir à un autre siège"
    received = [one for one in live if one.holder == holder and meet(one.file, file)]
    if busiest(received, file) >= maximum:
        proxies = f"{maximum} pouvoir{'s' if maximum > 1 else ''}"
        return f"a déjà reçu {proxies}, le maximum"
    return ""


def busiest(received: Collection[Given], file: int | None) -> int:
    """How many of these proxies speak of one same file, at the most, among the files meant."""
    files = {file} if file is not None else {None, *(one.file for one in received)}
    return max(sum(one.file in {None, each} for one in received) for each in files)
