"""What may be done with a candidacy; the role is judged before, by the matrix of the basins."""

from collections.abc import Sequence

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from conventions.rules.partnership import Gap
from network.candidacies.enums import CandidacyStatus
from network.candidacies.models import Candidacy


@check
def edit(candidacy: Candidacy) -> None:
    """Change what a candidacy says: until it is submitted."""
    if candidacy.status == CandidacyStatus.WITHDRAWN:
        raise ActionDenied("Cette candidature est retirée : elle ne change plus.")
    if candidacy.status != CandidacyStatus.DRAFT:
        raise ActionDenied(
            "Cette candidature est soumise au comité national : elle ne change plus."
        )


@check
def submit(candidacy: Candidacy, gaps: Sequence[Gap]) -> None:
    """Bring it before the national committee: complete."""
    edit(candidacy)
    if gaps:
        raise ActionDenied(
            f"La candidature n'est pas complète : {gaps[0].label[0].lower()}{gaps[0].label[1:]}."
        )


@check
def withdraw(candidacy: Candidacy) -> None:
    """Give it up: until the national committee has accepted or refused it."""
    if candidacy.status == CandidacyStatus.WITHDRAWN:
        raise ActionDenied("Cette candidature est déjà retirée.")
    if candidacy.status not in {CandidacyStatus.DRAFT, CandidacyStatus.SUBMITTED}:
        raise ActionDenied("Le comité national s'est prononcé : la candidature ne se retire plus.")


@check
def decide(candidacy: Candidacy, by: Person) -> None:
    """Record what the national committee said: of a candidacy that somebody else brought it (SD14).

    A basin is opened by two persons of ASTREES.
    """
    if candidacy.status == CandidacyStatus.DRAFT:
        raise ActionDenied("Soumettez d'abord la candidature au comité national.")
    if candidacy.status == CandidacyStatus.WITHDRAWN:
        raise ActionDenied("Cette candidature est retirée : elle n'attend plus de décision.")
    if candidacy.status != CandidacyStatus.SUBMITTED:
        raise ActionDenied("Le comité national s'est déjà prononcé sur cette candidature.")
    if candidacy.submitted_by_id == by.pk:
        raise ActionDenied(
            "Vous avez soumis cette candidature : une autre personne d'ASTREES enregistre la "
            "décision du comité national."
        )
