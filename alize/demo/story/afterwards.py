"""Writes what follows a decision: convention, advance and its repayments, follow-up."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from uuid import uuid4

from alize.common.dates import add_months
from alize.demo.story.payees import write_payee
from alize.demo.story.plan import PlannedProject
from alize.demo.story.scene import PUBLISHED_ON, THOUSAND, Loan, Scene, at
from committees.models import Decision
from conventions.enums import AgreementStatus
from conventions.models import CooperationConvention, Signer
from conventions.rules import Party, Signatory, signatories
from funds.enums import AdvanceStatus, PaymentOrderStatus
from funds.models import Advance, PayeeAccount, PaymentOrder
from funds.queries import aid_terms, fund_settings
from funds.rules import Installment, build_schedule
from projects.enums import FOLLOW_UP_MONTHS, Situation, Usefulness
from projects.models import FollowUpReview, OwnerOpinion, Project
from projects.rules import opinion_dates

COMMENTS = {
    Situation.GOOD: "L'activité suit le plan prévu.",
    Situation.WATCH: "Les commandes prennent du retard ; la trésorerie est à suivre.",
    Situation.DIFFICULT: "Les ventes ont chuté et la trésorerie manque.",
}
"""What the follow-up lead writes of each situation."""
HANDLED_IN = timedelta(days=30)
"""After how long somebody has dealt with a company in difficulty."""
SILENCE = timedelta(days=120)
"""How long the troubled companies have not been heard of."""


def write_convention(
    scene: Scene, planned: PlannedProject, project: Project, decision: Decision, signed_on: date
) -> None:
    """The cooperation convention, signed by all on paper."""
    convention = CooperationConvention.objects.create(
        reference=f"CC-{project.reference}",
        project=project,
        decision=decision,
        status=AgreementStatus.SIGNED,
        starts_on=signed_on,
        created_at=at(planned.decided_on + timedelta(days=2)),
        created_by=scene.people.operator,
        frozen_at=at(planned.decided_on + timedelta(days=5)),
        frozen_by=scene.people.operator,
        snapshot={},
        text_version=1,
        signed_on=signed_on,
        recorded_at=at(signed_on),
        recorded_by=scene.people.operator,
    )
    Signer.objects.bulk_create(
        Signer(
            convention=convention,
            rank=rank,
            capacity=signatory.capacity,
            organisation=signatory.party.organisation,
            name=signatory.party.name,
            partner_id=signatory.party.partner_id,
            signs_annex=signatory.signs_annex,
            signs_convention=signatory.signs_convention,
            signed_on=signed_on,
        )
        for rank, signatory in enumerate(_signatories(scene, planned, project), 1)
    )


def _signatories(scene: Scene, planned: PlannedProject, project: Project) -> tuple[Signatory, ...]:
    return signatories(
        owner=Party(project.beneficiary.name, project.owner_name),
        companies=[_party(scene, name) for name, _, _ in planned.days],
        follow_up=_party(scene, project.follow_up_partner.name),
        president=_party(scene, scene.people.president_partner),
        operators=[Party(scene.territory.operator, scene.people.operator.full_name)],
        has_advance=True,
    )


def _party(scene: Scene, name: str) -> Party:
    """A partner and the person who signs for it."""
    person = scene.people.by_partner[name]
    return Party(name, person.full_name, partner_id=scene.partners[name].pk)


def write_advance(
    scene: Scene, planned: PlannedProject, project: Project, decision: Decision, contracted_on: date
) -> None:
    """The advance, paid and repaid as planned until today."""
    paid_on = contracted_on + timedelta(days=10)
    amount = planned.amount * THOUSAND
    terms = aid_terms(fund_settings())
    advance = Advance.objects.create(
        reference=f"AV-{project.reference}",
        project=project,
        company=project.beneficiary.name,
        decision=decision,
        status=AdvanceStatus.CONTRACTED,
        granted_amount=amount,
        granted_on=planned.decided_on,
        lines=planned.lines,
        grace_months=planned.grace,
        contracted_on=contracted_on,
        aid_basis=terms.basis,
        aid_rate=terms.rate,
    )
    if paid_on >= scene.today:
        return
    order = _write_order(scene, advance, paid_on, write_payee(scene, project, contracted_on))
    schedule = build_schedule(
        amount=amount,
        lines=planned.lines,
        disbursed_on=paid_on,
        grace_months=planned.grace,
    )
    honoured = len(schedule) // 2 if planned.defaults else len(schedule)
    late = scene.pays_late(planned.company.siret)
    until = scene.today - (SILENCE if late else timedelta(0))
    repaid = tuple(one for one in _repaid(scene, schedule[:honoured]) if one[0] < until)
    rest = sum(line.amount for line in schedule[honoured:])
    asked_from = add_months(schedule[honoured].due_on, 12) if rest else scene.today
    scene.loans.append(Loan(advance, order, schedule, repaid, rest, asked_from))


def _write_order(
    scene: Scene, advance: Advance, paid_on: date, payee: PayeeAccount
) -> PaymentOrder:
    return PaymentOrder.objects.create(
        advance=advance,
        amount=advance.granted_amount,
        pay_on=paid_on,
        payee=payee,
        status=PaymentOrderStatus.RELEASED,
        prepared_at=at(paid_on - timedelta(days=2)),
        prepared_by=scene.people.operator,
        released_at=at(paid_on),
        released_by=scene.people.president,
        command_key=uuid4(),
    )


def _repaid(scene: Scene, due: Iterable[Installment]) -> Iterator[tuple[date, int]]:
    """What comes back of a plan, on its day or hardly later."""
    for line in due:
        yield line.due_on + timedelta(days=scene.random.choice((0, 0, 0, 1, 2))), line.amount


def write_reviews(scene: Scene, planned: PlannedProject, project: Project, since: date) -> None:
    """The follow-up, each review that is due by today answered."""
    days = sum(days for _, days, _ in planned.days)
    alone = scene.is_not_followed(planned.company.siret)
    answered_until = scene.today - (SILENCE if alone else timedelta(days=10))
    reviews = []
    for month in FOLLOW_UP_MONTHS:
        due_on = add_months(since, month)
        review = FollowUpReview(project=project, month=month, due_on=due_on)
        delay = scene.random.randint(-6, 9) + scene.random.choice([0] * 14 + [18])
        submitted_on = due_on + timedelta(days=delay)
        if submitted_on < answered_until:
            review.asked_at = at(due_on - timedelta(days=10))
            review.submitted_at = at(submitted_on)
            review.jobs_created = _jobs_seen(planned, month, submitted_on)
            review.jobs_retained = planned.headcount
            review.days_done = min(days, days * month // 12)
            review.situation = (
                Situation.DIFFICULT
                if planned.defaults and month >= 9
                else scene.random.choice([Situation.GOOD] * 5 + [Situation.WATCH])
            )
            review.comment = COMMENTS[review.situation]
            if review.situation == Situation.DIFFICULT and submitted_on < scene.today - HANDLED_IN:
                review.handled_at = at(submitted_on + timedelta(days=1))
                review.handled_by_id = scene.people.operator.pk
        reviews.append(review)
    FollowUpReview.objects.bulk_create(reviews)
    OwnerOpinion.objects.bulk_create(
        _opinion(scene, planned, project, due=(month, due_on), until=answered_until)
        for month, due_on in opinion_dates(since)
    )


def _opinion(
    scene: Scene, planned: PlannedProject, project: Project, *, due: tuple[int, date], until: date
) -> OwnerOpinion:
    """What the owner says of the support, the day after being asked."""
    month, due_on = due
    opinion = OwnerOpinion(project=project, month=month, due_on=due_on)
    if due_on <= scene.today:
        opinion.asked_at = at(due_on)
    if due_on < until:
        opinion.answered_at = at(due_on + timedelta(days=1))
        opinion.usefulness = Usefulness.PARTLY if planned.defaults else Usefulness.USEFUL
        opinion.comment = (
            "L'avance nous a aidés, le calendrier des remboursements est tendu."
            if planned.defaults
            else "Les journées des partenaires nous ont fait gagner du temps."
        )
    return opinion


def _jobs_seen(planned: PlannedProject, month: int, submitted_on: date) -> int:
    """Jobs come little by little and are all there after a year."""
    if planned.jobs_at_once is not None and submitted_on <= PUBLISHED_ON:
        return planned.jobs_at_once
    seen = planned.jobs_created * min(month, 12) // 12
    return max(seen, planned.jobs_at_once or 0)
