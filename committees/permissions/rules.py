"""Change the rules of the committee: one proposes, another decides; hold a meeting from afar."""

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import MeetingMode
from committees.models import CommitteeRules, RulesChange

FROM_AFAR = frozenset({MeetingMode.REMOTE, MeetingMode.MIXED})


@check
def propose_rules(waiting: RulesChange | None) -> None:
    """Propose a change: one waits at a time."""
    if waiting is not None:
        raise ActionDenied("Un changement des règles attend déjà la décision de la présidence.")


@check
def apply_rules(by: Person, change: RulesChange) -> None:
    """Put a change into force: not who proposed it."""
    _check_waiting(change)
    if change.proposed_by_id == by.pk:
        raise ActionDenied(
            "Un changement des règles est proposé par une personne et validé par une autre."
        )


@check
def refuse_rules(change: RulesChange) -> None:
    """Set a change aside, or take back one's own."""
    _check_waiting(change)


def _check_waiting(change: RulesChange) -> None:
    if change.applied_at is not None:
        raise ActionDenied("Ce changement est déjà en vigueur.")
    if change.refused_at is not None:
        raise ActionDenied("Ce changement a été écarté.")


@check
def meet_from_afar(mode: str, rules: CommitteeRules) -> None:
    """Hold a meeting by video, wholly or in part: where the committee's own rules provide it."""
    if mode in FROM_AFAR and not rules.remote_meetings:
        raise ActionDenied(
            "Une séance à distance ou mixte doit être prévue par le règlement du comité : "
            "joignez-le dans « Règles du comité », puis activez cette possibilité."
        )
