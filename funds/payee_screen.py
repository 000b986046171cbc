"""Where a company is paid, as the checklist before a payment says it (SD2)."""

from dataclasses import dataclass
from datetime import datetime

from alize.common.addresses import basin_reverse
from alize.common.dates import long_datetime
from alize.common.screen import Badge, Link
from basins.access import allows
from basins.enums import Role
from basins.homes import Visitor
from funds.bank.identifiers import masked_iban
from funds.models import Advance
from funds.permissions.transfers import handle_payee
from funds.queries.transfers import PayeeState, payee_state


@dataclass(frozen=True)
class PayeeLine:
    """The bank details of a company: whether they serve, and what may be done about them."""

    badge: Badge
    detail: str
    link: Link | None


def payee_line(advance: Advance, visitor: Visitor, *, at: datetime) -> PayeeLine:
    """The line of the checklist that says where an advance would be paid."""
    to = payee_state(advance.project.beneficiary_id, at=at)
    badge, detail = _said(to)
    link = _link(advance, to, visitor.roles)
    why_not = link and handle_payee.why_not(advance.project.beneficiary, visitor.person, visitor.on)
    if why_not:
        return PayeeLine(badge, f"{detail}. {why_not}", None)
    return PayeeLine(badge, detail, link)


def _said(to: PayeeState) -> tuple[Badge, str]:
    if to.waiting is not None:
        iban = masked_iban(to.waiting.iban)
        return Badge("À décider", "attention"), f"Le compte {iban} attend le second signataire"
    if to.payee is None or to.free_at is None:
        return Badge("Manquantes", "attention"), "Aucun versement avant un RIB approuvé"
    iban = masked_iban(to.payee.iban)
    if not to.is_ready:
        when = long_datetime(to.free_at)
        return Badge("Délai de 48 h", "attention"), f"Compte {iban}, utilisable à partir du {when}"
    bank = to.payee.get_verification_display().lower()
    return Badge("Approuvées", "done"), f"Compte {iban} ; à la banque : {bank}"


def _link(advance: Advance, to: PayeeState, roles: frozenset[Role]) -> Link | None:
    if to.waiting is not None:
        url = basin_reverse("payee_decide", payee_id=to.waiting.pk)
        return Link("Décider", url) if allows(roles, "payee.decide") else None
    if not allows(roles, "payee.propose"):
        return None
    url = basin_reverse("payee_propose", reference=advance.reference)
    return Link("Changer le RIB" if to.payee else "Proposer un RIB", url)
