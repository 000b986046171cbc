"""What companies receive of their advance: reminders, a statement, the certificate of an aid."""

from datetime import date, timedelta
from uuid import uuid4

from alize.demo.story.scene import Loan, Scene, at
from funds import operations as funds
from funds.enums import ReminderStep
from funds.models import Advance
from funds.queries import fund_settings

A_DAY = timedelta(days=1)


def write_letters(scene: Scene) -> None:
    """One that stopped paying is reminded, up to the formal notice, then asks for its account."""
    loan = next(
        one for one in scene.loans if scene.pays_late(one.advance.project.beneficiary.siret)
    )
    _remind(scene, loan)
    on, by = scene.today - 3 * A_DAY, scene.people.operator
    account = funds.issue_statement(advance_id=loan.advance.pk, on=on, by=by, at=at(on, 11))
    funds.send_paper(document_id=account.pk, by=by, at=at(on, 11))


def _remind(scene: Scene, loan: Loan) -> None:
    """Of the first instalment that did not come, a letter the day after each step opens."""
    due_on = loan.schedule[len(loan.repaid)].due_on
    steps = zip(ReminderStep, fund_settings().reminder_days, strict=True)
    for step, opens in steps:
        funds.send_reminders(
            keys=[(loan.advance.pk, due_on, step)],
            by=scene.people.operator,
            at=at(due_on + timedelta(days=opens + 1), 9),
            command_key=uuid4(),
        )


def write_certificate(scene: Scene, advance: Advance) -> None:
    """Of an advance just agreed, to a company that declared what a region gave it."""
    by, on = scene.people.operator, scene.today - 2 * A_DAY
    funds.declare_aid(
        beneficiary_id=advance.project.beneficiary_id,
        grantor="Région Auvergne-Rhône-Alpes",
        purpose="Aide à l'investissement",
        company="",
        siren="",
        amount=850_000,
        granted_on=date(scene.today.year - 1, 3, 12),
        by=by,
        at=at(on),
        command_key=uuid4(),
    )
    funds.issue_aid_certificate(advance_id=advance.pk, by=by, at=at(on, 11))
