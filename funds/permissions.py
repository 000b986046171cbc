"""What may be done with one advance, one payment order, one entry; each refusal says why."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.money import format_euros
from alize.common.permissions import check
from committees.enums import AdvanceMatter, ConditionKind
from committees.models import Condition, Decision
from committees.queries.requests import accepted
from funds.enums import (
    ADVANCE_TRANSITIONS,
    AdvanceStatus,
    AuthorizationKind,
    ClearingAct,
    EntryKind,
    PaymentOrderStatus,
    ReversalCause,
    ReversalStatus,
)
from funds.models import (
    Advance,
    AllowanceAgreement,
    Authorization,
    Clearing,
    DeclaredAid,
    Entry,
    PaymentOrder,
    Precondition,
    Reversal,
)
from funds.rules import Position
from projects.models import Project


def conditions_left(decision_id: int) -> list[Condition]:
    """The suspensive conditions of a decision that nobody has lifted (SD2)."""
    return list(
        Condition.objects.filter(
            decision_id=decision_id, kind=ConditionKind.SUSPENSIVE, lifted_at=None
        ).order_by("due_on", "pk")
    )


def lifting_days(decision_id: int) -> list[date]:
    """The days on which the suspensive conditions of a decision were lifted."""
    lifted = Condition.objects.filter(
        decision_id=decision_id, kind=ConditionKind.SUSPENSIVE, lifted_at__isnull=False
    )
    return [timezone.localdate(at) for at in lifted.values_list("lifted_at", flat=True)]


def check_standing(decision: Decision) -> None:
    """Refuse to act on a decision that was replaced, lapsed, or is to be deliberated anew."""
    if decision.lapsed_at is not None:
        raise ActionDenied("Cet agrément est caduc : ses conditions n'ont pas été levées à temps.")
    if not decision.stands:
        raise ActionDenied("Cette décision a été remplacée par une nouvelle délibération.")
    if decision.reopened_at is not None:
        raise ActionDenied("Le comité doit délibérer à nouveau sur ce dossier.")


@check
def grant_advance(decision: Decision) -> None:
    """An advance is granted by a decision that gives one and still stands."""
    check_standing(decision)
    if not decision.amount:
        raise ActionDenied("Cette décision n'accorde pas d'avance.")


@check
def contract_advance(advance: Advance) -> None:
    """Signed by all, with every suspensive condition lifted."""
    ADVANCE_TRANSITIONS.guard(advance.status, AdvanceStatus.CONTRACTED)
    check_standing(advance.decision)
    if conditions_left(advance.decision_id):
        raise ActionDenied(
            "Une condition suspensive de la décision n'est pas levée : l'avance reste en attente."
        )


CONTESTED_WAITS = (
    "Elle est remplie quand ASTREES confirme la signature contestée, ou quand un avenant signé par "
    "toutes les parties la régularise."
)


@check
def preconditions_met(advance: Advance) -> None:
    """Every line of the checklist is signed off or waived."""
    left = advance.preconditions.filter(met_at=None, waived_at=None)
    if labels := " ; ".join(left.values_list("label", flat=True)):
        raise ActionDenied(f"Avant tout versement, il reste à vérifier : {labels}.")


@check
def add_precondition(advance: Advance) -> None:
    """While something may still be paid."""
    if advance.status == AdvanceStatus.CANCELLED:
        raise ActionDenied("Cette avance est annulée.")


@check
def settle_precondition(condition: Precondition) -> None:
    """Signed off or waived once; what waits for a contested signature, by nobody."""
    if not condition.is_open:
        raise ActionDenied("Cette condition est déjà remplie ou dispensée.")
    if condition.contested_id is not None:
        raise ActionDenied(f"Cette condition ne se lève pas ici. {CONTESTED_WAITS}")


@check
def ask_committee(*, owed: int) -> None:
    """Ask the committee for another plan, or to give a debt up: as long as something is owed."""
    if not owed:
        raise ActionDenied("Cette avance ne doit plus rien : il n'y a rien à demander au comité.")


def decisions_to_reschedule(advance: Advance, *reasons: str) -> QuerySet[Decision]:
    """What the committee accepted about the plan of an advance, stands, and made no plan yet."""
    return accepted(advance.decision, *reasons).filter(schedule_versions=None)


@check
def reschedule(advance: Advance, decision_id: int, reason: str, *, owed: int) -> None:
    """What is owed, as the committee accepted it on this advance, once (2.5)."""
    if not owed:
        raise ActionDenied("Cette avance ne doit plus rien : il n'y a rien à rééchelonner.")
    if not decisions_to_reschedule(advance, reason).filter(pk=decision_id).exists():
        raise ActionDenied(
            "Un rééchelonnement ou un moratoire suit une demande que le comité a acceptée sur "
            "cette avance, et qui n'a pas encore servi : saisissez-le d'abord."
        )


@check
def send_paper(project: Project) -> None:
    """To the address of the file."""
    if not project.owner_email:
        raise ActionDenied(
            "Le dossier n'a pas d'adresse électronique du dirigeant : téléchargez le document et "
            "postez-le."
        )


@check
def freeze_report(last_entry: int) -> None:
    """Something was recorded."""
    if not last_entry:
        raise ActionDenied("Le grand livre est vide : il n'y a rien à rapporter.")


@check
def issue_statement(standing: Position) -> None:
    """An account starts with the first payment."""
    if not standing.disbursed:
        raise ActionDenied("Rien n'était versé à cette date : il n'y a pas de compte à relever.")


@check
def certify_settlement(standing: Position) -> None:
    """Everything lent came back, nothing was written off."""
    if not standing.disbursed:
        raise ActionDenied("Rien n'a encore été versé sur cette avance.")
    if left := standing.outstanding + standing.owed_back:
        raise ActionDenied(
            f"Il reste {format_euros(left)} à rembourser : l'attestation se fait "
            "une fois l'avance soldée."
        )
    if standing.written_off:
        raise ActionDenied(
            "Une partie de cette avance est passée en perte : elle n'est pas soldée."
        )


@check
def send_reminders(count: int) -> None:
    """Only what is due on the day, each step once (feature 13)."""
    if not count:
        raise ActionDenied(
            "Ces relances ne sont plus à envoyer : elles viennent de partir, ou l'entreprise a "
            "payé depuis."
        )


@check
def withdraw_aid(aid: DeclaredAid) -> None:
    """Once."""
    if aid.withdrawn_at is not None:
        raise ActionDenied("Cette aide est déjà retirée.")


@check
def certify_aid(advance: Advance) -> None:
    """An aid is granted by the signature of its convention (funds.md 2.6)."""
    if advance.contracted_on is None or advance.status == AdvanceStatus.CANCELLED:
        raise ActionDenied(
            "L'attestation se fait une fois la convention signée par toutes les parties."
        )


@check
def prepare_payment(advance: Advance) -> None:
    """Only once the convention is signed by all (R41, SD2)."""
    if advance.status == AdvanceStatus.GRANTED:
        raise ActionDenied(
            "Aucun versement avant la signature de la convention par toutes les parties."
        )
    if advance.status == AdvanceStatus.CANCELLED:
        raise ActionDenied("Cette avance est annulée : elle ne se verse plus.")
    preconditions_met(advance)


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
            f"Le compte des avances ne tient que {format_euros(cash)} : "
            "enregistrez d'abord les dotations et les remboursements reçus."
        )


@check
def pay_from_operating(amount: int, *, cash: int) -> None:
    """The operating account holds what leaves it (funds.md 2.3)."""
    if amount > cash:
        raise ActionDenied(
            f"Le compte de fonctionnement ne tient que {format_euros(cash)} : enregistrez d'abord "
            "les dotations reçues."
        )


@check
def undo_receipt(amount: int, *, cash: int) -> None:
    """What an error brought in on paper is still there; what the bank took back is a fact."""
    if amount > cash:
        raise ActionDenied(
            f"Ce compte ne tiendrait plus que {format_euros(cash)} à cette date ou après, moins "
            f"que les {format_euros(amount)} à reprendre : datez la correction du jour où elle est "
            "faite, ou corrigez d'abord ce qui en dépend."
        )


@check
def record_repayment(lent_on: date | None) -> None:
    """Something was lent before something comes back."""
    if lent_on is None:
        raise ActionDenied("Rien n'a encore été versé sur cette avance.")


@check
def reverse_kind(entry: Entry) -> None:
    """Anything but what undoes, and what settles by itself."""
    if entry.kind in {EntryKind.BOUNCE, EntryKind.REVERSAL}:
        raise ActionDenied("Une annulation ne s'annule pas : enregistrez l'opération à nouveau.")
    if entry.kind == EntryKind.OFFSET:
        raise ActionDenied("L'imputation d'un trop-perçu ne s'annule pas seule.")


@check
def undo_suspense(entry: Entry, cause: str) -> None:
    """What waited on 471 and was identified since is undone after what identified it.

    What the bank sent back is a fact: both are undone at once.
    """
    if cause != ReversalCause.ERROR:
        return
    said = Q(entry=entry)
    if entry.transfer_id is not None:
        said = Q(entry__transfer_id=entry.transfer_id)
    identified = Clearing.objects.filter(
        line__in=Clearing.objects.filter(said).values("line"),
        act__in=[ClearingAct.MOVED, ClearingAct.IDENTIFIED],
        undone_at=None,
        entry__reversed_by=None,
    ).exclude(said)
    if entry.kind == EntryKind.UNIDENTIFIED and identified.exists():
        raise ActionDenied(
            "Cette opération a été identifiée depuis : annulez d'abord l'écriture qui l'identifie."
        )


@check
def undo_contribution(entry: Entry) -> None:
    """What a funder took back in part is undone after what gave it back."""
    returned = Entry.objects.filter(
        kind=EntryKind.RESTITUTION,
        reversed_by=None,
        postings__contribution__in=entry.postings.values("contribution"),
    )
    if entry.kind == EntryKind.CONTRIBUTION and returned.exists():
        raise ActionDenied(
            "Le financeur a repris une partie de cette dotation : annulez d'abord la restitution."
        )


@check
def undo_what_stands(entry: Entry, cause: str) -> None:
    """Nothing recorded since rests on it."""
    undo_suspense(entry, cause)
    undo_contribution(entry)


@check
def propose_reversal(entry: Entry, cause: str = ReversalCause.ERROR) -> None:
    """An entry that stands, once; one request at a time."""
    reverse_kind(entry)
    undo_what_stands(entry, cause)
    if Entry.objects.filter(reverses=entry).exists():
        raise ActionDenied("Cette écriture est déjà annulée.")
    if entry.reversals.filter(status=ReversalStatus.PROPOSED).exists():
        raise ActionDenied(
            "L'annulation de cette écriture est déjà demandée : elle attend le second "
            "signataire financier."
        )


@check
def decide_reversal(reversal: Reversal, by: Person) -> None:
    """Once, and another person than the one who asked (SD11)."""
    if reversal.status != ReversalStatus.PROPOSED:
        raise ActionDenied(
            f"Cette demande d'annulation est déjà {reversal.get_status_display().lower()}."
        )
    if reversal.proposed_by_id == by.pk:
        raise ActionDenied("Une annulation est demandée par une personne et décidée par une autre.")


@check
def propose_authorization(
    *, kind: AuthorizationKind, advance_id: int | None, contribution_id: int | None
) -> None:
    """One request of a kind at a time on an advance, on a contribution, on the allowance."""
    waiting = Authorization.objects.filter(
        kind=kind,
        advance=advance_id,
        contribution=contribution_id,
        status=ReversalStatus.PROPOSED,
    )
    if waiting.exists():
        raise ActionDenied(
            "La même opération est déjà demandée : elle attend le second signataire financier."
        )


def decisions_to_lose(advance: Advance) -> QuerySet[Decision]:
    """What the committee accepted to lose on an advance, stands, and no loss rests on yet (SD10).

    A loss that was undone frees its decision.
    """
    serving = Authorization.objects.exclude(status=ReversalStatus.REFUSED).exclude(
        entry__reversed_by__isnull=False
    )
    used = serving.filter(decision=OuterRef("pk"))
    return accepted(advance.decision, AdvanceMatter.WRITE_OFF).exclude(Exists(used))


@check
def ask_write_off(advance: Advance, decision_id: int | None) -> None:
    """By a decision of the committee on this advance, once (funds.md 2.3)."""
    write_off(advance, decision_id)
    if not decisions_to_lose(advance).filter(pk=decision_id).exists():
        raise ActionDenied(
            "Cette décision a déjà servi à un passage en perte : saisissez à nouveau le comité."
        )


@check
def write_off(advance: Advance, decision_id: int | None) -> None:
    """By the decision of the committee on this advance, that stands (funds.md 2.3)."""
    lost = accepted(advance.decision, AdvanceMatter.WRITE_OFF)
    if not lost.filter(pk=decision_id).exists():
        raise ActionDenied(
            "Un passage en perte suit la demande que le comité a acceptée sur cette avance : "
            "saisissez-le d'abord."
        )


@check
def pay_allowance(agreement: AllowanceAgreement | None) -> None:
    """With the agreement of all the partners, noted for the year (R77)."""
    if agreement is None:
        raise ActionDenied(
            "L'opérateur n'est défrayé qu'avec l'accord de tous les partenaires : "
            "enregistrez d'abord cet accord pour l'année."
        )


@check
def renounce(advance: Advance, *, left: int) -> None:
    """What is left to pay of a contracted advance, no payment of it waiting."""
    if advance.status == AdvanceStatus.GRANTED:
        raise ActionDenied(
            "Cette avance attend encore sa convention : si l'entreprise n'en veut plus, notez "
            "l'abandon de son dossier."
        )
    if advance.status == AdvanceStatus.CANCELLED:
        raise ActionDenied("Cette avance est annulée : il n'en reste rien à verser.")
    if advance.payment_orders.filter(status=PaymentOrderStatus.PREPARED).exists():
        raise ActionDenied(
            "Un versement de cette avance attend d'être libéré : annulez d'abord cet ordre."
        )
    if not left:
        raise ActionDenied(
            "Tout ce qui restait à verser l'est : il n'y a rien à quoi renoncer sur cette avance."
        )


@check
def withdraw_agreement(agreement: AllowanceAgreement, *, used: int) -> None:
    """Until it serves: nothing was reimbursed on it, nor is asked."""
    if agreement.withdrawn_at is not None:
        raise ActionDenied("Cet accord est déjà retiré.")
    if used:
        raise ActionDenied(
            f"L'opérateur est défrayé de {format_euros(used)} en {agreement.year} sur cet accord : "
            "demandez d'abord l'annulation de ces écritures."
        )
    waiting = Authorization.objects.filter(
        kind=AuthorizationKind.ALLOWANCE,
        status=ReversalStatus.PROPOSED,
        value_on__year=agreement.year,
    )
    if waiting.exists():
        raise ActionDenied(
            f"Un défraiement de {agreement.year} attend le second signataire financier : "
            "qu'il le refuse d'abord."
        )


@check
def decide_authorization(authorization: Authorization, by: Person) -> None:
    """Once, and another person than the one who asked (SD10)."""
    if authorization.status != ReversalStatus.PROPOSED:
        raise ActionDenied(f"Cette demande est déjà {authorization.get_status_display().lower()}.")
    if authorization.proposed_by_id == by.pk:
        raise ActionDenied(
            "Cette opération est demandée par une personne et décidée par une autre."
        )
