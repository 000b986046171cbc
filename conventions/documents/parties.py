"""The parties of a partnership convention or of any amendment: introduced, signing, kept (R52)."""

from collections.abc import Iterable
from typing import Any

from alize.common.words import french_order
from alize.drafting import blocks
from alize.drafting.blocks import Block
from conventions.enums import PartnershipCapacity, SignerCapacity
from conventions.rules import cooperation
from conventions.rules.partnership import Capacity, Signatory

COLLEGES = {
    Capacity.COMPANY: "Les entreprises partenaires",
    Capacity.ASSOCIATE: "Les acteurs du territoire",
    Capacity.AUTHORITY: "Les collectivités",
    Capacity.STATE: "L'État et la Caisse des dépôts",
    Capacity.NETWORK: "Le réseau national",
    Capacity.OPERATOR: "L'opérateur local",
}

KNOWN_AS = {
    cooperation.Capacity.OWNER: "l'entreprise",
    cooperation.Capacity.COMPANY: "l'entreprise partenaire",
    cooperation.Capacity.FOLLOW_UP_LEAD: "le mandataire",
    cooperation.Capacity.PRESIDENT: "le comité d'agrément",
    cooperation.Capacity.OPERATOR: "l'opérateur local",
}
"""The name that a party of a cooperation convention goes by in its articles."""


def by_college(signing: Iterable[Signatory]) -> list[tuple[str, list[Signatory]]]:
    """By college, in alphabetical order; the turn to sign does not count here.

    A cooperation convention is between its parties: they are of no college.
    """
    found: dict[str, list[Signatory]] = {label: [] for label in (*COLLEGES.values(), "")}
    for one in signing:
        first = one.capacities[0]
        found["" if isinstance(first, cooperation.Capacity) else COLLEGES[first]].append(one)
    return [
        (label, sorted(members, key=lambda one: french_order(one.body.name)) if label else members)
        for label, members in found.items()
        if members
    ]


def parties(signing: Iterable[Signatory]) -> list[tuple[str, list[dict[str, str]]]]:
    """Who agrees, by college, as the text introduces them."""
    return [
        (
            label,
            [
                {
                    "organisation": one.body.name,
                    "seat": one.body.seat,
                    "name": one.body.person,
                    "function": one.body.function,
                    "known_as": _known_as(one),
                }
                for one in members
            ],
        )
        for label, members in by_college(signing)
    ]


def _known_as(one: Signatory) -> str:
    first = one.capacities[0]
    if isinstance(first, cooperation.Capacity):
        return KNOWN_AS[first]
    return "l'opérateur local" if Capacity.OPERATOR in one.capacities else ""


def signatures(signing: Iterable[Signatory]) -> Block:
    """Table of signatures by college, with the capacity in which each signs."""
    return blocks.signatures(
        [
            (
                label,
                [
                    {
                        "name": one.body.person,
                        "capacity": _in_words(one),
                        "organisation": one.body.name,
                    }
                    for one in members
                ],
            )
            for label, members in by_college(signing)
        ],
        place_and_date="Fait à ______________________, le ______________________.",
    )


def _in_words(one: Signatory) -> str:
    first, *others = _labels(one)
    return ", ".join([one.body.function or first, *map(_lower, others)])


def _labels(one: Signatory) -> list[str]:
    """In which capacities: two of a partnership and of a cooperation may have the same name."""
    return [
        SignerCapacity(capacity).label
        if isinstance(capacity, cooperation.Capacity)
        else PartnershipCapacity(capacity).label
        for capacity in one.capacities
    ]


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]


def signer_lines(signing: Iterable[Signatory]) -> list[dict[str, Any]]:
    """The signers as a snapshot keeps them, and as the page and the circuit read them."""
    return [
        {
            "name": one.body.person,
            "function": one.body.function,
            "organisation": one.body.name,
            "email": one.body.email,
            "partner": one.body.partner_id,
            "capacity": ", ".join(_labels(one)),
            "order": one.order,
            "signs_operator_convention": one.signs_operator_convention,
            "mandate": _mandate(one),
        }
        for one in signing
    ]


def _mandate(one: Signatory) -> dict[str, str]:
    mandate = one.body.mandate
    if mandate is None:
        return {}
    return {
        "kind": mandate.kind,
        "label": mandate.label,
        "sha256": mandate.document_sha256,
        "starts_on": mandate.starts_on.isoformat() if mandate.starts_on else "",
        "ends_on": mandate.ends_on.isoformat() if mandate.ends_on else "",
    }
