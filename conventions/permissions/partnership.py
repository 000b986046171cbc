"""What may be done with a partnership convention or any amendment; each refusal says why."""

from collections.abc import Sequence
from datetime import date

from alize.common.errors import ActionDenied
from alize.common.permissions import check
from conventions.enums import AGREEMENT_TRANSITIONS, AgreementStatus
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from conventions.models.partnership import Agreement
from conventions.permissions import (
    check_given_up,
    check_signatures,
    is_contested,
    is_lacking,
)
from conventions.queries import amended
from conventions.queries import partnership as queries
from conventions.queries.overlaps import day_gaps, term_gaps
from conventions.rules.partnership import Gap
from partners.rules import FEWEST_COMPANIES
from signatures.enums import ENDED, SIGNED_BY_ALL, CircuitStatus
from signatures.models import Circuit


@check
def begin() -> None:
    """The first convention of a basin, or again after it was cancelled."""
    if PartnershipConvention.objects.live().exists():
        raise ActionDenied("Ce bassin a déjà sa convention : renouvelez-la.")


@check
def edit(agreement: Agreement) -> None:
    """Until its text is frozen."""
    if agreement.status != AgreementStatus.DRAFT:
        raise ActionDenied(
            "Ce texte est gelé : pour le corriger, rouvrez-le tant que personne ne le signe."
        )


@check
def copy(agreement: Agreement) -> None:
    """The words of a draft, or those that were frozen; what was signed before has none here."""
    if agreement.snapshot is None and agreement.status != AgreementStatus.DRAFT:
        raise ActionDenied("Le texte de cet acte n'a pas été écrit dans l'application.")


@check
def freeze(convention: PartnershipConvention, on: date) -> None:
    """A draft that lacks nothing, four companies at least among its parties (R45)."""
    AGREEMENT_TRANSITIONS.guard(convention.status, AgreementStatus.FROZEN)
    left = queries.gaps(convention, on=on)
    if left:
        raise ActionDenied(f"Il reste à faire : {left[0].label}.")


@check
def freeze_amendment(amendment: Amendment, on: date) -> None:
    """A draft whose signers are all known and mandated, on a convention that runs."""
    AGREEMENT_TRANSITIONS.guard(amendment.status, AgreementStatus.FROZEN)
    _check_runs(amendment, on)
    left = queries.amendment_gaps(amendment, on=on)
    if left:
        raise ActionDenied(f"Il reste à faire : {left[0].label}.")


@check
def reopen(agreement: Agreement) -> None:
    """Correct what was frozen: before its signature is launched, or once it was given up."""
    AGREEMENT_TRANSITIONS.guard(agreement.status, AgreementStatus.DRAFT)
    check_given_up(*circuits_of(agreement))


@check
def launch(agreement: Agreement, on: date) -> None:
    """Frozen, its documents made, four companies still (R45), its term still free (R7).

    What an amendment of a cooperation convention changes may still change.

    Again after a circuit that ended.
    """
    documents = [agreement.document]
    if isinstance(agreement, PartnershipConvention):
        documents.append(agreement.operator_document)
    if not all(documents):
        raise ActionDenied("Le document n'est pas encore produit : rechargez la page.")
    if agreement.status == AgreementStatus.SIGNING:
        if not any(circuit.status in ENDED for circuit in circuits_of(agreement)):
            raise ActionDenied("Ce texte est déjà en signature.")
    else:
        AGREEMENT_TRANSITIONS.guard(agreement.status, AgreementStatus.SIGNING)
    _check_stands(agreement, on)


def outrun(agreement: Agreement, on: date) -> str:
    """Why a frozen text may be signed no more, and what to do; nothing while it may."""
    if agreement.status != AgreementStatus.FROZEN:
        return ""
    try:
        _check_stands(agreement, on)
    except ActionDenied as denied:
        return denied.reason
    return ""


def _check_stands(agreement: Agreement, on: date) -> None:
    """What is signed from now on still can be."""
    if isinstance(agreement, PartnershipConvention):
        _check_companies(agreement, on)
        _check_days(agreement, on)
    if isinstance(agreement, Amendment):
        _check_still_runs(agreement, on)
        _check_effect(agreement, on)
    _check_parties(agreement, on)
    _check_term(agreement, so=REOPEN)


def _check_effect(amendment: Amendment, on: date) -> None:
    """What all would sign still changes something (R60)."""
    left = amended.outrun_gaps(amendment, on=on) if amendment.cooperation else ()
    if left:
        raise ActionDenied(
            f"Cet avenant n'aurait plus d'effet : rouvrez-le. Il reste à faire : {left[0].label}."
        )


def _check_parties(agreement: Agreement, on: date) -> None:
    """Nobody who has left since the freezing is asked to sign."""
    if isinstance(agreement, PartnershipConvention):
        left = queries.gaps_of_left(agreement, on=on)
    else:
        left = queries.gaps_of_departed(agreement, on=on)
    if left:
        raise ActionDenied(
            "Ce texte nomme une partie qui n'en est plus une : rouvrez-le. Il reste à faire : "
            f"{left[0].label}."
        )


