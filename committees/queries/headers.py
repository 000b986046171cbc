"""« Et maintenant ? » : the head of a meeting, of a file, of minutes, in the words of each role."""

from collections.abc import Sequence
from datetime import datetime

from alize.common.addresses import basin_reverse
from alize.common.dates import clock_time, long_date
from alize.common.screen import Action, Badge, Link, ObjectHeader
from alize.common.words import counted
from basins.access import allows
from basins.homes import Visitor
from committees import documents, permissions
from committees.enums import BallotStatus, InterestAnswer, MeetingStatus, MinutesStatus
from committees.models import (
    AgendaItem,
    Attendance,
    Ballot,
    InterestDeclaration,
    Meeting,
    Minutes,
    Seat,
)
from committees.permissions.ballots import is_rejected
from committees.permissions.phases import BEFORE_IT_OPENS
from committees.queries import leading, seats
from committees.queries.agenda import AgendaRow
from committees.queries.badges import item_badge
from committees.queries.ballots import is_overdue, suspended_by
from committees.queries.meetings import badge_of, has_voted
from committees.queries.polls import rejection_left
from committees.queries.secrecy import ruling_on

MINUTES_BADGES = {
    MinutesStatus.DRAFT: Badge("À rédiger", "neutral", "pencil"),
    MinutesStatus.SENT: Badge("À signer par la présidence", "attention", "pen"),
    MinutesStatus.SIGNED: Badge("Signé", "done"),
}


def meeting_header(
    meeting: Meeting,
    visitor: Visitor,
    rows: Sequence[AgendaRow],
    *,
    seat: Seat | None,
    mine: Attendance | None,
    is_answered: bool = True,
) -> ObjectHeader:
    """The head of a meeting, for one person; `is_answered`: their seat answered the summons."""
    writes = allows(visitor.roles, "meeting.write")
    presiding = seats.person_in(seats.chair_for(meeting, visitor.person), meeting)
    presides = presiding is not None and presiding.pk == visitor.person.pk
    now, action = _meeting_now(
        meeting, rows, visitor, writes=writes, presides=presides, seat=seat, mine=mine
    )
    awaited = not (is_answered or writes or presides or visitor.on > seats.day_of(meeting))
    if meeting.status == MeetingStatus.CONVENED and awaited:
        now = "Dites si vous venez : un geste suffit."
        action = None
    others = []
    if meeting.convened_at and meeting.status == MeetingStatus.CONVENED:
        url = basin_reverse("meeting_calendar", number=meeting.number)
        others.append(Action("Dans mon agenda", url, "calendar-plus"))
    if writes and meeting.status in BEFORE_IT_OPENS:
        others.append(
            Action("Modifier", basin_reverse("meeting_edit", number=meeting.number), "pencil")
        )
    return ObjectHeader(
        name=f"Séance du {long_date(seats.day_of(meeting))}",
        reference=f"Séance {meeting.number}",
        status=badge_of(meeting, has_voted=has_voted(meeting)),
        now=now,
        holder=_holder(meeting, presiding),
        due=f"{clock_time(meeting.held_at)}, {meeting.place or meeting.get_mode_display()}"
        if meeting.status in BEFORE_IT_OPENS
        else "",
        action=action,
        others=others,
    )


def _holder(meeting: Meeting, presiding: object) -> str:
    if meeting.status == MeetingStatus.OPEN:
        return str(presiding)
    return ""


def _meeting_now(
    meeting: Meeting,
    rows: Sequence[AgendaRow],
    visitor: Visitor,
    *,
    writes: bool,
    presides: bool,
    seat: Seat | None,
    mine: Attendance | None,
) -> tuple[str, Action | None]:
    match MeetingStatus(meeting.status):
        case MeetingStatus.PLANNED:
            return _before_summons(meeting, rows, writes=writes)
        case MeetingStatus.CONVENED if visitor.on > seats.day_of(meeting):
            return _not_held(meeting, writes=writes)
        case MeetingStatus.CONVENED:
            opens = presides and permissions.open_meeting.allows(meeting, on=visitor.on)
            if opens:
                return _to_open(meeting, visitor)
            return _before_opening(meeting, rows, writes=writes, seat=seat)
        case MeetingStatus.OPEN:
            return _in_session(meeting, rows, presides=presides, seat=seat, mine=mine)
        case MeetingStatus.HELD:
            return _afterwards(meeting, visitor, writes=writes)
        case _:
            return f"Cette séance n'a pas lieu. Motif : {meeting.cancellation_reason}", None


