"""What may be done with one convention; each refusal says why."""

from collections.abc import Collection
from datetime import date

from alize.accounts.models import Person
from alize.common.dates import long_date
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import APPROVALS
from committees.models import Decision
from conventions.enums import AGREEMENT_TRANSITIONS, AgreementStatus
from conventions.models import CooperationConvention, Signer
from funds.permissions import check_standing, conditions_left
from projects.enums import ProjectStatus
from projects.models import Project
from signatures.enums import ENDED, GIVEN_UP, SIGNED_BY_ALL, CircuitStatus
from signatures.models import Circuit, CircuitSigner

_IN_CONTRACTING = frozenset({ProjectStatus.APPROVED, ProjectStatus.APPROVED_CONDITIONS})


@check
def prepare(decision: Decision) -> None:
    """A convention follows an approval that is still in force (R60)."""
    if decision.outcome not in APPROVALS:
        raise ActionDenied("Une convention se prépare après un agrément du comité.")
    check_standing(decision)
    _check_awaited(decision.project)


@check
def edit(convention: CooperationConvention) -> None:
    """Change dates and signers until the text is frozen."""
    if convention.status != AgreementStatus.DRAFT:
        raise ActionDenied(
            "Le texte de cette convention est gelé : pour le corriger, rouvrez-le tant que "
            "personne ne le signe."
        )


@check
def freeze(convention: CooperationConvention) -> None:
    """A follow-up lead is named, all who sign are known and mandated, no condition is left."""
    AGREEMENT_TRANSITIONS.guard(convention.status, AgreementStatus.FROZEN)
    _check_awaited(convention.project)
    if unnamed(convention):
        raise ActionDenied("Il manque le nom d'un signataire : complétez les signataires.")
    if unmandated(convention):
        raise ActionDenied("Il manque le mandat d'un signataire : complétez les signataires.")
    _check_conditions(convention)
    if convention.project.follow_up_lead_id is None:
        raise ActionDenied(
            "Le comité n'a pas désigné de mandataire. Tant que le procès-verbal n'est pas signé, "
            "annulez cette convention : la présidence ajoute le mandataire en rectifiant la "
            "décision, puis vous en préparez une autre. Ensuite, une nouvelle délibération le "
            "désigne."
        )


@check
def reopen(convention: CooperationConvention) -> None:
    """Correct what was frozen: before its signature is launched, or once it was given up."""
    AGREEMENT_TRANSITIONS.guard(convention.status, AgreementStatus.DRAFT)
    if convention.circuit is not None:
        check_given_up(convention.circuit)


def check_given_up(*circuits: Circuit) -> None:
    """:raises ActionDenied: somebody may still sign one of them, or all have and it stands."""
    given_up = all(circuit.status in GIVEN_UP for circuit in circuits)
    if not given_up and not is_lacking(*circuits):
        raise ActionDenied(
            "Ce texte est en signature : pour le corriger, annulez d'abord son circuit."
        )


def is_lacking(*circuits: Circuit) -> bool:
    """Whether a signature of what is sealed was set aside, and nothing has made it good since."""
    return CircuitSigner.objects.lacking().filter(circuit__in=_sealed(circuits)).exists()


def is_contested(*circuits: Circuit) -> bool:
    """Whether a signature of what is sealed waits for what follows its contestation."""
    return CircuitSigner.objects.contested().filter(circuit__in=_sealed(circuits)).exists()


def _sealed(circuits: Collection[Circuit]) -> list[Circuit]:
    return [circuit for circuit in circuits if circuit.status == CircuitStatus.SEALED]


def check_signatures(*circuits: Circuit) -> None:
    """:raises ActionDenied: a signature of theirs is contested, or was set aside."""
    if is_contested(*circuits):
        raise ActionDenied(
            "Une signature de ce texte est contestée : il ne prend pas effet tant qu'ASTREES n'y a "
            "pas donné suite."
        )
    if is_lacking(*circuits):
        raise ActionDenied(LACKING)


def unsettled(*circuits: Circuit, may_change: bool) -> str:
    """What a signed agreement waits for, when a signature of it does not hold.

    `may_change` is whether an amendment of it may still be signed.
    """
    if is_contested(*circuits):
        return "Une signature est contestée : ASTREES y donne suite."
    if is_lacking(*circuits):
        return AMEND if may_change else STAYS_LACKING
    return ""


AMEND = "Une signature a été écartée : préparez un avenant que toutes les parties signent."
STAYS_LACKING = (
    "Une signature a été écartée, et aucun avenant ne l'a régularisée avant le terme : elle le "
    "reste."
)


LACKING = (
    "Une signature de ce texte a été écartée : rouvrez-le pour le faire signer de nouveau, ou "
    "annulez-le."
)


@check
def launch(convention: CooperationConvention) -> None:
    """Frozen, its document made; or again after a circuit that ended. No condition left."""
    if convention.document is None:
        raise ActionDenied("Le document n'est pas encore produit : rechargez la page.")
    if convention.status == AgreementStatus.SIGNING:
        if convention.circuit is None or convention.circuit.status not in ENDED:
            raise ActionDenied("Cette convention est déjà en signature.")
    else:
        AGREEMENT_TRANSITIONS.guard(convention.status, AgreementStatus.SIGNING)
    _check_awaited(convention.project)
    _check_conditions(convention)


