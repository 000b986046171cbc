"""Record a decision, put it right, take it anew, follow its conditions."""

from alize.accounts.models import Person
from alize.common.dates import long_datetime
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees import wording
from committees.enums import (
    OPTIONAL_OUTCOMES,
    DecisionOutcome,
    MeetingStatus,
    MinutesStatus,
)
from committees.models import AgendaItem, Ballot, CommitteeRules, Condition, Decision, Minutes
from committees.permissions.phases import BEFORE_IT_ENDS
from projects.enums import ProjectStatus

REOPENED_FROM = frozenset(
    {ProjectStatus.APPROVED, ProjectStatus.APPROVED_CONDITIONS, ProjectStatus.REJECTED}
)


@check
def record_without_ballot(item: AgendaItem, *, last: Ballot | None, in_session: bool) -> None:
    """Defer, ask for another diagnosis or note a withdrawal, without putting it to the vote."""
    status = item.meeting.status
    if status not in BEFORE_IT_ENDS:
        raise ActionDenied(
            f"Cette {item.meeting.noun} est terminée : elle ne décide plus de ce dossier."
        )
    if in_session and status != MeetingStatus.OPEN:
        raise ActionDenied("La présidence tranche sans vote pendant la séance.")
    if last is not None and last.is_under_way:
        raise ActionDenied("Un scrutin est en cours sur ce dossier : menez-le d'abord à son terme.")
    if item.decisions.exists():
        raise ActionDenied("Le comité s'est déjà prononcé sur ce dossier.")


@check
def pass_over(rejected: Ballot | None, outcome: str) -> None:
    """Decide without a vote: not against a rejection set aside, unless the company withdraws."""
    if rejected is not None and outcome != DecisionOutcome.WITHDRAWN:
        raise ActionDenied(
            "Le comité a rejeté la proposition mise aux voix sur ce dossier : mettez-en une autre "
            "aux voix, ou proclamez ce rejet."
        )


@check
def end_in(outcome: str, *, rules: CommitteeRules, item: AgendaItem | None = None) -> None:
    """End a deliberation so: the committee may do without some outcomes (voting.md 5.3)."""
    if item is not None and item.matter and outcome in OPTIONAL_OUTCOMES:
        raise ActionDenied(
            "Une demande sur une avance déjà versée est acceptée, refusée ou ajournée, sans "
            "condition suspensive."
        )
    if outcome in OPTIONAL_OUTCOMES and outcome not in rules.outcomes:
        label = wording.inside(rules.label_of(outcome))
        raise ActionDenied(f"Les règles du comité ne prévoient pas l'issue « {label} ».")


@check
def hand_letter_over(decision: Decision) -> None:
    """Say that a letter was given by hand: once it is laid out for a company without an address."""
    if not decision.letter_to_hand_over:
        raise ActionDenied("Cette lettre n'attend pas d'être remise.")


@check
def rectify(by: Person, decision: Decision, *, presidents: frozenset[int]) -> None:
    """Put a typing error right: the president, until the minutes are signed (voting.md 5.3)."""
    if by.pk not in presidents:
        raise ActionDenied("Une décision est rectifiée par la présidence.")
    minutes = Minutes.objects.filter(meeting=decision.item.meeting_id).first()
    if minutes is not None and minutes.status == MinutesStatus.SIGNED:
        raise ActionDenied(
            "Le procès-verbal est signé : une nouvelle délibération peut remplacer cette décision."
        )
    _still_counts(decision)
    _no_convention(decision)


@check
def reopen(by: Person, decision: Decision, *, presidents: frozenset[int]) -> None:
    """Take a decision anew: the president, once the minutes are signed."""
    if by.pk not in presidents:
        raise ActionDenied("Une nouvelle délibération est demandée par la présidence.")
    minutes = Minutes.objects.filter(meeting=decision.item.meeting_id).first()
    if minutes is None or minutes.status != MinutesStatus.SIGNED:
        raise ActionDenied(
            "Le procès-verbal n'est pas signé : une erreur de saisie se rectifie, sans nouvelle "
            "délibération."
        )
    _still_counts(decision)
    if decision.project.status not in REOPENED_FROM:
        raise ActionDenied(
            f"Ce dossier est au stade « {decision.project.get_status_display()} » : "
            "le comité ne délibère plus à son sujet."
        )
    _no_convention(decision)


def _still_counts(decision: Decision) -> None:
    if decision.lapsed_at is not None:
        raise ActionDenied("Cet agrément est caduc : le dossier peut revenir en comité.")
    if not decision.stands:
        raise ActionDenied(
            f"Cette décision est remplacée par la décision {decision.revised_by.reference}."
        )
    if decision.reopened_at is not None:
        raise ActionDenied("Le comité doit déjà délibérer à nouveau sur ce dossier.")


def _no_convention(decision: Decision) -> None:
    # Conventions hang on the decision from the room above: they are read by their name.
    if decision.cooperation_conventions.exclude(status="CANCELLED").exists():
        raise ActionDenied(
            "Une convention est en préparation sur cette décision : annulez-la d'abord."
        )


@check
def lift_condition(by: Person, condition: Condition, *, lifters: frozenset[int]) -> None:
    """Lift a condition: whoever the committee's rules name, once, while its approval stands."""
    if condition.lifted_at is not None:
        raise ActionDenied(
            f"Cette condition est levée depuis {long_datetime(condition.lifted_at)}."
        )
    if not condition.decision.stands:
        raise ActionDenied("Cette décision ne vaut plus : ses conditions ne se lèvent plus.")
    if by.pk not in lifters:
        raise ActionDenied(
            "Les règles du comité désignent une autre personne pour lever les conditions."
        )
