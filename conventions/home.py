"""What the conventions have on the home page: to prepare, to finish, to have signed."""

from datetime import timedelta

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.screen import Badge, Todo
from alize.common.words import of
from basins.access import allows
from basins.homes import HomeParts, Visitor, room
from conventions import permissions as convention_permissions
from conventions import queries
from conventions.enums import AgreementStatus
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from conventions.models.partnership import Agreement
from conventions.permissions import is_lacking, is_void, waits_for_effect
from conventions.permissions.partnership import circuits_of, outrun
from conventions.permissions.partnership import waits_for_effect as agreement_waits
from conventions.queries import amended
from conventions.queries.partnership import (
    conventions_with_life,
    standing_badge,
    waits_for_renewal,
)
from conventions.queries.voiding import voids_to_decide
from funds.models import ScheduleVersion
from partners.queries import company_count
from partners.rules import FEWEST_COMPANIES, companies_note
from signatures.enums import ENDED, CircuitStatus

PATIENCE = timedelta(days=30)
"""A convention is expected to be signed within a month of the decision."""


@room
def conventions_room(visitor: Visitor) -> HomeParts:
    """The lines of the conventions, for the operator who prepares them."""
    parts = HomeParts()
    if allows(visitor.roles, "convention.void"):
        deciding = voids_to_decide(visitor.person, on=visitor.on)
        parts.todos += [(visitor.on, _void_line(one)) for one in deciding]
    if not allows(visitor.roles, "convention.write"):
        return parts
    for decision in queries.decisions_waiting(visitor):
        due = decision.decided_on + PATIENCE
        todo = Todo(
            f"Préparer la convention {of(decision.project.beneficiary.name)}",
            basin_reverse("convention_list"),
            "Préparer",
            context=f"{decision.get_outcome_display()} le {short_date(decision.decided_on)}",
            badge=_late(due, visitor),
        )
        parts.todos.append((due, todo))
    seen = queries.conventions_visible_to(visitor)
    open_ones = seen.filter(
        status__in=[AgreementStatus.DRAFT, AgreementStatus.FROZEN, AgreementStatus.SIGNING]
    )
    for convention in open_ones.select_related("decision"):
        _line(parts, convention, visitor)
    readable = set(seen.values_list("pk", flat=True))
    for text, signer in queries.lacking_texts(on=visitor.on):
        if _supported(text) not in {None, *readable}:
            continue
        label = f"Régulariser {_named(text)} : la signature {of(signer.name)} est écartée"
        parts.todos.append((visitor.on, Todo(label, _address(text), "Ouvrir")))
    founding = list(conventions_with_life().select_related("circuit", "operator_circuit"))
    lines = [_partnership_line(convention, visitor) for convention in founding]
    amendments = queries.amendments_visible_to(visitor).exclude(convention__status="CANCELLED")
    lines += [_amendment_line(one, visitor) for one in amendments]
    parts.todos += [(visitor.on + PATIENCE, line) for line in lines if line is not None]
    for convention, version in amended.schedules_to_sign(on=visitor.on):
        if convention.pk in readable:
            _schedule_line(parts, convention, version, visitor)
    if any(one.status == AgreementStatus.SIGNED for one in founding):
        note = companies_note(company_count(on=visitor.on))
        if note is not None and note.tone == "attention":
            todo = Todo(
                f"Réunir {FEWEST_COMPANIES} entreprises partenaires au moins",
                basin_reverse("partner_list"),
                "Voir",
                context=note.sentence,
            )
            parts.todos.append((visitor.on, todo))
    return parts


def _void_line(convention: CooperationConvention) -> Todo:
    return Todo(
        f"Décider d'annuler la convention {of(convention.project.beneficiary.name)}",
        basin_reverse("convention_void", reference=convention.reference),
        "Décider",
        context=convention.void_reason,
    )


def _supported(text: CooperationConvention | Agreement) -> int | None:
    """The cooperation convention that a text is, or changes; none of a founding text."""
    if isinstance(text, CooperationConvention):
        return text.pk
    return getattr(text, "cooperation_id", None)


def _named(text: CooperationConvention | Agreement) -> str:
    """« la convention de Scierie du Lac », « l'avenant n° 2 »."""
    if isinstance(text, CooperationConvention):
        return f"la convention {of(text.project.beneficiary.name)}"
    if isinstance(text, PartnershipConvention):
        return f"la {str(text).lower()}"
    return f"l'{str(text).lower()}"


def _address(text: CooperationConvention | Agreement) -> str:
    if isinstance(text, CooperationConvention):
        return basin_reverse("convention_detail", reference=text.reference)
    if isinstance(text, PartnershipConvention):
        return basin_reverse("partnership_detail", convention_id=text.pk)
    return basin_reverse("amendment_detail", amendment_id=text.pk)


