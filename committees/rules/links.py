"""The links a seat seems to have with a file: proposed before its answer (voting.md 5.3, SD5)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from alize.common.words import of

SAME_GROUP, BANK, LENDER, OTHER = "SAME_GROUP", "BANK", "LENDER", "OTHER"
OF_THE_PARTNER = frozenset(
    {SAME_GROUP, BANK, LENDER, "ACCOUNTANT", "CLIENT", "SUPPLIER", "COMPETITOR"}
)
"""The links of a house with a company, whoever speaks for it; the others may be a person's own."""
LEGAL_FORMS = frozenset({"sa", "sas", "sasu", "sarl", "eurl", "sca", "scop", "scic", "societe"})


@dataclass(frozen=True, kw_only=True)
class Body:
    """An organisation, by all that may recognise it."""

    name: str
    short_name: str = ""
    siren: str = ""
    group: str = ""  # the name of its group


@dataclass(frozen=True, kw_only=True)
class Financer:
    """One source of the financing plan."""

    name: str
    is_bank: bool = False


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What the seat answered, or the presidency ruled of it, on a file of the same company."""

    kind: str  # nothing when it withdrew without a link that follows the seat
    said: str
    on: str  # « 12 mars 2026 »
    is_imposed: bool = False


@dataclass(frozen=True, kw_only=True)
class Yearly:
    """A link with a company, in the yearly declaration of somebody who sits for the seat."""

    kind: str
    name: str
    siren: str = ""
    said: str = ""
    who: str
    on: str  # « 12 mars 2026 »


@dataclass(frozen=True, kw_only=True)
class LinkFacts:
    """What is known of a seat and of a file when the question is put."""

    seat: Body
    company: Body
    financers: tuple[Financer, ...] = ()
    referrer: Body | None = None
    earlier: tuple[Earlier, ...] = field(default=())
    yearly: tuple[Yearly, ...] = field(default=())


@dataclass(frozen=True)
class Suggestion:
    """A link that the facts suggest, with what suggests it."""

    kind: str  # nothing when a withdrawal is known without its link
    because: str


def suggest(facts: LinkFacts) -> tuple[Suggestion, ...]:
    """Every link that the facts suggest, the closest first, each kind once."""
    found: dict[str, Suggestion] = {}
    for suggestion in _all(facts):
        found.setdefault(suggestion.kind, suggestion)
    return tuple(found.values())


def _all(facts: LinkFacts) -> Iterator[Suggestion]:
    seat = facts.seat
    if because := _kinship(seat, facts.company):
        yield Suggestion(SAME_GROUP, because)
    for financer in facts.financers:
        if _names(seat, financer.name):
            kind, role = (BANK, "la banque") if financer.is_bank else (LENDER, "un financeur")
            yield Suggestion(
                kind, f"Le plan de financement cite « {financer.name} », {role} du projet."
            )
    for yearly in facts.yearly:
        if _is_company(yearly, facts.company):
            said = f" : « {yearly.said} »" if yearly.said else ""
            yield Suggestion(
                yearly.kind,
                f"La déclaration annuelle {of(yearly.who)}, le {yearly.on}, cite "
                f"« {yearly.name} »{said}.",
            )
    for earlier in facts.earlier:
        said = f" : « {earlier.said} »" if earlier.said else ""
        yield Suggestion(earlier.kind, f"{_answered(earlier)}, le {earlier.on}{said}.")
    if facts.referrer is not None and _is_one_house(seat, facts.referrer):
        own = seat.name == facts.referrer.name
        who = "votre structure" if own else f"{facts.referrer.name}, du même groupe que vous"
        yield Suggestion(OTHER, f"Le diagnostic de ce dossier est rendu par {who}.")


def _answered(earlier: Earlier) -> str:
    if earlier.is_imposed:
        return "La présidence a déjà déporté votre siège d'un dossier de cette entreprise"
    if not earlier.kind:
        return "Votre siège s'est déjà déporté d'un dossier de cette entreprise"
    return "Votre siège l'a déjà déclaré pour cette entreprise"


def _kinship(seat: Body, company: Body) -> str:
    """Why a seat and the company are one, or of one group; nothing when they are not."""
    if seat.siren and seat.siren == company.siren:
        return "Votre structure et l'entreprise ont le même numéro SIREN."
    if seat.group and seat.group == company.group:
        return f"Votre structure et l'entreprise appartiennent au groupe {seat.group}."
    if _words(company.name) and _words(seat.name) == _words(company.name):
        return "Votre structure et l'entreprise portent le même nom."
    if seat.group and _holds(_words(company.name), _words(seat.group)):
        return f"L'entreprise porte le nom de votre groupe, {seat.group}."
    return ""


def _is_company(link: Yearly, company: Body) -> bool:
    """Whether a declared link is with this company: its number, else its name or its group's."""
    if link.siren and company.siren:
        return link.siren == company.siren
    words = _words(link.name)
    return bool(words) and words in {_words(company.name), _words(company.group)}


def _is_one_house(one: Body, other: Body) -> bool:
    """Whether two partners are the same, or of the same group."""
    return (
        one.name == other.name
        or bool(one.group and one.group == other.group)
        or bool(one.siren and one.siren == other.siren)
    )


def _names(body: Body, text: str) -> bool:
    """Whether a text names an organisation, its group or its number."""
    if body.siren and body.siren in re.sub(r"\s", "", text):
        return True
    words = _words(text)
    known = (_words(name) for name in (body.name, body.short_name, body.group))
    return any(_holds(words, name) for name in known)


def _words(text: str) -> tuple[str, ...]:
    """The words of a name, without accents, capitals or legal form."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return tuple(word for word in re.findall(r"[^\W_]+", plain) if word not in LEGAL_FORMS)


def _holds(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether a name stands whole among words, side by side."""
    size = len(name)
    return size > 0 and any(words[i : i + size] == name for i in range(len(words) - size + 1))