def _before_summons(
    meeting: Meeting, rows: Sequence[AgendaRow], *, writes: bool
) -> tuple[str, Action | None]:
    if not writes:
        return "La séance se prépare : les convocations partiront bientôt.", None
    remaining = []
    if not rows:
        remaining.append(Link("Inscrire au moins un dossier prêt", "#ordre-du-jour"))
    if not seats.chair_is_able(meeting):
        edit = basin_reverse("meeting_edit", number=meeting.number)
        remaining.append(
            Link("Désignez un président de séance issu d'une entreprise partenaire", edit)
        )
    url = basin_reverse("meeting_convene", number=meeting.number)
    sentence = (
        "Complétez la préparation de la séance."
        if remaining
        else "L'ordre du jour est prêt : envoyez les convocations."
    )
    return sentence, Action("Envoyer les convocations", url, "send", remaining=remaining)


def _to_open(meeting: Meeting, visitor: Visitor) -> tuple[str, Action | None]:
    """On its day, by its chair; before the hour that the members were told, if all are there."""
    sentence = "Ouvrez la séance quand les membres sont là."
    if not visitor.is_past(meeting.held_at):
        hour = clock_time(meeting.held_at)
        sentence = f"La séance est à {hour} : avant cette heure, ne l'ouvrez que si tous sont là."
    url = basin_reverse("meeting_open", number=meeting.number)
    return sentence, Action("Ouvrir la séance", url, "play-fill", post=True)


def _before_opening(
    meeting: Meeting,
    rows: Sequence[AgendaRow],
    *,
    writes: bool,
    seat: Seat | None,
) -> tuple[str, Action | None]:
    asked = [row for row in rows if row.is_asked]
    if writes:
        bare = [row for row in rows if not row.has_proposal]
        if bare:
            url = basin_reverse("proposal_edit", item_id=bare[0].item.pk)
            sentence = f"Rédigez la proposition de décision sur {bare[0].company}."
            return sentence, Action("Rédiger la proposition", url, "pencil")
        url = basin_reverse("attendance_list", number=meeting.number)
        sentence = "Tout est prêt. Le jour venu, notez les arrivées."
        return sentence, Action("Noter les présences", url, "person-check")
    if asked:
        url = basin_reverse("interest_edit", item_id=asked[0].item.pk)
        files = counted(len(asked), "dossier attend", "dossiers attendent")
        return f"{files} votre réponse sur vos liens.", Action("Répondre", url)
    if seat is None:
        return "Les membres sont convoqués.", None
    return "Lisez les dossiers avant la séance.", None


def _not_held(meeting: Meeting, *, writes: bool) -> tuple[str, Action | None]:
    sentence = f"La séance n'a pas été ouverte le {long_date(seats.day_of(meeting))}."
    if not writes:
        return sentence, None
    url = basin_reverse("meeting_edit", number=meeting.number)
    return f"{sentence} Changez sa date, ou annulez-la.", Action("Changer la date", url, "pencil")