def _check_days(convention: PartnershipConvention, on: date) -> None:
    """Nobody signs a convention that is over (R59)."""
    _refuse_term(day_gaps(convention, on=on), so=REOPEN)


def _check_term(agreement: Agreement, *, so: str = "") -> None:
    _refuse_term(term_gaps(agreement), so=so)


def _refuse_term(left: Sequence[Gap], *, so: str) -> None:
    if left:
        raise ActionDenied(f"Ce terme n'est plus possible. {so}Il reste à faire : {left[0].label}.")


REOPEN = "Rouvrez le texte. "


def waits_for_effect(agreement: Agreement) -> bool:
    """Signed by all and sealed, its effect still to give."""
    circuits = circuits_of(agreement)
    return (
        agreement.status == AgreementStatus.SIGNING
        and bool(circuits)
        and all(circuit.status == CircuitStatus.SEALED for circuit in circuits)
        and not (is_contested(*circuits) or is_lacking(*circuits))
    )


def _check_companies(convention: PartnershipConvention, on: date) -> None:
    count = queries.company_count(convention, on=on)
    if count < FEWEST_COMPANIES:
        raise ActionDenied(
            f"Cette convention réunit {FEWEST_COMPANIES} entreprises partenaires au moins ; il en "
            f"reste {count or 'zéro'}. Rouvrez le texte, complétez les parties, puis gelez-le de "
            "nouveau."
        )


@check
def conclude(agreement: Agreement) -> None:
    """Signed by all and sealed, every text of it (R59)."""
    AGREEMENT_TRANSITIONS.guard(agreement.status, AgreementStatus.SIGNED)
    if not all(circuit.status == CircuitStatus.SEALED for circuit in circuits_of(agreement)):
        raise ActionDenied("Toutes les parties n'ont pas encore signé.")
    check_signatures(*circuits_of(agreement))
    _check_term(agreement)


def circuits_of(agreement: Agreement) -> list[Circuit]:
    """The circuits that sign a text and, for a convention, its operator convention."""
    found = [agreement.circuit]
    if isinstance(agreement, PartnershipConvention):
        found.append(agreement.operator_circuit)
    return [circuit for circuit in found if circuit is not None]


@check
def cancel(agreement: Agreement) -> None:
    """Until everybody has signed every text of it."""
    AGREEMENT_TRANSITIONS.guard(agreement.status, AgreementStatus.CANCELLED)
    circuits = circuits_of(agreement)
    signed = circuits and all(circuit.status in SIGNED_BY_ALL for circuit in circuits)
    if signed and not is_lacking(*circuits):
        raise ActionDenied("Toutes les parties ont signé ce texte : il engage.")


@check
def amend(convention: PartnershipConvention, on: date) -> None:
    """While it runs, or before it begins."""
    if not queries.may_change(convention, on=on):
        raise ActionDenied("Un avenant modifie une convention signée et en cours.")


@check
def amend_support(convention: CooperationConvention, on: date) -> None:
    """Signed by all, while the support runs or something of the advance is still owed."""
    if not queries.may_change(convention, on=on):
        raise ActionDenied(
            "Un avenant modifie une convention signée de tous, tant que l'accompagnement court ou "
            "que l'avance n'est pas remboursée."
        )


@check
def begin_amendment(convention: CooperationConvention, on: date) -> None:
    """One at a time: the next one is written on what the one before has changed."""
    amend_support(convention, on)
    _check_none_waits(convention)


@check
def begin_founding_amendment(convention: PartnershipConvention, on: date) -> None:
    """The same: whoever joins by the one before is a party of the next one (R7)."""
    amend(convention, on)
    _check_none_waits(convention)


def _check_none_waits(convention: CooperationConvention | PartnershipConvention) -> None:
    waiting = amended.under_way(convention)
    if waiting is not None:
        raise ActionDenied(
            f"L'avenant n° {waiting.number} n'est pas encore signé : faites-le signer ou "
            "annulez-le, puis préparez le suivant."
        )


def _check_runs(amendment: Amendment, on: date) -> None:
    if amendment.cooperation:
        amend_support(amendment.supporting, on)
    else:
        amend(amendment.founding, on)


def _check_still_runs(amendment: Amendment, on: date) -> None:
    """The convention may have come to its end since the text was frozen."""
    try:
        _check_runs(amendment, on)
    except ActionDenied as denied:
        raise ActionDenied(
            f"{denied.reason} Celle-ci ne s'y prête plus : annulez cet avenant."
        ) from denied


@check
def renew(convention: PartnershipConvention, on: date) -> None:
    """Once signed, and once only."""
    if convention.status != AgreementStatus.SIGNED:
        raise ActionDenied("Seule une convention signée se renouvelle.")
    if queries.renewal_of(convention) is not None:
        raise ActionDenied("Le renouvellement de cette convention est déjà préparé.")
