"""The parties of a partnership convention or of an amendment: introduced, signing, kept (R52)."""

from collections.abc import Iterable
from typing import Any

from alize.drafting import blocks
from alize.drafting.blocks import Block
from conventions.enums import PartnershipCapacity
from conventions.rules.partnership import Capacity, Signatory

COLLEGES = {
    Capacity.COMPANY: "Les entreprises partenaires",
    Capacity.ASSOCIATE: "Les acteurs du territoire",
    Capacity.AUTHORITY: "Les collectivités",
    Capacity.STATE: "L'État et la Caisse des dépôts",
    Capacity.NETWORK: "Le réseau national",
    Capacity.OPERATOR: "L'opérateur local",
}


def by_college(signing: Iterable[Signatory]) -> list[tuple[str, list[Signatory]]]:
    """By college, in the order of the document; the turn to sign does not count here."""
    found: dict[str, list[Signatory]] = {label: [] for label in COLLEGES.values()}
    for one in signing:
        found[COLLEGES[one.capacities[0]]].append(one)
    return [(label, members) for label, members in found.items() if members]


def parties(signing: Iterable[Signatory]) -> list[tuple[str, list[dict[str, str]]]]:
    """Who agrees, by college, as the text introduces them."""
    return [
        (
            label,
            [
                {
                    "organisation": one.body.name,
                    "seat": "",
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
    first, *others = [PartnershipCapacity(capacity).label for capacity in one.capacities]
    return ", ".join([one.body.function or first, *map(_lower, others)])


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
            "capacity": ", ".join(
                PartnershipCapacity(capacity).label for capacity in one.capacities
            ),
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