def _in_session(
    meeting: Meeting,
    rows: Sequence[AgendaRow],
    *,
    presides: bool,
    seat: Seat | None,
    mine: Attendance | None,
) -> tuple[str, Action | None]:
    under_way = next((row for row in rows if row.is_open), None)
    if seat is not None and mine is None and not presides:
        return "La séance a commencé : signalez votre présence.", None
    if under_way is not None and under_way.ballot is not None:
        url = basin_reverse("ballot_detail", ballot_id=under_way.ballot.pk)
        if under_way.is_suspended:
            words = f"La séance est suspendue, et le vote sur {under_way.company} avec elle."
            return words, Action("Voir le scrutin", url)
        label = "Voter" if seat is not None else "Suivre le vote"
        return f"Le vote est ouvert sur {under_way.company}.", Action(label, url, "hand-index")
    if not presides:
        return "Le prochain vote s'affichera ici dès son ouverture.", None
    closed = next(
        (row for row in rows if row.ballot and row.ballot.status == BallotStatus.CLOSED), None
    )
    if closed is not None and closed.ballot is not None:
        url = basin_reverse("ballot_detail", ballot_id=closed.ballot.pk)
        return f"Proclamez le résultat sur {closed.company}.", Action("Voir le résultat", url)
    left = (row for row in rows if row.is_readable and row.decision is None)
    following = next((row for row in left if row.ballot is None or is_rejected(row.ballot)), None)
    if following is not None:
        url = basin_reverse("item_detail", item_id=following.item.pk)
        return f"Dossier suivant : {following.company}.", Action("Examiner le dossier", url)
    url = basin_reverse("meeting_close", number=meeting.number)
    return "L'ordre du jour est épuisé.", Action("Lever la séance", url, "stop-fill")


def _afterwards(meeting: Meeting, visitor: Visitor, *, writes: bool) -> tuple[str, Action | None]:
    minutes = getattr(meeting, "minutes", None)
    if minutes is None:
        return "Cette séance s'est tenue.", None
    url = basin_reverse("minutes_detail", number=meeting.number)
    match MinutesStatus(minutes.status):
        case MinutesStatus.SIGNED:
            return "Le procès-verbal est signé.", Action("Lire le procès-verbal", url, "file-text")
        case MinutesStatus.DRAFT if writes:
            return "Rédigez le procès-verbal : les votes y sont déjà.", Action(
                "Rédiger le procès-verbal", url, "pencil"
            )
        case MinutesStatus.SENT if leading.signs(visitor.person, meeting):
            return "Le procès-verbal attend la signature de la présidence.", Action(
                "Relire le procès-verbal", url, "file-text"
            )
        case MinutesStatus.SENT:
            return "Le procès-verbal attend la signature de la présidence.", None
        case _:
            return "L'opérateur rédige le procès-verbal.", None


def item_header(
    item: AgendaItem,
    *,
    last: Ballot | None,
    presides: bool,
    seat: Seat | None,
    answer: InterestDeclaration | None,
    at: datetime,
) -> ObjectHeader:
    """The head of one file on the agenda, for one person."""
    is_over = last is not None and is_overdue(last, at=at)
    now, action = _item_now(
        item, last=last, presides=presides, seat=seat, answer=answer, is_over=is_over
    )
    whole = Action(
        "Tout le dossier",
        basin_reverse("project_detail", reference=item.project.reference),
        "folder2-open",
    )
    rejection = rejection_left(item)
    return ObjectHeader(
        name=item.project.beneficiary.name,
        reference=_place(item),
        status=item_badge(item, last, at=at),
        now=f"{LOST} {now}".strip() if rejection else now,
        action=action,
        others=(whole, _rejects(rejection)) if rejection and presides else (whole,),
    )


LOST = "La proposition a été rejetée, ce qui ne vaut pas encore décision sur le dossier."


def _rejects(rejection: Ballot) -> Action:
    url = basin_reverse("ballot_proclaim", ballot_id=rejection.pk)
    return Action("Proclamer le rejet", url)


def _place(item: AgendaItem) -> str:
    """« 2026-SAV-014 · séance 2026-05, point 2 »."""
    place = f"{item.project.reference} · {item.meeting.noun} {item.meeting.number}"
    return place if item.meeting.is_written else f"{place}, point {item.rank}"


