"""Finds any change made to votes, results, presences, decisions or minutes (S35).

Every table is compared with what the journal sealed at each act; the journal with its own chain. A
change made with the triggers off is found wherever it was made, and said with its place.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alize.audit import queries as audit
from alize.audit.queries import Finding
from alize.documents.models import GeneratedDocument
from committees.enums import BallotStatus, DecisionOutcome, MeetingStatus, MinutesStatus
from committees.models import Attendance, Ballot, Decision, Meeting, Minutes, Vote
from committees.queries import ballots, grounds, issued, seals, voices
from committees.queries.evidence import Journal
from committees.queries.grounds import place_of
from committees.rules import BallotFacts, Choice, Outcome, tally

CLOSED = frozenset({BallotStatus.CLOSED, BallotStatus.PROCLAIMED})


@dataclass(frozen=True)
class Report:
    """What was checked in a basin, and what was found."""

    ballots: int
    findings: tuple[Finding, ...]


def verify() -> Report:
    """Check the whole committee of the current basin."""
    journal = Journal()
    findings = list(journal_chain())
    findings += grounds.openings(journal)
    closed = (
        Ballot.objects.filter(status__in=CLOSED)
        .select_related("item__meeting", "item__project__beneficiary", "proposal")
        .order_by("item__meeting__held_at", "item__rank", "number")
    )
    for ballot in closed:
        findings += _ballot(ballot, journal)
    cancelled = Ballot.objects.filter(status=BallotStatus.CANCELLED)
    for ballot in cancelled.select_related("item__meeting", "item__project__beneficiary"):
        findings += _cancelled(ballot, journal)
    findings += grounds.seats(journal)
    findings += grounds.collected(journal)
    findings += voices.interests(journal)
    findings += voices.proxies(journal)
    findings += _vanished(journal)
    for decision in Decision.objects.select_related("ballot__item", "project__beneficiary"):
        findings += _decision(decision, journal)
    for meeting in Meeting.objects.filter(status=MeetingStatus.HELD).order_by("held_at"):
        findings += _meeting(meeting, journal)
    for minutes in Minutes.objects.filter(status=MinutesStatus.SIGNED).select_related(
        "meeting", "document", "annex"
    ):
        findings += _minutes(minutes, journal)
    return Report(len(closed), tuple(findings))


def journal_chain() -> Iterator[Finding]:
    """Whether the journal of the current schema follows, that of the network in `public`."""
    broken = audit.verify()
    if broken is not None:
        yield Finding("Journal", str(broken))


def _ballot(ballot: Ballot, journal: Journal) -> Iterator[Finding]:
    where = place_of(ballot)
    if not journal.all("ballot.closed", ballot):
        yield Finding(where, "la clôture n'est pas au journal : scrutin ajouté")
    yield from journal.stamp(
        where, "la proclamation", "ballot.proclaimed", ballot,
        ballot.proclaimed_at, ballot.proclaimed_by_id,
    )  # fmt: skip
    yield from _votes(ballot, journal, where)
    if ballots.digest_of_ballot(ballot) != ballot.votes_digest:
        yield Finding(where, "les bulletins ne donnent plus l'empreinte scellée à la clôture")
    sealed = journal.last(ballot, "ballot.closed", fact="votes_digest")
    if sealed is not None and sealed != ballot.votes_digest:
        yield Finding(where, "l'empreinte des bulletins n'est plus celle du journal")
    result = journal.last(ballot, "ballot.closed", fact="seal")
    if result is not None and result != seals.of_result(ballot):
        yield Finding(where, "le résultat a changé depuis la clôture")
    if "present" in (ballot.result or {}):
        yield from _tally(ballot, where)
        yield from voices.present(ballot, journal, where)


def _cancelled(ballot: Ballot, journal: Journal) -> Iterator[Finding]:
    """The votes of a ballot cancelled, without effect, still those that were cast."""
    where = place_of(ballot)
    yield from journal.stamp(
        where, "l'annulation", "ballot.cancelled", ballot,
        ballot.cancelled_at, ballot.cancelled_by_id,
    )  # fmt: skip
    yield from _votes(ballot, journal, where)
    voted = journal.last(ballot, "ballot.cancelled", fact="votes")
    if voted is not None and voted != len(ballots.voted_seats(ballot)):
        yield Finding(where, "le nombre de votes a changé depuis l'annulation")


def _votes(ballot: Ballot, journal: Journal, where: str) -> Iterator[Finding]:
    """Each vote against its own line of the journal; a secret ballot by who took part."""
    if ballot.is_secret:
        yield from _signed(ballot, journal, where)
        return
    cast = {
        (event.facts["seat"], event.facts["version"]): event.facts["digest"]
        for kind in ("vote.cast", "vote.collected")
        for event in journal.all(kind, ballot)
        if "digest" in event.facts
    }
    if not cast and "present" not in (ballot.result or {"present": ()}):
        # A ballot taken up from papers: nobody has a receipt, the close sealed one vote a seat.
        if ballot.votes.exclude(version=1).exists():
            yield Finding(where, "un vote n'est pas au journal : ajouté")
        return
    found = Counter[tuple[int, int]]()
    for vote in ballot.votes.select_related("seat__partner"):
        key = (vote.seat_id, vote.version)
        found[key] += 1
        if key not in cast:
            yield Finding(where, f"un vote du siège {_seat(vote)} n'est pas au journal : ajouté")
        elif ballots.digest_of(vote) != cast[key]:
            yield Finding(where, f"le vote du siège {_seat(vote)} a été modifié")
    for seat, version in sorted(cast.keys() - found.keys()):
        yield Finding(where, f"le vote n° {version} du siège {seat} a été supprimé")


def _signed(ballot: Ballot, journal: Journal, where: str) -> Iterator[Finding]:
    """As many slips as voters, each voter in the journal, by the same proxy."""
    if ballot.secret_votes.count() != ballot.participations.count():
        yield Finding(where, "il n'y a pas autant de bulletins secrets que de votants")
    cast = {(e.facts["seat"], e.facts.get("proxy")) for e in journal.all("vote.cast", ballot)}
    signed = set(ballot.participations.values_list("seat_id", "proxy_id"))
    for found, word in ((signed - cast, "ajouté"), (cast - signed, "supprimé")):
        for seat, _ in sorted(found, key=lambda pair: pair[0]):
            yield Finding(where, f"l'émargement du siège {seat} a été {word}")


def _seat(vote: Vote) -> str:
    return f"{vote.seat.partner} ({vote.seat_id})"


def _tally(ballot: Ballot, where: str) -> Iterator[Finding]:
    """Count again from the votes and from what the close froze."""
    frozen: dict[str, Any] = ballot.result or {}
    votes = ballots.counted_votes(ballot)
    counted = tally(
        BallotFacts(
            seats=frozenset(ballot.rules["seats"]),
            companies=frozenset(ballot.rules.get("companies", ())),
            chair=ballot.rules["chair"],
            present=frozenset(frozen["present"]),
            votes={str(vote.seat_id): Choice(vote.choice) for vote in votes},
            secret=ballot.is_secret,
            secret_votes=tuple(map(Choice, ballot.secret_votes.values_list("choice", flat=True))),
            recused=frozenset(frozen["recused"]),
            proxies=tuple((giver, holder) for giver, holder in frozen["proxies"]),
        ),
        ballots.frozen_rules(ballot),
    )
    again = counted.as_dict()
    names = {
        "votes_for": "les pour",
        "votes_against": "les contre",
        "abstentions": "les abstentions",
        "not_voted": "les sièges sans vote",
        "quorum_have": "le quorum",
        "quorum_base": "la base du quorum",
        "outcome": "l'issue",
    }
    wrong = [label for name, label in names.items() if again[name] != frozen.get(name)]
    if wrong:
        yield Finding(where, f"recompté, le résultat diffère : {', '.join(wrong)}")
    if counted.sentence != ballot.result_sentence:
        yield Finding(where, "la phrase du résultat n'est pas celle des votes")


def _vanished(journal: Journal) -> Iterator[Finding]:
    """What the journal knows and the tables no longer hold."""
    for kind, model, word in (
        ("ballot.closed", Ballot, "le scrutin"),
        ("decision.taken", Decision, "la décision"),
        ("minutes.signed", Minutes, "le procès-verbal"),
        ("document.issued", GeneratedDocument, "le document"),
    ):
        kept = {str(pk) for pk in model.objects.values_list("pk", flat=True)}
        for target in sorted(journal.targets(kind) - kept):
            yield Finding("Journal", f"{word} n° {target} a été supprimé de la base")
    reopened = Ballot.objects.exclude(status__in=CLOSED).select_related(
        "item__meeting", "item__project__beneficiary"
    )
    for ballot in reopened:
        if journal.all("ballot.closed", ballot):
            yield Finding(place_of(ballot), "un scrutin clos a été rouvert")
    for meeting in Meeting.objects.exclude(status=MeetingStatus.HELD):
        if journal.all("meeting.closed", meeting):
            yield Finding(str(meeting), "une séance levée a été rouverte")
    unsigned = Minutes.objects.exclude(status=MinutesStatus.SIGNED).select_related("meeting")
    for minutes in unsigned:
        if journal.all("minutes.signed", minutes):
            yield Finding(str(minutes), "un procès-verbal signé a été rouvert")


def _decision(decision: Decision, journal: Journal) -> Iterator[Finding]:
    where = f"Décision {decision.reference} ({decision.project.beneficiary})"
    sealed = journal.last(decision, "decision.taken", "decision.rectified", fact="seal")
    if sealed is None:
        yield Finding(where, "la décision n'est pas au journal : ajoutée")
    elif sealed != seals.of_decision(decision):
        yield Finding(where, "la décision ou ses conditions ont changé depuis la proclamation")
    yield from journal.stamp(
        where, "la caducité", "decision.lapsed", decision, decision.lapsed_at, None
    )
    yield from journal.stamp(
        where, "la réouverture", "decision.reopened", decision,
        decision.reopened_at, decision.reopened_by_id,
    )  # fmt: skip
    reopened = journal.last(decision, "decision.reopened", fact="seal")
    if reopened is not None and reopened != seals.of_reopening(decision):
        yield Finding(where, "le motif de la nouvelle délibération a changé")
    for condition in decision.conditions.order_by("pk"):
        yield from journal.stamp(
            where, f"la levée de la condition n° {condition.pk}", "condition.lifted", condition,
            condition.lifted_at, condition.lifted_by_id,
        )  # fmt: skip
        lifted = journal.last(condition, "condition.lifted", fact="seal")
        if lifted is not None and lifted != seals.of_lifting(condition):
            yield Finding(where, f"le justificatif de la condition n° {condition.pk} a changé")
    counted = (decision.ballot.result or {}) if decision.ballot else {}
    if "outcome" not in counted:
        return
    outcome = Outcome(counted["outcome"])
    agrees = {
        Outcome.APPROVED: {
            DecisionOutcome.APPROVED,
            DecisionOutcome.APPROVED_CONDITIONS,
            DecisionOutcome.ACCEPTED,
            DecisionOutcome.DEFERRED,
        },
        Outcome.REJECTED: {
            DecisionOutcome.REJECTED,
            DecisionOutcome.DECLINED,
            DecisionOutcome.DEFERRED,
        },
        Outcome.DEFERRED: {DecisionOutcome.DEFERRED},
        Outcome.NO_QUORUM: set(),
    }
    if decision.outcome not in agrees[outcome]:
        yield Finding(where, "la décision ne suit pas le résultat de son scrutin")


def _meeting(meeting: Meeting, journal: Journal) -> Iterator[Finding]:
    ended = journal.last(meeting, "meeting.closed", "consultation.discussion_asked", fact="seal")
    if ended is None:
        yield Finding(str(meeting), "la fin n'est pas au journal : séance ajoutée")
    elif ended != seals.of_meeting(meeting):
        yield Finding(
            str(meeting), "la présidence, le lieu, la forme ou les heures ont changé depuis la fin"
        )
    sealed = journal.last(meeting, "meeting.closed", fact="presences")
    minutes = Minutes.objects.filter(meeting=meeting).first()
    signed = minutes and journal.last(minutes, "minutes.signed", fact="presences")
    expected = signed or sealed
    if expected is not None and expected != seals.of_presences(meeting):
        count = Attendance.objects.filter(meeting=meeting).count()
        yield Finding(
            str(meeting),
            f"les présences ou les suspensions ont changé ({count} présences en base)",
        )


def _minutes(minutes: Minutes, journal: Journal) -> Iterator[Finding]:
    where = f"Procès-verbal de la {minutes.meeting.noun} {minutes.meeting.number}"
    sealed = journal.last(minutes, "minutes.signed", fact="seal")
    if sealed is None:
        yield Finding(where, "la signature n'est pas au journal : procès-verbal ajouté")
    elif sealed != seals.of_minutes(minutes):
        yield Finding(where, "le texte ou les signatures ont changé depuis la signature")
    yield from journal.stamp(
        where, "l'approbation", "minutes.approved", minutes,
        minutes.approved_at, minutes.approved_by_id,
    )  # fmt: skip
    approval = journal.last(minutes, "minutes.approved", fact="seal")
    if approval is not None and approval != seals.of_approval(minutes):
        yield Finding(where, "l'approbation ou ses voix ont changé")
    yield from _remarks(minutes, journal, where)
    yield from issued.papers(minutes, journal, where)


def _remarks(minutes: Minutes, journal: Journal, where: str) -> Iterator[Finding]:
    made = {e.facts["remark"]: e.facts["seal"] for e in journal.all("minutes.remarked", minutes)}
    for remark in minutes.remarks.all():
        sealed = made.pop(remark.pk, None)
        if sealed is None:
            yield Finding(where, f"la remarque n° {remark.pk} n'est pas au journal : ajoutée")
        elif sealed != seals.of_remark(remark):
            yield Finding(where, f"la remarque n° {remark.pk} a été modifiée")
    for pk in made:
        yield Finding(where, f"la remarque n° {pk} a été supprimée")
