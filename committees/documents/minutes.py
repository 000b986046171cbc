"""The minutes: what the law expects of them, taken from what was recorded (voting.md 5.1)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from alize.accounts.models import Person
from alize.common.dates import clock_time, long_date, long_datetime
from alize.common.money import format_number
from alize.common.words import closed, counted
from basins import tenancy
from committees import wording
from committees.documents import seating
from committees.documents.annex import ballots_held, nominal_lists
from committees.documents.ballots import item_part
from committees.documents.signing import Signer
from committees.enums import APPROVALS, MeetingMode, MinutesApproval
from committees.models import AgendaItem, Ballot, Decision, Meeting, Minutes
from committees.queries import seats
from committees.queries.ballots import frozen_rules, last_ballot
from committees.queries.rules import committee_rules
from projects.rules import trigram

MINUTES = "pv"
"""The kind of the document."""


def minutes_title(meeting: Meeting) -> str:
    return f"Comité d'agrément du {long_date(seats.day_of(meeting))}"


def minutes_reference(meeting: Meeting) -> str:
    """« PV-SAV-2026-05 »: what the register knows the minutes by."""
    return f"PV-{trigram(tenancy.current().name)}-{meeting.number}"


def minutes_context(minutes: Minutes) -> dict[str, Any]:
    """Everything the minutes print."""
    meeting = minutes.meeting
    passages = _items(meeting)
    items = [item_part(item) for item in passages]
    approved = [
        decision
        for item in passages
        if (decision := item.decision) is not None and decision.outcome in APPROVALS
    ]
    return {
        "meeting": meeting,
        "day": seats.day_of(meeting),
        "place": _place(meeting),
        "opening": _opening(meeting),
        "rows": _rows(minutes),
        "figures": _figures(items, approved),
        "narrative": minutes.narrative,
        "approved_minutes": _approvals(meeting),
        "seats": seating.seat_lines(meeting),
        "proxies": seating.proxy_lines(meeting),
        "guests": seating.guest_lines(meeting),
        "items": items,
        "nominal": nominal_lists(meeting) if committee_rules().nominal_list_printed else [],
        "closing": _closing(meeting),
        "signers": _signers(minutes),
        "place_and_date": _place_and_date(minutes),
    }


def _items(meeting: Meeting) -> list[AgendaItem]:
    return list(
        meeting.items.select_related("project__beneficiary")
        .prefetch_related("decisions__rectifications", "guests")
        .order_by("rank")
    )


def _figures(items: list[Any], approved: list[Decision]) -> list[tuple[str, str]]:
    days = sum((d.days for d in approved), Decimal())
    examined = sum(bool(item.ballots or item.decision_reference) for item in items)
    return [
        (str(examined), "dossier examiné" if examined < 2 else "dossiers examinés"),
        (str(len(approved)), "projet agréé" if len(approved) < 2 else "projets agréés"),
        (wording.ask(sum(d.amount for d in approved), None) or "0 €", "avances accordées"),
        (format_number(days), "jour de compétences" if days < 2 else "jours de compétences"),
    ]


def _place(meeting: Meeting) -> str:
    """« CCI, Chambéry, et à distance »."""
    if meeting.mode in {MeetingMode.REMOTE, MeetingMode.WRITTEN}:
        return meeting.get_mode_display()
    return f"{meeting.place}, et à distance" if meeting.mode == MeetingMode.MIXED else meeting.place


def _opening(meeting: Meeting) -> list[str]:
    """The sentences that open the minutes: when, where, who presides, on what ground."""
    chair = meeting.chair
    presided = f"{seats.presided(meeting)}, {chair.partner}" if chair else ""
    day = long_date(seats.day_of(meeting))
    if meeting.is_written:
        return _consulted(meeting, presided)
    words = [
        f"Le {day} à {clock_time(meeting.opened_at)}, le comité d'agrément du bassin "
        f"{tenancy.current().name} s'est réuni ({_place(meeting)}), sous la présidence de "
        f"{presided}, représentant en activité d'une entreprise partenaire, ce qui a été vérifié à "
        "l'ouverture."
    ]
    if meeting.convened_at:
        convened = long_date(timezone.localdate(meeting.convened_at))
        words.append(f"Les membres ont été convoqués le {convened}.")
    if meeting.second_of is not None:
        first = meeting.second_of
        words.append(
            f"Seconde convocation : faute de quorum à la séance {first.number} du "
            f"{long_date(seats.day_of(first))}, le comité délibère sur le même ordre du jour "
            "quel que soit le nombre de sièges présents, pourvu que "
            f"{counted(floor_of(meeting), 'votant', 'votants')} au moins "
            "soient réunis."
        )
    return words


def floor_of(meeting: Meeting) -> int:
    """How many voters had to be there: by the rules of its votes; without any, by today's."""
    voted = Ballot.objects.filter(item__meeting=meeting).last()
    if voted is None:
        return committee_rules().floor
    return frozen_rules(voted).floor


def _consulted(meeting: Meeting, presided: str) -> list[str]:
    """The sentences that open the minutes of a written consultation."""
    ballot = last_ballot(meeting.items.get())
    closed_at = ballot.closed_at if ballot else meeting.closes_at
    return [
        f"Le comité d'agrément du bassin {tenancy.current().name} a été consulté par écrit, du "
        f"{long_datetime(meeting.opened_at)} au {long_datetime(closed_at)}, sous la présidence de "
        f"{presided}, représentant en activité d'une entreprise partenaire, ce qui a été vérifié "
        "au lancement.",
        f"Objet : {meeting.get_matter_display()}. Motif : {closed(meeting.urgency)}",
        "Chaque siège à voix délibérative a été consulté par courriel ; un silence ne vaut pas "
        "accord.",
    ]