def _line(parts: HomeParts, convention: CooperationConvention, visitor: Visitor) -> None:
    url = basin_reverse("convention_detail", reference=convention.reference)
    due = convention.decision.decided_on + PATIENCE
    label = _asks(convention, visitor)
    if label:
        parts.todos.append((due, Todo(label, url, "Ouvrir", badge=_late(due, visitor))))


def _asks(convention: CooperationConvention, visitor: Visitor) -> str:
    """What a convention asks of the operator; one being signed is followed with its circuit."""
    company = convention.project.beneficiary.name
    if convention.status == AgreementStatus.DRAFT:
        return f"Terminer la convention {of(company)}"
    if convention_permissions.outrun(convention):
        return f"Revoir la convention {of(company)}"
    if convention.status == AgreementStatus.FROZEN:
        return f"Faire signer la convention {of(company)}"
    circuit = convention.circuit
    if circuit is not None and is_lacking(circuit):
        return f"Rouvrir ou annuler la convention {of(company)}"
    if circuit is not None and circuit.status in ENDED:
        return f"Relancer ou annuler la convention {of(company)}"
    if waits_for_effect(convention, visitor.on):
        return f"Donner son effet à la convention {of(company)}"
    if circuit is not None and circuit.status == CircuitStatus.SEALED and is_void(convention):
        return f"Annuler la convention {of(company)}"
    return ""


def _partnership_line(convention: PartnershipConvention, visitor: Visitor) -> Todo | None:
    """A draft to finish, a text to have signed, a term that comes with nothing to follow."""
    url = basin_reverse("partnership_detail", convention_id=convention.pk)
    name = str(convention).lower()
    todo = _agreement_todo(convention, f"la {name}", url, visitor)
    if todo:
        return todo
    if waits_for_renewal(convention, on=visitor.on):
        badge = standing_badge(convention, on=visitor.on)
        return Todo(f"Renouveler la {name}", url, "Voir", badge=badge)
    return None


def _amendment_line(amendment: Amendment, visitor: Visitor) -> Todo | None:
    url = basin_reverse("amendment_detail", amendment_id=amendment.pk)
    if amendment.cooperation:
        convention = f"convention {of(amendment.supporting.project.beneficiary.name)}"
    else:
        convention = str(amendment.founding).lower()
    name = f"l'{str(amendment).lower()} à la {convention}"
    return _agreement_todo(amendment, name, url, visitor)


def _schedule_line(
    parts: HomeParts, convention: CooperationConvention, version: ScheduleVersion, visitor: Visitor
) -> None:
    """A plan of the committee to have signed: by a new amendment, or by the draft there is."""
    decided_on = version.decision.decided_on if version.decision else version.effective_on
    context = f"{version.get_reason_display()}, accepté par le comité le {short_date(decided_on)}"
    waiting = amended.under_way(convention)
    if waiting is None:
        page = basin_reverse("cooperation_amendment_create", reference=convention.reference)
        url, action = f"{page}?echeancier={version.pk}", "Préparer l'avenant"
    elif waiting.status == AgreementStatus.DRAFT:
        url = basin_reverse("amendment_edit", amendment_id=waiting.pk)
        action = "Compléter l'avenant"
        context += f" ; l'{str(waiting).lower()}, en préparation, peut le porter"
    else:
        url = basin_reverse("amendment_detail", amendment_id=waiting.pk)
        action = "Voir l'avenant"
        context += f" ; l'{str(waiting).lower()} est à signer d'abord"
    label = f"Faire signer le nouvel échéancier {of(convention.project.beneficiary.name)}"
    due = decided_on + PATIENCE
    todo = Todo(label, url, action, context=context, badge=_late(due, visitor))
    parts.todos.append((due, todo))


def _agreement_todo(agreement: Agreement, name: str, url: str, visitor: Visitor) -> Todo | None:
    """A text to go on with, or to look at again when it may be signed no more."""
    outrun_by = outrun(agreement, visitor.on)
    asked = "Revoir" if outrun_by else _agreement_asks(agreement)
    return Todo(f"{asked} {name}", url, "Ouvrir", context=outrun_by) if asked else None


def _agreement_asks(agreement: Agreement) -> str:
    """What a text asks of the operator; one being signed is followed with its circuits."""
    if agreement_waits(agreement):
        return "Donner son effet à"
    if agreement.status == AgreementStatus.SIGNING:
        circuits = circuits_of(agreement)
        if is_lacking(*circuits):
            return "Rouvrir ou annuler"
        over = any(circuit.status in ENDED for circuit in circuits)
        return "Relancer ou annuler" if over else ""
    return _ASKS.get(AgreementStatus(agreement.status), "")


_ASKS = {AgreementStatus.DRAFT: "Terminer", AgreementStatus.FROZEN: "Faire signer"}


def _late(due, visitor: Visitor) -> Badge | None:
    return Badge("En retard", "late") if due < visitor.on else None
