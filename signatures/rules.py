"""What a signature must satisfy, and the chain that proves it: pure rules (signature.md 6)."""

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from alize.common.dates import add_working_days, long_datetime, short_date

ORIGIN = "0" * 64
"""What the first event of a chain follows."""
LINK_VALID = timedelta(hours=72)
RESULT_VALID = timedelta(days=30)
"""How long the link of the signed document opens it."""
LINK_PAUSE = timedelta(minutes=5)
SEEN_AGAIN = timedelta(hours=1)
"""Within it, what a signer opens again is noted once: whoever holds a link fills no evidence."""
CIRCUIT_DAYS = 30
LONGEST_DAYS = 366
"""How far ahead a deadline is set: past that, one starts again with the mandates of the day."""
CODE_DIGITS = 6
CODE_VALID = timedelta(minutes=10)
CODE_TRIES = 5
CODE_PAUSE = timedelta(seconds=30)
CODES_AN_HOUR = 6
FIRST_REMINDER_DAYS = 5
NEXT_REMINDER_WORKING_DAYS = 3
RETENTION_YEARS = 10
"""How long at least evidence outlives the term of what was signed (signature.md 6.5)."""
REMINDERS = 4
"""Then the operator is asked to call (signature.md 6.3)."""
BEFORE_INVITATION = (
    "L'horloge du serveur précède votre invitation : rien n'est signé. Réessayez plus tard, et "
    "prévenez l'opérateur local si ce message revient."
)
CONSENTS = {
    "1": (
        "J'ai lu ce document et j'accepte de le signer électroniquement, en mon nom ou au nom de "
        "la structure que je représente. Je sais que cette signature m'engage comme une signature "
        "sur papier et que ses preuves sont conservées."
    )
}
"""The words that each signer accepts, by version: a version once used is never changed."""
CONSENT = "1"


@dataclass(frozen=True)
class Mandate:
    """Mandat: what gives somebody the right to sign for a structure, and until when."""

    kind: str
    document_sha256: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Delegate:
    """Délégataire: who would sign instead, and from when to when they may."""

    name: str
    function: str
    email: str
    starts_on: date
    ends_on: date | None = None
    document_id: int | None = None
    """The act that gives the mandate, when it is kept."""
    key: str = ""
    """What names the mandate on record; nothing for somebody that the signer typed."""
    kind: str = ""
    """What that mandate is, in words."""


@dataclass(frozen=True)
class NationalText:
    """Modèle national: the version of ASTREES' text that a document was drafted from (A7)."""

    title: str
    version: int
    sha256: str


@dataclass(frozen=True)
class SignerFacts:
    """Signataire: who is asked to sign, for whom, in which order (the same one: in parallel)."""

    name: str
    function: str
    organisation: str
    email: str
    capacity: str
    order: int = 1
    paper: bool = False
    mandate: Mandate | None = None


def means(tool: str) -> str:
    """« sur papier », or « avec Yousign »: how the copy that a signer signed was signed."""
    return f"avec {tool}" if tool else "sur papier"


def missing_for(signers: Iterable[SignerFacts], *, until: date) -> list[str]:
    """What keeps a circuit from being launched, a sentence a signer (signature.md 6.2)."""
    found = []
    for signer in signers:
        who = f"{signer.name or 'signataire à nommer'} ({signer.organisation})"
        mandate = signer.mandate
        if not signer.name.strip():
            found.append(f"{who} : nom manquant")
        elif not signer.email and not signer.paper:
            found.append(f"{who} : adresse électronique manquante, ou signature sur papier")
        elif mandate is None or not mandate.kind.strip():
            found.append(f"{who} : mandat manquant")
        elif mandate.starts_on is not None and mandate.starts_on > until:
            found.append(f"{who} : mandat qui ne commence que le {short_date(mandate.starts_on)}")
        elif mandate.ends_on is not None and mandate.ends_on < until:
            found.append(
                f"{who} : mandat qui s'arrête le {short_date(mandate.ends_on)}, "
                f"avant le {short_date(until)}"
            )
    return found


_LETTERS = str.maketrans({
    "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
    "ŧ": "t", "ŀ": "l", "ĸ": "k", "ŋ": "n",
})  # fmt: skip
"""Letters that Unicode takes for others than the ones most keyboards write them with."""


