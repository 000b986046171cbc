"""Writes the fund of a demo basin: its contributions and the life of its advances, day by day.

Facts are gathered file by file and posted together in the order of their days, through the only
writer of the ledger: its numbers follow the dates, and the database checks each entry.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import uuid4

from alize.demo.story.founding import YEARLY_PLEDGES
from alize.demo.story.scene import DAY_RATE, THOUSAND, Loan, Scene, at
from committees.models import Decision
from funds.enums import (
    AuthorizationKind,
    EntryKind,
    LossCause,
    Perimeter,
    ReversalStatus,
    kind_label,
)
from funds.models import Authorization, Contribution, Entry, ScheduleLine, ScheduleVersion
from funds.operations import Draft, post_entries
from funds.rules import ledger
from partners.enums import PartnerKind, PledgeNature
from partners.models import Partner


def write_ledger(scene: Scene) -> None:
    """Post what the past of a basin did to its fund, then open the plans of its advances."""
    drafts = [
        *_received(scene),
        *_operated(scene),
        *(draft for loan in scene.loans for draft in _lived(scene, loan)),
    ]
    drafts.sort(key=lambda draft: draft.value_on)
    entries = [
        entry
        for _, drafts_of_a_year in groupby(_shared(drafts), key=lambda draft: draft.value_on.year)
        for entry in post_entries(drafts_of_a_year)
    ]
    _write_plans(scene.loans, {entry.order_id: entry for entry in entries if entry.order_id})


RECENT_YEARS = 3
"""How far back the operating account and the valued days are told."""
ENGINEERING_A_MONTH = 750_000
"""Cents: ninety thousand euros a year (R76)."""


def _operated(scene: Scene) -> Iterator[Draft]:
    """The operating account and the valued days of the last years, as they were promised."""
    for year in range(scene.today.year - RECENT_YEARS + 1, scene.today.year + 1):
        for rank, partner in enumerate(scene.partners.values()):
            days, thousands = YEARLY_PLEDGES.get(PartnerKind(partner.kind), (0, 0))
            if thousands and (day := date(year, 2, 15)) < scene.today:
                row = _contribution(scene, partner, PledgeNature.MONEY, Perimeter.OPS, day)
                legs = ledger.contribution(
                    account="OPS_INCOME", amount=thousands * THOUSAND, line=row.pk
                )
                kind = EntryKind.CONTRIBUTION
                label = f"{kind_label(kind, Perimeter.OPS)} : {partner.name}"
                yield _draft(scene, kind, day, legs, label, perimeter=Perimeter.OPS)
            if days and (day := date(year, 3 + rank % 9, 10)) < scene.today:
                given = days - rank % 3
                row = _contribution(
                    scene,
                    partner,
                    PledgeNature.SKILLS,
                    Perimeter.NATURE,
                    day,
                    days=given,
                    daily_rate=DAY_RATE,
                )
                legs = ledger.valuation(amount=given * DAY_RATE, line=row.pk)
                kind, label = EntryKind.VALUATION, f"Apport valorisé : {partner.name}"
                yield _draft(scene, kind, day, legs, label, perimeter=Perimeter.NATURE)
        for month in range(3, 13):
            if (day := date(year, month, 28)) < scene.today:
                legs = ledger.expense(account="ENGINEERING", amount=ENGINEERING_A_MONTH)
                kind, label = EntryKind.ENGINEERING, "Ingénierie locale : animation et suivi"
                yield _draft(scene, kind, day, legs, label, perimeter=Perimeter.OPS)


def _contribution(
    scene: Scene,
    partner: Partner,
    nature: PledgeNature,
    perimeter: Perimeter,
    day: date,
    **valued: int,
) -> Contribution:
    return Contribution.objects.create(
        funder=partner.name,
        partner=partner,
        nature=nature,
        perimeter=perimeter,
        with_return=False,
        recorded_at=at(day),
        recorded_by=scene.people.operator,
        command_key=uuid4(),
        **valued,
    )


def _received(scene: Scene) -> Iterator[Draft]:
    """What funders brought, each linked to the partner of its name."""
    for funder, year, euros in scene.territory.contributions:
        day = date(year, 1, 20)
        row = Contribution.objects.create(
            funder=funder,
            partner=scene.partners.get(funder),
            nature=PledgeNature.MONEY,
            perimeter=Perimeter.FUND,
            with_return=True,
            recorded_at=at(day),
            recorded_by=scene.people.operator,
            command_key=uuid4(),
        )
        legs = ledger.contribution(account="RETURNABLE", amount=euros * 100, line=row.pk)
        yield _draft(scene, EntryKind.CONTRIBUTION, day, legs, f"Dotation reçue : {funder}")


def _lived(scene: Scene, loan: Loan) -> Iterator[Draft]:
    """The payment of an advance, what came back, what did not."""
    reference = loan.advance.reference
    about: dict[str, Any] = {"advance": loan.advance}
    kind = EntryKind.DISBURSEMENT
    yield _draft(
        scene,
        kind,
        loan.order.pay_on,
        ledger.disbursement(amount=loan.order.amount, lines=[]),
        f"{kind.label} {reference}",
        order=loan.order,
        **about,
    )
    kind = EntryKind.REPAYMENT
    for day, amount in loan.repaid:
        legs = ledger.repayment(amount=amount, outstanding=amount)
        yield _draft(scene, kind, day, legs, f"{kind.label} {reference}", **about)
    if loan.accepted is not None:
        asked = _given_up(scene, loan, loan.accepted)
        yield _draft(
            scene,
            EntryKind.WRITE_OFF,
            asked.value_on,
            ledger.write_off(amount=asked.amount),
            f"{EntryKind.WRITE_OFF.label} {reference}",
            authorization=asked,
            **about,
        )


def _given_up(scene: Scene, loan: Loan, accepted: Decision) -> Authorization:
    """What two persons wanted once the committee accepted it, for a company that stopped."""
    day = accepted.decided_on + timedelta(days=30)
    return Authorization.objects.create(
        kind=AuthorizationKind.WRITE_OFF,
        advance=loan.advance,
        amount=loan.never_paid,
        value_on=day,
        reason="Clôture de la liquidation judiciaire pour insuffisance d'actif.",
        cause=LossCause.LIQUIDATION,
        claim_on=day - timedelta(days=240),
        decision=accepted,
        status=ReversalStatus.APPROVED,
        proposed_at=at(day - timedelta(days=2)),
        proposed_by=scene.people.operator,
        decided_at=at(day),
        decided_by=scene.people.president,
        command_key=uuid4(),
    )


def _draft(
    scene: Scene, kind: EntryKind, day: date, legs: ledger.Legs, label: str, **about: Any
) -> Draft:
    return Draft(
        kind=kind,
        legs=legs,
        value_on=day,
        label=label[:120],
        command_key=uuid4(),
        by=scene.people.operator,
        at=at(day),
        **{"perimeter": Perimeter.FUND, **about},
    )


def _shared(drafts: list[Draft]) -> Iterator[Draft]:
    """Share each payment between the contributions that are in place on its day."""
    in_place: list[tuple[int, int]] = []
    for draft in drafts:
        if draft.kind == EntryKind.CONTRIBUTION and draft.perimeter == Perimeter.FUND:
            in_place += [(leg.line, -leg.amount) for leg in draft.legs if leg.line]
        if draft.order is None:
            yield draft
        else:
            amount = draft.order.amount
            yield replace(draft, legs=ledger.disbursement(amount=amount, lines=in_place))


def _write_plans(loans: list[Loan], paid: dict[int, Entry]) -> None:
    versions = ScheduleVersion.objects.bulk_create(
        ScheduleVersion(
            advance=loan.advance,
            no=1,
            effective_on=loan.order.pay_on,
            opening_entry=paid[loan.order.pk],
            reason="INITIAL",
            covers=loan.order.amount,
            recorded_at=loan.order.released_at,
            recorded_by=loan.order.released_by,
        )
        for loan in loans
    )
    ScheduleLine.objects.bulk_create(
        ScheduleLine(version=version, rank=line.rank, due_on=line.due_on, amount=line.amount)
        for version, loan in zip(versions, loans, strict=True)
        for line in loan.schedule
    )
