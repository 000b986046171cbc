"""What leaves each account, and what comes back to it."""

from datetime import date

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.money import format_euros
from alize.common.permissions import check
from funds.enums import (
    AdvanceStatus,
    PaymentOrderStatus,
    Perimeter,
)
from funds.models import (
    Advance,
    PaymentOrder,
)
from funds.permissions.advances import preconditions_met
from projects.enums import ProjectStatus
from projects.models import Project


@check
def prepare_payment(advance: Advance) -> None:
    """Only once the convention is signed by all (R41, SD2)."""
    if advance.status == AdvanceStatus.GRANTED:
        raise ActionDenied(
            "Aucun versement avant la signature de la convention par toutes les parties."
        )
    if advance.status == AdvanceStatus.CANCELLED:
        raise ActionDenied("Cette avance est annulée : elle ne se verse plus.")
    still_supported(advance.project)
    preconditions_met(advance)


@check
def still_supported(project: Project) -> None:
    """Nothing more is lent to a company whose support was interrupted."""
    if project.status == ProjectStatus.INTERRUPTED:
        raise ActionDenied(
            "L'accompagnement de cette entreprise est interrompu : rien de plus ne lui est versé."
        )


@check
def nothing_lost(lost: int) -> None:
    """Nothing more is lent where what was lent is given up, in part at least (`lost`, cents)."""
    if lost > 0:
        raise ActionDenied(
            f"{format_euros(lost)} de cette avance sont passés en perte : rien de plus ne se verse."
        )


@check
def release_payment(order: PaymentOrder, by: Person) -> None:
    """Another person than the one who prepared it (SD1)."""
    if order.status == PaymentOrderStatus.CANCELLED:
        raise ActionDenied("Cet ordre de versement a été annulé.")
    if order.status == PaymentOrderStatus.RELEASED:
        raise ActionDenied("Ce versement a déjà été libéré.")
    if order.prepared_by_id == by.pk:
        raise ActionDenied(
            "Un versement est préparé par une personne et libéré par une autre : "
            "demandez au second signataire financier de le libérer."
        )


@check
def cancel_payment(order: PaymentOrder) -> None:
    """Until it is released."""
    if order.status == PaymentOrderStatus.RELEASED:
        raise ActionDenied("Ce versement est libéré : il ne s'annule plus.")
    if order.status == PaymentOrderStatus.CANCELLED:
        raise ActionDenied("Cet ordre de versement est déjà annulé.")


@check
def pay_from_the_fund(amount: int, *, cash: int) -> None:
    """The account of the advances holds what leaves it (funds.md 2.3)."""
    if amount > cash:
        raise ActionDenied(
            f"Il n'y a que {format_euros(cash)} sur le compte des avances : "
            "enregistrez d'abord les dotations et les remboursements reçus."
        )


@check
def pay_from_operating(amount: int, *, cash: int) -> None:
    """The operating account holds what leaves it (funds.md 2.3)."""
    if amount > cash:
        raise ActionDenied(
            f"Il n'y a que {format_euros(cash)} sur le compte de fonctionnement : enregistrez "
            "d'abord les dotations reçues."
        )


@check
def give_back(owed: int, *, debtor: Perimeter) -> None:
    """Something is owed to the other account (R41)."""
    if owed <= 0:
        raise ActionDenied(f"{owed_between(owed, debtor=debtor).capitalize()}.")


def owed_between(cents: int, *, debtor: Perimeter) -> str:
    """What an account owes the other, in words."""
    accounts = ["compte des avances", "compte de fonctionnement"]
    owes, is_owed = accounts if debtor == Perimeter.FUND else reversed(accounts)
    return (
        f"le {owes} {f'doit {format_euros(cents)}' if cents > 0 else 'ne doit rien'} au {is_owed}"
    )


@check
def record_repayment(lent_on: date | None) -> None:
    """Something was lent before something comes back."""
    if lent_on is None:
        raise ActionDenied("Rien n'a encore été versé sur cette avance.")