def last_deadline(on: date, *, until: date | None = None) -> date:
    """The furthest day that one may set on a day; `until` is the last one that serves, if any."""
    furthest = on + timedelta(days=LONGEST_DAYS)
    return furthest if until is None else min(furthest, until)


def same_name(typed: str, expected: str) -> bool:
    """Whether somebody typed their own name, in any order of its words.

    Accents, case, ligatures, apostrophes and hyphens do not count; whatever its writing, a name
    copied as it stands is the same.
    """
    ours, theirs = _words(typed), _words(expected)
    same = sorted(ours) == sorted(theirs) or "".join(ours) == "".join(theirs)
    return bool(typed.strip()) and (typed.strip() == expected.strip() or (bool(ours) and same))


def _words(name: str) -> list[str]:
    """The words of a name in the plainest letters: what is seen of none is left out."""
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(_LETTERS)
    seen = (c for c in plain if not unicodedata.category(c).startswith(("M", "C")) or c.isspace())
    return "".join(c if c.isalnum() else " " for c in seen).split()


def ceremony_words(starts_at: datetime | None, place: str) -> str:
    """« vendredi 12 mars 2027 à 14 h, Hôtel de Savoie »; nothing when none is announced."""
    return f"{long_datetime(starts_at)}, {place}" if starts_at else ""


def masked(email: str) -> str:
    """« c•••••@example.org »: enough to know which address, not enough to write to it."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}•••••@{domain}" if domain else ""


def answer_code(said: str) -> str:
    """« 550 5.1.1 »: what a mail server answered, without its words, which may name the address."""
    known = re.match(r"\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?", said)
    return known[0].replace("-", " ") if known else ""


def reminder_on(invited_on: date, *, sent: int) -> date | None:
    """The day of the next reminder after so many: J+5, then every three working days, four in all.

    None once they are all sent.
    """
    if sent >= REMINDERS:
        return None
    day = invited_on + timedelta(days=FIRST_REMINDER_DAYS)
    return add_working_days(day, NEXT_REMINDER_WORKING_DAYS * sent) if sent else day


def code_digest(code: str, *, secret: str, signer: int, sent_at: datetime) -> str:
    """What is stored of a code: six digits alone would be found again from a plain digest."""
    message = f"{signer}|{sent_at.astimezone(UTC).isoformat()}|{code}"
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class ChainedEvent:
    """One event as it was chained; `facts` are words and whole numbers.

    `trace` is the digest of where it came from, so that the chain is proved to anybody without
    telling anybody's address.
    """

    sequence: int
    at: datetime
    kind: str
    signer: int | None
    trace: str
    facts: Mapping[str, str | int]
    previous_digest: str
    digest: str


def event_digest(event: ChainedEvent) -> str:
    """The digest that the database gives to an event, computed again from what it says."""
    facts = dict(sorted(event.facts.items(), key=lambda fact: (len(fact[0].encode()), fact[0])))
    words = (
        event.previous_digest,
        str(event.sequence),
        event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f"),
        event.kind,
        "" if event.signer is None else str(event.signer),
        event.trace,
        json.dumps(facts, ensure_ascii=False, separators=(", ", ": ")),
    )
    return hashlib.sha256("|".join(words).encode()).hexdigest()


def trace_digest(*, nonce: str, ip: str, user_agent: str) -> str:
    """What the chain holds of where an act came from; the nonce keeps it from being guessed."""
    return hashlib.sha256(f"{nonce}|{ip}|{user_agent}".encode()).hexdigest()


@dataclass(frozen=True)
class Break:
    """The first event where a chain does not hold, and how."""

    sequence: int
    reason: str


def first_break(
    events: Sequence[ChainedEvent], *, count: int | None = None, head: str = ""
) -> Break | None:
    """Find the first event edited, removed, inserted or moved; None when the chain holds.

    `count` and `head` are what was recorded beside the chain: they tell a tail that was cut.
    """
    previous = ORIGIN
    for rank, event in enumerate(events, start=1):
        if event.sequence != rank:
            return Break(rank, "missing")
        if event.previous_digest != previous:
            return Break(rank, "unchained")
        if event.digest != event_digest(event):
            return Break(rank, "edited")
        previous = event.digest
    if count is not None and (count, head or ORIGIN) != (len(events), previous):
        return Break(len(events) + 1, "cut")
    return None
