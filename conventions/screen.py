"""The head and the files of the page of a convention, for the roles of the visitor."""

from dataclasses import dataclass

from django.utils import timezone

from alize.common.dates import long_date
from alize.common.http import basin_reverse
from alize.common.screen import Action, Definition, Download, ObjectHeader
from basins.access import allows
from basins.enums import Role
from conventions import permissions, queries
from conventions.enums import ConventionStatus
from conventions.models import CooperationConvention
from funds.models import Advance

_NOW = {
    ConventionStatus.DRAFT: "Vérifiez les signataires, relisez le projet, puis gelez le texte.",
    ConventionStatus.FROZEN: "Recueillez les signatures sur l'exemplaire imprimé.",
    ConventionStatus.SIGNED: "L'accompagnement a commencé.",
    ConventionStatus.CANCELLED: "Cette convention est annulée : elle n'engage personne.",
}


@dataclass(frozen=True)
class ConventionScreen:
    """What the page of a convention shows around its signers."""

    header: ObjectHeader
    downloads: list[Download]
    facts: list[Definition]
    may_edit: bool
    rendering: bool
    """Frozen, and its PDF is being made."""


def convention_screen(
    convention: CooperationConvention, roles: frozenset[Role]
) -> ConventionScreen:
    """Gather the head, the files and the facts of a convention."""
    writes = allows(roles, "convention.write")
    return ConventionScreen(
        header=_header(convention, writes=writes),
        downloads=_downloads(convention, roles) if queries.reads_text(roles) else [],
        facts=_facts(convention, roles),
        may_edit=writes and permissions.edit.allows(convention),
        rendering=convention.frozen_at is not None and convention.document is None,
    )


def _page(name: str, convention: CooperationConvention) -> str:
    return basin_reverse(name, reference=convention.reference)


def _header(convention: CooperationConvention, *, writes: bool) -> ObjectHeader:
    status = ConventionStatus(convention.status)
    waits = status in {ConventionStatus.DRAFT, ConventionStatus.FROZEN}
    others = []
    if writes and permissions.cancel.allows(convention):
        others.append(Action("Annuler la convention", _page("convention_cancel", convention)))
    return ObjectHeader(
        name=convention.project.beneficiary.name,
        reference=f"Convention de coopération et développement {convention.reference}",
        status=queries.status_badge(convention),
        now=_NOW[status],
        holder=_holder(status) if waits else "",
        since=f"depuis le {long_date(queries.since(convention))}" if waits else "",
        action=_action(convention, status) if writes else None,
        others=others,
    )


def _holder(status: ConventionStatus) -> str:
    return "l'opérateur local" if status == ConventionStatus.DRAFT else "les signataires"


def _action(convention: CooperationConvention, status: ConventionStatus) -> Action | None:
    if status == ConventionStatus.DRAFT:
        return Action(
            "Geler le texte",
            _page("convention_freeze", convention),
            "lock",
            remaining=queries.remaining(convention),
        )
    if status == ConventionStatus.FROZEN:
        return Action(
            "Marquer comme signée hors de l'outil",
            _page("convention_signed", convention),
            "pen",
            remaining=queries.remaining(convention),
        )
    return None


def _downloads(convention: CooperationConvention, roles: frozenset[Role]) -> list[Download]:
    downloads = []
    if convention.document is not None:
        url = basin_reverse("document_download", document_id=convention.document.pk)
        downloads.append(Download("Convention", f"{url}?voir=1", "PDF", primary=True))
    elif convention.status == ConventionStatus.DRAFT and allows(roles, "convention.write"):
        preview = _page("convention_preview", convention)
        downloads.append(Download("Relire le projet", preview, "PDF, marqué « PROJET »"))
    if convention.scan is not None:
        scan = _page("convention_scan", convention)
        downloads.append(Download("Exemplaire signé", scan, "Fichier déposé"))
    return downloads


def _facts(convention: CooperationConvention, roles: frozenset[Role]) -> list[Definition]:
    project = convention.project
    facts = [
        Definition(
            "Dossier",
            project.reference,
            basin_reverse("project_detail", reference=project.reference),
        ),
        Definition(
            "Décision",
            f"{convention.decision.reference}, {long_date(convention.decision.decided_on)}",
        ),
        Definition("Prise d'effet", long_date(convention.starts_on)),
    ]
    if convention.payment_expected_on:
        facts.append(Definition("Versement attendu", long_date(convention.payment_expected_on)))
    if convention.frozen_at:
        facts.append(Definition("Texte gelé", long_date(timezone.localdate(convention.frozen_at))))
    if convention.signed_on:
        facts.append(Definition("Dernière signature", long_date(convention.signed_on)))
    advance = Advance.objects.filter(decision_id=convention.decision_id).first()
    if advance and allows(roles, "advance.read"):
        url = basin_reverse("advance_detail", reference=advance.reference)
        facts.append(Definition("Avance", advance.reference, url))
    return facts
