"""A meeting to print and to prove: six files, eleven seats, two proxies, one withdrawal, one tie,
one departure, a suspension, a file deferred without a vote, one approved under a condition, a
vote cancelled.
"""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

from committees import operations
from committees.models import Meeting, Minutes
from committees.operations import ConditionLine, HandLine, Particulars, SkillsLine
from tests.builders import make_beneficiary
from tests.committees.conftest import DAY, Committee

FILES = (
    ("Menuiserie Perrin", "Agrandir l'atelier et embaucher deux compagnons", 2_200_000),
    ("Laiterie du Val", "Reprendre la laiterie et la mettre aux normes", 1_500_000),
    ("Ruche et Cie", "Ouvrir une miellerie partagée", 800_000),
    ("Savoie Vélo", "Fabriquer des remorques pour vélos", 2_500_000),
    ("Atelier du Lac", "Relancer une teinturerie artisanale", 3_000_000),
    ("Boulangerie Miège", "Installer un second four", 1_200_000),
)
SEATS = (
    "Usine Alpin", "Ville de Chambéry", "Banque des Alpes", "Métallurgie Bauges",
    "Cluses Décolletage", "Énergie Isère", "Département", "Transports Léman", "Papeterie Arly",
    "Cimenterie Vif", "Hôtel du Lac",
)  # fmt: skip


def minute(number: int):
    return DAY + timedelta(minutes=number)


def hold(committee: Committee, *, aloud: Collection[int] = ()) -> Meeting:
    """Hold the meeting to its end; its minutes are to be drafted.

    The seats of these ranks say their first vote aloud.
    """
    for seat, name in zip(committee.seats, SEATS, strict=True):
        seat.partner.name = name
        seat.partner.save()
    people, seats = committee.people, committee.seats
    meeting = committee.planned()
    for name, need, amount in FILES:
        project = committee.ready(
            beneficiary=make_beneficiary(name=name), need=need, amount_asked=amount
        )
        item = operations.put_on_agenda(
            meeting_id=meeting.pk, project_id=project.pk, by=committee.operator,
            at=DAY - timedelta(days=19),
        )  # fmt: skip
        committee.propose(item, **_terms(committee, name, amount))
    meeting = operations.convene(
        meeting_id=meeting.pk, by=committee.operator, at=DAY - timedelta(days=12)
    )
    operations.add_guest(
        meeting_id=meeting.pk, name="Lucie Perrin", capacity="dirigeante",
        item_id=meeting.items.get(rank=1).pk, by=committee.operator, at=DAY - timedelta(days=5),
    )  # fmt: skip
    for giver, holder in ((8, 1), (9, 2)):
        [proxy] = operations.give_proxy(
            meeting_id=meeting.pk, giver_id=seats[giver].pk, holder_id=seats[holder].pk,
            by=people[giver], at=minute(-30),
        )  # fmt: skip
        operations.answer_proxy(proxy_id=proxy.pk, accept=True, by=people[holder], at=minute(-20))
    meeting = operations.open_meeting(meeting_id=meeting.pk, by=people[0], at=DAY)
    for person in people[1:8]:
        committee.arrive(meeting, person)
    items = list(meeting.items.order_by("rank"))
    for item in items:
        for person in people:
            recused = item.rank == 3 and person == people[3]
            committee.answer(item, person, "RECUSED" if recused else "NONE")
    _vote(committee, items[0], 10, against=(4, 5), abstain=(6,), aloud=aloud)
    _vote(committee, items[1], 30, against=(2,))
    operations.suspend_meeting(meeting_id=meeting.pk, by=people[0], at=minute(45))
    operations.resume_meeting(meeting_id=meeting.pk, by=people[0], at=minute(55))
    _vote(committee, items[2], 60, skip=(3,))
    left = meeting.attendances.get(seat=seats[7])
    operations.check_out(attendance_id=left.pk, by=people[7], at=minute(75))
    tie = {8: "FOR", 9: "FOR"}
    _vote(committee, items[3], 80, against=(2, 3, 4, 5), abstain=(6,), skip=(7,), proxies=tie)
    operations.record_without_ballot(
        item_id=items[4].pk,
        outcome="DEFERRED",
        particulars=Particulars(
            reason="Le plan de financement n'est pas bouclé.",
            pieces_awaited="Accord écrit de la banque\nDevis de la machine à teindre",
        ),
        by=people[0],
        at=minute(100),
    )
    void = operations.open_ballot(item_id=items[5].pk, by=people[0], at=minute(102))
    committee.vote(void, people[1], at=minute(103))
    operations.cancel_ballot(ballot_id=void.pk, by=people[0], at=minute(104))
    committee.propose(items[5], **_terms(committee, *FILES[5][::2]))
    _vote(committee, items[5], 110, against=(0, 1, 2, 3, 4), skip=(7,), why="Le marché est étroit.")
    operations.close_meeting(meeting_id=meeting.pk, by=people[0], at=minute(130))
    meeting.refresh_from_db()
    return meeting