def outrun(convention: CooperationConvention) -> str:
    """Why a frozen convention may be signed no more, and what to do; nothing while it may."""
    if convention.status != AgreementStatus.FROZEN:
        return ""
    try:
        check_standing(convention.decision)
    except ActionDenied as denied:
        return f"{denied.reason} Annulez cette convention : une autre suivra la décision à venir."
    try:
        _check_conditions(convention)
    except ActionDenied as denied:
        return denied.reason
    return ""


@check
def conclude(convention: CooperationConvention, on: date) -> None:
    """Signed by all and sealed, its day come, no suspensive condition left (R60, SD2)."""
    AGREEMENT_TRANSITIONS.guard(convention.status, AgreementStatus.SIGNED)
    if convention.circuit is None or convention.circuit.status != CircuitStatus.SEALED:
        raise ActionDenied("Toutes les parties n'ont pas encore signé cette convention.")
    check_signatures(convention.circuit)
    _check_awaited(convention.project)
    if on < convention.starts_on:
        raise ActionDenied(
            f"Cette convention prend effet le {long_date(convention.starts_on)} : l'entreprise "
            "est labellisée ce jour-là."
        )
    _check_conditions(convention)


@check
def cancel(convention: CooperationConvention) -> None:
    """Until everybody has signed, or afterwards when it can have no effect any more."""
    AGREEMENT_TRANSITIONS.guard(convention.status, AgreementStatus.CANCELLED)
    stands = signed_by_all(convention) and not is_void(convention)
    if stands and convention.circuit is not None and not is_lacking(convention.circuit):
        raise ActionDenied(
            "Toutes les parties ont signé cette convention : elle engage. Avant sa prise d'effet, "
            "l'opérateur peut demander à la présidence de l'annuler."
        )


@check
def ask_void(convention: CooperationConvention, on: date) -> None:
    """What all have signed, sealed, whose day has not come (R60): a day mistyped is put right."""
    circuit = convention.circuit
    sealed = circuit is not None and circuit.status == CircuitStatus.SEALED
    if convention.status != AgreementStatus.SIGNING or not sealed or convention.starts_on <= on:
        raise ActionDenied(
            "Seule une convention que toutes les parties ont signée, et qui n'a pas encore pris "
            "effet, s'annule ainsi."
        )
    if convention.void_asked_at is not None:
        raise ActionDenied(
            "L'annulation de cette convention est déjà demandée : elle attend sa décision."
        )


@check
def decide_void(
    convention: CooperationConvention, by: Person, on: date, *, decides: bool, who: str = ""
) -> None:
    """Once, before its effect, and another person than the one who asked.

    `decides` is whether it is for this person, `who` the name of those for whom it is.
    """
    if convention.void_asked_at is None:
        raise ActionDenied("Personne ne demande d'annuler cette convention.")
    if convention.status != AgreementStatus.SIGNING or convention.starts_on <= on:
        raise ActionDenied(
            "Cette convention a pris effet, ou est déjà annulée : il n'y a plus rien à décider."
        )
    if convention.void_asked_by_id == by.pk:
        raise ActionDenied(
            "L'annulation d'une convention signée est demandée par une personne et décidée par une "
            "autre."
        )
    if not decides:
        raise ActionDenied(f"Cette annulation n'est pas à vous de la décider : {who} en décide.")


def signed_by_all(convention: CooperationConvention) -> bool:
    """Nobody is expected to sign it any more."""
    return convention.circuit is not None and convention.circuit.status in SIGNED_BY_ALL


def waits_for_effect(convention: CooperationConvention, on: date) -> bool:
    """Sealed and due, held back by what its page says."""
    circuit = convention.circuit
    sealed = circuit is not None and circuit.status == CircuitStatus.SEALED
    due = sealed and convention.starts_on <= on and not is_void(convention)
    waits = due and convention.status == AgreementStatus.SIGNING
    return waits and circuit is not None and not (is_contested(circuit) or is_lacking(circuit))


def is_void(convention: CooperationConvention) -> bool:
    """Its approval fell, or the company gave up, before it took effect."""
    decision = convention.decision
    holds = decision.stands and decision.reopened_at is None
    return not holds or convention.project.status not in _IN_CONTRACTING


def unnamed(convention: CooperationConvention) -> list[Signer]:
    """The signers whose name is still missing."""
    return [signer for signer in convention.signers.all() if not signer.name]


def unmandated(convention: CooperationConvention) -> list[Signer]:
    """The signers named without what gives them the right to sign."""
    return [signer for signer in convention.signers.all() if signer.name and not signer.mandate]


def _check_awaited(project: Project) -> None:
    if project.status not in _IN_CONTRACTING:
        raise ActionDenied(
            f"Ce dossier est au stade « {project.get_status_display()} » : "
            "il n'attend pas de convention."
        )


def _check_conditions(convention: CooperationConvention) -> None:
    check_standing(convention.decision)
    left = conditions_left(convention.decision_id)
    if left:
        raise ActionDenied(
            f"Une condition suspensive n'est pas levée : « {left[0].text} ». "
            "Levez-la avant de poursuivre."
        )
