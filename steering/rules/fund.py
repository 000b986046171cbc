"""The fund: K36 to K40."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from steering.rules.facts import Loan
from steering.rules.measures import Ratio

RISKY_DAYS = 30


@dataclass(frozen=True, slots=True)
class FundState:
    """Situation du fonds at the end of a day."""

    contributed: int
    lent: int
    repaid: int
    outstanding: int
    arrears: int
    late_loans: int
    lost: int
    repayment: Ratio
    loss: Ratio
    at_risk: Ratio

    @property
    def available(self) -> int:
        """What can be lent: contributions and what came back, less what went out and is lost."""
        return self.contributed - self.outstanding - self.lost

    @property
    def size(self) -> int:
        """K40: available and healthy outstanding, to compare with the critical size."""
        return self.available + self.outstanding - self.at_risk.numerator


def arrears_since(loans: Iterable[Loan], *, as_of: date) -> date | None:
    """The day of the oldest instalment that is late."""
    days = max((loan.days_late for loan in loans if loan.arrears), default=0)
    return as_of - timedelta(days=days) if days else None


def fund_state(loans: Iterable[Loan], *, contributed: int) -> FundState:
    """Sum the advances up.

    K37 is what came back, repaid or recovered, out of what came back, is late or is lost: a loss
    was owed as much as what is late; K38 the losses, recoveries deducted, out of the sums lent;
    K39 the outstanding of advances more than thirty days late.
    """
    known = list(loans)
    lent = sum(loan.disbursed for loan in known)
    repaid = sum(loan.repaid for loan in known)
    outstanding = sum(loan.outstanding for loan in known)
    arrears = sum(loan.arrears for loan in known)
    back = repaid + sum(loan.recovered for loan in known)
    lost = sum(max(loan.written_off - loan.recovered, 0) for loan in known)
    risky = sum(loan.outstanding for loan in known if loan.days_late > RISKY_DAYS)
    running = sum(loan.outstanding > 0 for loan in known)
    made = sum(loan.disbursed > 0 for loan in known)
    return FundState(
        contributed=contributed,
        lent=lent,
        repaid=repaid,
        outstanding=outstanding,
        arrears=arrears,
        late_loans=sum(loan.arrears > 0 for loan in known),
        lost=lost,
        repayment=Ratio(back, back + arrears + lost, made),
        loss=Ratio(lost, lent, made),
        at_risk=Ratio(risky, outstanding, running),
    )
