"""The French sentence of a result, the same on screen, in the minutes and in letters."""

from enum import Enum, auto

from alize.common.money import NARROW_NO_BREAK_SPACE as NARROW_NBSP
from alize.common.money import NO_BREAK_SPACE as NBSP
from alize.common.words import counted
from committees.rules.counting import Count
from committees.rules.facts import Majority, Outcome, VotingRules


class Reason(Enum):
    """What settled the outcome."""

    NO_QUORUM = auto()
    TOO_MANY_BALLOTS = auto()
    NO_VOTE_CAST = auto()
    CARRIED = auto()
    NOT_CARRIED = auto()
    CASTING_VOTE = auto()
    TIE = auto()


_OUTCOMES = {
    Outcome.APPROVED: "agréé",
    Outcome.REJECTED: "refusé",
    Outcome.DEFERRED: "ajourné",
}
MAJORITIES = {
    Majority.CAST: "la majorité des suffrages exprimés",
    Majority.PRESENT: "la majorité des sièges présents ou représentés",
    Majority.SEATS: "la majorité des sièges du comité",
    Majority.TWO_THIRDS: "la majorité des deux tiers des suffrages exprimés",
    Majority.UNANIMITY: "l'unanimité des suffrages exprimés",
}
_REASONS = {
    Reason.TOO_MANY_BALLOTS: ", les bulletins étant plus nombreux que les votants",
    Reason.NO_VOTE_CAST: " faute de suffrage exprimé",
    Reason.CARRIED: " à {majority}",
    Reason.NOT_CARRIED: ", {majority} n'étant pas atteinte",
    Reason.CASTING_VOTE: " par la voix prépondérante du président de séance",
    Reason.TIE: ", les voix étant également partagées",
}


def result_sentence(
    count: Count, outcome: Outcome, reason: Reason, rules: VotingRules, *, secret: bool
) -> str:
    """Say the quorum, the outcome with its reason and its votes, and what was left out."""
    if reason is Reason.NO_QUORUM:
        quorum = f"Quorum non atteint{NBSP}: {_quorum(count, rules)}."
        vote = "Le comité n'a pas pu se prononcer."
    else:
        opening = (
            "Quorum atteint"
            if rules.quorum_required
            else "Seconde convocation, sans condition de quorum"
        )
        quorum = f"{opening}{NBSP}: {_quorum(count, rules)}."
        why = _REASONS[reason].format(majority=MAJORITIES[rules.majority])
        vote = f"{_verdict(outcome, rules, secret=secret)}{why}{NBSP}: {_votes(count)}."
    left_out = [
        _left_out("pouvoir", len(count.ignored_proxies)),
        _left_out("vote", len(count.ignored_votes)),
    ]
    return " ".join([quorum, vote, *filter(None, left_out)])


def _verdict(outcome: Outcome, rules: VotingRules, *, secret: bool) -> str:
    """« Le projet est agréé »; a committee's own name for it stands as it is."""
    own = {
        Outcome.APPROVED: rules.approved_as,
        Outcome.REJECTED: rules.rejected_as,
        Outcome.DEFERRED: rules.deferred_as,
    }[outcome]
    if not own:
        project = "Au scrutin secret, le projet" if secret else "Le projet"
        return f"{project} est {_OUTCOMES[outcome]}"
    decision = "Décision au scrutin secret" if secret else "Décision"
    return f"{decision}{NBSP}: {own}"


def _quorum(count: Count, rules: VotingRules) -> str:
    seats = (
        counted(count.quorum_have, "siège présent ou représenté", "sièges présents ou représentés")
        if rules.proxies_count_in_quorum
        else counted(count.quorum_have, "siège présent", "sièges présents")
    )
    text = f"{seats} sur {count.quorum_base}"
    if count.recused:
        text += f" ({counted(count.recused, 'déport', 'déports')})"
    if rules.quorum_required:
        text += f", il en fallait {count.quorum_needed}"
    if count.present < rules.floor:
        voters = counted(count.present, "votant présent", "votants présents")
        text += f"{NARROW_NBSP}; {voters}, il en fallait au moins {rules.floor}"
    if count.companies < rules.min_companies:
        companies = counted(count.companies, "entreprise présente", "entreprises présentes")
        text += f"{NARROW_NBSP}; {companies}, il en fallait au moins {rules.min_companies}"
    return text


def _votes(count: Count) -> str:
    abstentions = counted(count.abstentions, "abstention", "abstentions")
    text = f"{count.votes_for} pour, {count.votes_against} contre, {abstentions}"
    if count.not_voted:
        missing = counted(count.not_voted, "n'a", "n'ont")
        text += f", {missing} pas pris part au vote"
    return text


def _left_out(thing: str, number: int) -> str:
    if not number:
        return ""
    things = counted(number, f"{thing} n'a", f"{thing}s n'ont")
    return f"{things} pas été pris en compte."
