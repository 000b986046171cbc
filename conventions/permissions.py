"""What may be done with one convention; each refusal says why."""

from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import APPROVALS
from committees.models import Decision
from conventions.enums import CONVENTION_TRANSITIONS, ConventionStatus
from conventions.models import CooperationConvention, Signer
from funds.permissions import check_standing, conditions_left
from projects.enums import ProjectStatus

_IN_CONTRACTING = frozenset({ProjectStatus.APPROVED, ProjectStatus.APPROVED_CONDITIONS})


@check
def prepare(decision: Decision) -> None:
    """A convention follows an approval that is still in force (R60)."""
    if decision.outcome not in APPROVALS:
        raise ActionDenied("Une convention se prépare après un agrément du comité.")
    check_standing(decision)
    if decision.project.status not in _IN_CONTRACTING:
        raise ActionDenied(
            f"Ce dossier est au stade « {decision.project.get_status_display()} » : "
            "il n'attend pas de convention."
        )


@check
def edit(convention: CooperationConvention) -> None:
    """Change dates and signers until the text is frozen."""
    if convention.status != ConventionStatus.DRAFT:
        raise ActionDenied(
            "Le texte de cette convention est gelé : pour le corriger, annulez-la puis "
            "préparez-en une nouvelle."
        )


@check
def freeze(convention: CooperationConvention) -> None:
    """Everybody who signs is known, and no suspensive condition is left."""
    CONVENTION_TRANSITIONS.guard(convention.status, ConventionStatus.FROZEN)
    if unnamed(convention):
        raise ActionDenied("Il manque le nom d'un signataire : complétez les signataires.")
    _check_conditions(convention)


@check
def record_signed(convention: CooperationConvention) -> None:
    """Frozen, and no suspensive condition left (R60, SD2)."""
    CONVENTION_TRANSITIONS.guard(convention.status, ConventionStatus.SIGNED)
    _check_conditions(convention)


@check
def cancel(convention: CooperationConvention) -> None:
    """Until it is signed."""
    CONVENTION_TRANSITIONS.guard(convention.status, ConventionStatus.CANCELLED)


def unnamed(convention: CooperationConvention) -> list[Signer]:
    """The signers whose name is still missing."""
    return [signer for signer in convention.signers.all() if not signer.name]


def _check_conditions(convention: CooperationConvention) -> None:
    check_standing(convention.decision)
    left = conditions_left(convention.decision_id)
    if left:
        raise ActionDenied(
            f"Une condition suspensive n'est pas levée : « {left[0].text} ». "
            "Levez-la avant de poursuivre."
        )