def _terms(committee: Committee, name: str, amount: int) -> dict:
    terms = {"amount": amount, "lines": 30, "grace_months": 6}
    if name == "Laiterie du Val":
        terms["conditions"] = [
            ConditionLine(
                kind="SUSPENSIVE",
                text="Accord écrit de la banque sur le prêt de 60 000 €",
                owner="Mme Laurent, gérante",
                proof_expected="Lettre d'accord signée",
                due_on=date(2026, 5, 30),
            ),
            ConditionLine(
                kind="FOLLOWED", text="Tenir un tableau de trésorerie", due_on=date(2026, 9, 30)
            ),
        ]
    if name == "Menuiserie Perrin":
        terms["skills"] = [
            SkillsLine(committee.seats[1].partner_id, Decimal("2.5"), "contrôle de gestion")
        ]
    return terms


def _vote(
    committee, item, start, *, against=(), abstain=(), skip=(), aloud=(), proxies=None, why=""
):
    ballot = operations.open_ballot(item_id=item.pk, by=committee.president, at=minute(start))
    for rank in range(8):
        if rank not in {*skip, *aloud}:
            choice = "AGAINST" if rank in against else "ABSTAIN" if rank in abstain else "FOR"
            committee.vote(ballot, committee.people[rank], choice, at=minute(start + 2))
    if aloud:
        noted = operations.note_hands(
            ballot_id=ballot.pk,
            lines=[HandLine(committee.seats[rank].pk, "FOR") for rank in aloud],
            by=committee.operator,
            at=minute(start + 2),
        )
        operations.confirm_hands(
            ballot_id=ballot.pk,
            collected_ids=[row.pk for row in noted],
            by=committee.president,
            at=minute(start + 3),
        )
    for giver, choice in (proxies or {8: "FOR", 9: "FOR"}).items():
        holder = committee.people[giver - 7]
        committee.vote(
            ballot, holder, choice, at=minute(start + 3), seat_id=committee.seats[giver].pk
        )
    committee.close(ballot, when=minute(start))
    committee.proclaim(ballot, reason=why, at=minute(start + 15))
    return ballot


def sign(committee: Committee, meeting: Meeting) -> Minutes:
    """Write, send and sign the minutes."""
    minutes = meeting.minutes
    items = {
        item.pk: f"Le prescripteur présente {item.project.beneficiary}. Les membres échangent sur "
        "le marché, les emplois et le plan de financement."
        for item in meeting.items.all()
    }
    operations.save_minutes(
        minutes_id=minutes.pk, narrative="La présidente accueille les membres.", items=items,
        by=committee.operator, at=minute(200),
    )  # fmt: skip
    operations.send_minutes(minutes_id=minutes.pk, by=committee.operator, at=minute(210))
    operations.sign_minutes(minutes_id=minutes.pk, by=committee.president, at=minute(2000))
    minutes.refresh_from_db()
    return minutes
