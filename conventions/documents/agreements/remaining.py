"""What a draft lacks before it may be frozen, each with its page."""

from collections.abc import Callable, Iterable
from datetime import date

from alize.common.screen import Link
from alize.drafting.enums import TextKind
from conventions.documents.agreements.amendment import amendment_text
from conventions.documents.agreements.partnership import facts_of, operator_words, partnership_words
from conventions.documents.parties import signer_lines
from conventions.models import Amendment, PartnershipConvention
from conventions.queries import partnership as queries
from conventions.queries.clauses import displaced_links
from conventions.queries.mandates import unready_lines
from conventions.rules.partnership import Gap, Signatory

SECTION_OF = {
    "defraiement": "gouvernance",
    "defraiement_lettres": "gouvernance",
    "fonctions_partagees": "gouvernance",
    "presidence_comite_local": "gouvernance",
    "operateur": "gouvernance",
    "insertion": "emploi",
    "demandeurs_eloignes": "emploi",
    "alternance": "emploi",
    "service_public_emploi": "emploi",
    "dispositifs": "emploi",
    "jours_total": "budget",
    "montant_total": "budget",
    "engagements": "budget",
}
"""Where the variables of the texts are written; the others are on the first page."""


def remaining_of(convention: PartnershipConvention, *, on: date) -> list[Link]:
    """What a draft lacks, then what its texts would show without a value, each with its page."""
    left = queries.gaps(convention, on=on)
    if not left:
        facts = facts_of(convention, on=on)
        left = tuple(
            Gap(f"Compléter la convention : {label}", SECTION_OF.get(name, "objectifs"))
            for text in (partnership_words(facts, on=on), operator_words(facts, on=on))
            for name, label in zip(text["missing_names"], text["missing"], strict=True)
        )
    found = [Link(gap.label, queries.where(gap, convention)) for gap in left]
    return [*found, *displaced_links(TextKind.PARTNERSHIP, TextKind.OPERATOR, on=on)]


def remaining_of_amendment(amendment: Amendment, *, on: date) -> list[Link]:
    """The same of an amendment."""
    left = queries.amendment_gaps(amendment, on=on)
    if not left:
        text = amendment_text(amendment, queries.signing_amendment(amendment, on=on), on=on)
        left = tuple(Gap(f"Compléter l'avenant : {label}") for label in text["missing"])
    found = [Link(gap.label, queries.where(gap, amendment)) for gap in left]
    kind = TextKind.COOPERATION_AMENDMENT if amendment.cooperation else TextKind.AMENDMENT
    return [*found, *displaced_links(kind, on=on)]


def ending_soon(
    signing: Iterable[Signatory], *, until: date, own: Callable[[int], str]
) -> list[Link]:
    """Whose mandate holds, but not until the day when all are expected to have signed.

    `own` is the page of what the text itself keeps of a signer, by their rank.
    """
    ranked = [(rank, line) for rank, line in enumerate(signer_lines(signing)) if line["mandate"]]
    lines = [line for _, line in ranked]
    return unready_lines(lines, until=until, own=lambda place: own(ranked[place][0]))
