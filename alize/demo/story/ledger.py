"""Writes the fund of a demo basin: its contributions and the life of its advances, day by day.

Facts are gathered file by file and posted together in the order of their days, through the only
writer of the ledger: its numbers follow the dates, and the database checks each entry.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any
from uuid import uuid4

from alize.demo.story.scene import Loan, Scene, at
from funds.enums import EntryKind, Perimeter
from funds.models import Contribution, Entry, ScheduleLine, ScheduleVersion
from funds.operations import Draft, post_entries
from funds.rules import ledger
from partners.enums import PledgeNature


def write_ledger(scene: Scene) -> None:
    """Post what the past of a basin did to its fund, then open the plans of its advances."""
    drafts = [*_received(scene), *(draft for loan in scene.loans for draft in _lived(scene, loan))]
    drafts.sort(key=lambda draft: draft.value_on)
    entries = [
        entry
        for _, drafts_of_a_year in groupby(_shared(drafts), key=lambda draft: draft.value_on.year)
        for entry in post_entries(drafts_of_a_year)
    ]
    _write_plans(scene.loans, {entry.order_id: entry for entry in entries if entry.order_id})


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
    reference, about = loan.advance.reference, {"advance": loan.advance}
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
    if loan.lost is not None:
        kind, (day, amount) = EntryKind.WRITE_OFF, loan.lost
        legs = ledger.write_off(amount=amount)
        yield _draft(scene, kind, day, legs, f"{kind.label} {reference}", **about)


def _draft(
    scene: Scene, kind: EntryKind, day: date, legs: ledger.Legs, label: str, **about: Any
) -> Draft:
    return Draft(
        kind=kind,
        perimeter=Perimeter.FUND,
        legs=legs,
        value_on=day,
        label=label,
        command_key=uuid4(),
        by=scene.people.operator,
        at=at(day),
        **about,
    )


def _shared(drafts: list[Draft]) -> Iterator[Draft]:
    """Share each payment between the contributions that are in place on its day."""
    in_place: list[tuple[int, int]] = []
    for draft in drafts:
        if draft.kind == EntryKind.CONTRIBUTION:
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
            created_at=loan.order.released_at,
        )
        for loan in loans
    )
    ScheduleLine.objects.bulk_create(
        ScheduleLine(version=version, rank=line.rank, due_on=line.due_on, amount=line.amount)
        for version, loan in zip(versions, loans, strict=True)
        for line in loan.schedule
    )