def _rows(minutes: Minutes) -> list[tuple[str, str]]:
    meeting = minutes.meeting
    # The president launches a consultation; whoever writes its minutes keeps it.
    secretary = minutes.drafted_by if meeting.is_written else meeting.convened_by
    there = {row.seat_id for row in meeting.attendances.all()}
    voting = seats.voting_seats(seats.day_of(meeting))
    rows = [
        (meeting.noun.capitalize(), _number(meeting)),
        ("Horaires", _hours(meeting)),
        ("Présidence", f"{seats.presided(meeting)} ({meeting.chair.partner})"),
        ("Secrétariat", str(secretary or "")),
        (
            "Voix délibératives",
            f"{_seats(len(there & voting), voted=meeting.is_written)} sur {len(voting)}",
        ),
    ]
    pauses = seating.suspension_words(meeting)
    if pauses:
        rows.insert(2, ("Suspension" if len(pauses) < 2 else "Suspensions", " ; ".join(pauses)))
    return [(label, value) for label, value in rows if value]


def _seats(number: int, *, voted: bool) -> str:
    if voted:
        return counted(number, "siège votant", "sièges votants")
    return counted(number, "siège venu", "sièges venus")


def _number(meeting: Meeting) -> str:
    number = f"n° {meeting.number}"
    return number if meeting.is_written else f"{number}, {meeting.get_mode_display().lower()}"


def _hours(meeting: Meeting) -> str:
    if meeting.is_written:
        return f"lancée le {long_datetime(meeting.opened_at)}" if meeting.opened_at else ""
    hours = f"ouverte à {clock_time(meeting.opened_at)}" if meeting.opened_at else ""
    return f"{hours}, levée à {clock_time(meeting.closed_at)}" if meeting.closed_at else hours


def _approvals(meeting: Meeting) -> list[str]:
    """The minutes that this meeting approved, and how."""
    sentences = []
    for earlier in meeting.approved_minutes.select_related("meeting").order_by("meeting__held_at"):
        how = (
            "par accord tacite"
            if earlier.approval == MinutesApproval.TACIT
            else f"par un vote à main levée ({earlier.approval_votes})"
        )
        remarks = earlier.remarks.count()
        annexed = (
            f" ; {counted(remarks, 'remarque y est jointe', 'remarques y sont jointes')}"
            if remarks
            else ", sans remarque"
        )
        sentences.append(
            f"Le procès-verbal de la {earlier.meeting.noun} {earlier.meeting.number} du "
            f"{long_date(seats.day_of(earlier.meeting))} est approuvé {how}{annexed}."
        )
    return sentences


def _closing(meeting: Meeting) -> str:
    if meeting.closed_at is None:
        return ""
    decided = all(item.decision for item in meeting.items.prefetch_related("decisions"))
    return (
        f"{_ended(meeting, decided=decided)}. Le présent procès-verbal est soumis à "
        f"l'approbation du comité à sa prochaine séance.{_nominal_list(meeting)}"
    )


def _nominal_list(meeting: Meeting) -> str:
    """Where the nominal list is to be read, after a space; nothing when nobody has voted."""
    if not ballots_held(meeting).exists():
        return ""
    if committee_rules().nominal_list_printed:
        return " La liste nominative des votes y est imprimée."
    return " La liste nominative des votes fait l'objet d'une annexe à accès restreint."


def _ended(meeting: Meeting, *, decided: bool) -> str:
    if meeting.is_written:
        end = f"Le résultat a été proclamé le {long_datetime(meeting.closed_at)}"
        return end if decided else f"{end} ; faute de décision, le dossier est reporté"
    hour = clock_time(meeting.closed_at)
    if decided:
        return f"L'ordre du jour étant épuisé, la séance est levée à {hour}"
    return f"La séance est levée à {hour} ; les dossiers sans décision sont reportés"


def presidency_of(minutes: Minutes) -> tuple[Person | None, str, str]:
    """Who signs for the presidency, in which capacity, for which structure.

    Whoever presided, unless the committee's presidency of that day signed instead (R30).
    """
    meeting = minutes.meeting
    presided = seats.presided(meeting)
    signer = minutes.signed_by or presided
    if signer is None or signer == presided:
        return presided, f"Présidence de la {meeting.noun}", str(meeting.chair.partner)
    seat = seats.seat_of(signer, meeting, on=seats.day_of(meeting))
    return signer, "Présidence du comité", str(seat.partner) if seat else ""


def _signers(minutes: Minutes) -> list[Signer]:
    meeting = minutes.meeting
    person, capacity, organisation = presidency_of(minutes)
    mark = _signed(minutes.signed_at) if minutes.signed_at else ""
    signers = [Signer(str(person), capacity, organisation, mark)]
    if minutes.countersigned_by is not None or committee_rules().minutes_signatures > 1:
        secretary = minutes.countersigned_by or minutes.drafted_by
        mark = _signed(minutes.countersigned_at) if minutes.countersigned_at else ""
        signers.append(
            Signer(str(secretary), f"Secrétariat de la {meeting.noun}", "Opérateur local", mark)
        )
    return signers


def _signed(moment: datetime) -> str:
    return f"Signé dans l'application le {long_datetime(moment)}"


def _place_and_date(minutes: Minutes) -> str:
    if minutes.signed_at is None:
        return ""
    return f"Le {long_date(timezone.localdate(minutes.signed_at))}."