def _item_now(
    item: AgendaItem,
    *,
    last: Ballot | None,
    presides: bool,
    seat: Seat | None,
    answer: InterestDeclaration | None,
    is_over: bool,
) -> tuple[str, Action | None]:
    status = last.status if last else ""
    decision = item.decision
    ballot_url = basin_reverse("ballot_detail", ballot_id=last.pk) if last else ""
    if decision is not None:
        url = basin_reverse("decision_detail", reference=decision.reference)
        return "Le comité s'est prononcé.", Action("Lire la décision", url)
    if is_over:
        return "Le vote est clos : son résultat est attendu.", Action("Voir le scrutin", ballot_url)
    if seat is not None and answer is None and item.meeting.status != MeetingStatus.HELD:
        url = basin_reverse("interest_edit", item_id=item.pk)
        return "Avez-vous un lien avec cette entreprise ?", Action("Répondre", url)
    if last is not None and suspended_by(last):
        return "Le vote est suspendu avec la séance.", Action("Voir le scrutin", ballot_url)
    if status == BallotStatus.OPEN:
        return "Le vote est ouvert.", Action("Voter" if seat else "Suivre le vote", ballot_url)
    if status == BallotStatus.CLOSED:
        label = "Proclamer le résultat" if presides else "Voir le résultat"
        return "Le vote est clos.", Action(label, ballot_url)
    if item.meeting.is_written and item.meeting.status == MeetingStatus.PLANNED:
        return _ready_to_launch(item, presides=presides)
    if presides and item.meeting.status == MeetingStatus.OPEN:
        return _ready_to_open(item)
    if answer is not None and answer.answer != InterestAnswer.RECUSED:
        return "Lisez le dossier ; le vote aura lieu en séance.", None
    return "", None


def _ready_to_launch(item: AgendaItem, *, presides: bool) -> tuple[str, Action | None]:
    """A consultation in preparation: its page says what is left, its president launches it."""
    url = basin_reverse("consultation_detail", number=item.meeting.number)
    if presides and item.proposals.filter(ballot=None).exists():
        return "Relisez la proposition, puis lancez la consultation.", Action(
            "Voir la consultation", url, "send"
        )
    return "La consultation écrite se prépare ; chacun votera depuis son courrier.", None


def _ready_to_open(item: AgendaItem) -> tuple[str, Action | None]:
    remaining = []
    if not item.proposals.filter(ballot=None).exists():
        remaining.append(Link("La proposition de décision est à rédiger", "#proposition"))
    url = basin_reverse("ballot_open", item_id=item.pk)
    ruling = ruling_on(item)
    words = f"{ruling.because} Relisez la proposition, puis ouvrez le vote.".strip()
    label = "Ouvrir un vote secret" if ruling.is_secret else "Ouvrir le vote"
    return words, Action(label, url, "play-fill", post=True, remaining=remaining)


def minutes_header(minutes: Minutes, visitor: Visitor) -> ObjectHeader:
    """The head of the minutes, for one person."""
    number = minutes.meeting.number
    now, action = "", None
    match MinutesStatus(minutes.status):
        case MinutesStatus.DRAFT if allows(visitor.roles, "minutes.write"):
            now = "Écrivez les échanges, puis envoyez le procès-verbal à la présidence."
            action = Action(
                "Envoyer à la présidence", basin_reverse("minutes_send", number=number), "send"
            )
        case MinutesStatus.SENT if (
            leading.signs(visitor.person, minutes.meeting)
            and minutes.drafted_by_id != visitor.person.pk
        ):
            now = "Relisez le procès-verbal, puis signez-le."
            action = Action("Signer", basin_reverse("minutes_sign", number=number), "pen")
        case MinutesStatus.SENT:
            now = leading.who_signs(minutes, visitor)
        case MinutesStatus.SIGNED:
            now = "Le procès-verbal est définitif."
    return ObjectHeader(
        name=f"Procès-verbal de la {minutes.meeting.noun}",
        reference=documents.minutes_reference(minutes.meeting),
        status=MINUTES_BADGES[MinutesStatus(minutes.status)],
        now=now,
        holder=str(seats.presided(minutes.meeting)) if minutes.status == MinutesStatus.SENT else "",
        action=action,
    )
