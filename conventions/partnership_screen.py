"""The page of a partnership convention, for the roles of the visitor."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from alize.common.addresses import basin_reverse
from alize.common.charts import Profile, profile
from alize.common.dates import long_date
from alize.common.money import format_euros, format_number
from alize.common.screen import Action, Badge, Definition, Download, Link, ObjectHeader
from alize.common.words import listed
from alize.drafting.enums import TextKind
from basins.access import allows
from basins.enums import Role
from conventions.badges import amendment_line
from conventions.documents import agreements as documents
from conventions.documents.parties import COLLEGES, signer_lines
from conventions.documents.partnership import PROFILE_TITLE, RESOURCES, comment, shares
from conventions.enums import UNLAUNCHED, AgreementStatus
from conventions.models import Amendment, PartnershipConvention
from conventions.models.partnership import Agreement
from conventions.partnership_forms import SECTIONS
from conventions.partnership_means import Given, given
from conventions.permissions import LACKING, is_contested, is_lacking, unsettled
from conventions.permissions import partnership as permissions
from conventions.queries import partnership as queries
from conventions.queries.lists import OUTRUN
from conventions.queries.parties import local_operators
from conventions.queries.texts import text_news
from conventions.rules.budget import Budget
from conventions.rules.partnership import ALERTS, Capacity, Standing, months_left
from partners.rules import Headcount, companies_note
from signatures.enums import ENDED

NOW = {
    Standing.DRAFT: "Complétez les pages, relisez le projet, puis gelez le texte.",
    Standing.FROZEN: "Lancez la signature : chacun reçoit son lien, ou signe sur papier.",
    Standing.SIGNING: "Chacun signe à son tour ; les relances partent d'elles-mêmes.",
    Standing.UPCOMING: "Signée par tous, elle prend effet à sa date.",
    Standing.EXPIRED: "Elle est arrivée à son terme : préparez son renouvellement.",
    Standing.RENEWED: "Une autre convention lui a succédé.",
    Standing.CANCELLED: "Cette convention est annulée : elle n'engage personne.",
}

REOPEN = "Rouvrir le texte"
CONTESTED = "Une signature est contestée : ASTREES y donne suite avant que ce texte prenne effet."
EFFECT_LEFT = "Tous ont signé ; il reste à donner son effet à ce texte."
PROJECT, WORDS = "PDF, marqué « PROJET »", "Traitement de texte, .docx"
"""The detail of a download: of a draft, and of a copy for lawyers."""


@dataclass(frozen=True)
class Section:
    """One page of a draft, and what it says."""

    title: str
    url: str
    facts: list[Definition]


@dataclass(frozen=True)
class Means:
    """The means of three years by origin, and their profile beside the reference (annex 1)."""

    years: tuple[int, ...]
    rows: list[tuple[str, list[str], str]]
    totals: list[str]
    total: str
    profile: Profile
    comment: str


def means_of(budget: Budget) -> Means:
    """What `conventions/partnership/means.html` shows of a budget."""
    return Means(
        years=budget.years,
        rows=[
            (
                RESOURCES[kind],
                [format_euros(one) for one in amounts],
                format_euros(sum(amounts)),
            )
            for kind, amounts in budget.resources.items()
        ],
        totals=[format_euros(one) for one in budget.totals],
        total=format_euros(budget.total),
        profile=profile(shares(budget), title=PROFILE_TITLE, label="Promis"),
        comment=comment(budget),
    )


@dataclass(frozen=True)
class PartnershipScreen:
    """What the page of a partnership convention shows."""

    header: ObjectHeader
    note: Headcount | None
    sections: list[Section]
    means: Means
    signers: list[dict[str, Any]]
    circuits: list[Link]
    downloads: list[Download]
    amendments: list[tuple[Amendment, str, Badge]]
    amend: Action | None
    is_making: bool
    given: Given | None


def partnership_screen(
    convention: PartnershipConvention, roles: frozenset[Role], *, on: date
) -> PartnershipScreen:
    """Gather the page of a convention, read on a day."""
    writes = allows(roles, "convention.write")
    signing = convention.snapshot or {}
    return PartnershipScreen(
        header=_header(convention, writes=writes, on=on),
        note=companies_note(queries.company_count(convention, on=on)),
        sections=_sections(convention, may_edit=writes and permissions.edit.allows(convention)),
        means=means_of(queries.budget_of(convention)),
        signers=signing.get("signers") or signer_lines(queries.signing(convention, on=on)),
        circuits=_circuits(convention, roles),
        downloads=_downloads(convention, roles),
        amendments=[amendment_line(one, on=on) for one in convention.amendments.all()],
        amend=_amend(convention, on=on) if writes else None,
        is_making=is_making(convention),
        given=given(convention, on=on) if allows(roles, "fund.read") else None,
    )


def _page(name: str, convention: PartnershipConvention) -> str:
    return basin_reverse(name, convention_id=convention.pk)


def _header(convention: PartnershipConvention, *, writes: bool, on: date) -> ObjectHeader:
    standing = queries.standing_of(convention, on=on)
    outrun, others = permissions.outrun(convention, on), []
    if writes and permissions.reopen.allows(convention):
        url = _page("partnership_reopen", convention)
        others.append(Action(REOPEN, url, "unlock", post=True))
    if writes and permissions.cancel.allows(convention):
        others.append(Action("Annuler la convention", _page("partnership_cancel", convention)))
    return ObjectHeader(
        name=str(convention),
        reference=queries.reference_of(convention),
        status=OUTRUN if outrun else queries.standing_badge(convention, on=on),
        now=outrun or _now(convention, standing, on=on),
        holder=_holder(standing),
        due=f"Terme le {long_date(convention.ends_on)}",
        action=_action(convention, standing, on=on) if writes else None,
        others=others,
    )


def _now(convention: PartnershipConvention, standing: Standing, *, on: date) -> str:
    """What comes next: for what is in force, the convention that prepares to follow it."""
    if standing == Standing.SIGNING:
        return signing_now(convention, "la convention")
    may_change = queries.may_change(convention, on=on)
    held = unsettled(*permissions.circuits_of(convention), may_change=may_change)
    if convention.status == AgreementStatus.SIGNED and held:
        return held if may_change else f"{NOW.get(standing, '')} {held}".lstrip()
    if standing == Standing.DRAFT:
        news = text_news(TextKind.PARTNERSHIP, TextKind.OPERATOR, on=on)
        return f"{NOW[standing]} {news}".rstrip()
    next_one = [one for one in convention.renewals.all() if one.status != AgreementStatus.CANCELLED]
    if standing not in NOW and next_one:
        return f"La convention n° {next_one[0].number} se prépare pour la suite."
    return NOW.get(standing, "Ses engagements courent jusqu'à son terme.")


def signing_now(agreement: Agreement, what: str) -> str:
    """What comes next of a text being signed; `what` is given up when nobody signs any more."""
    if permissions.waits_for_effect(agreement):
        return EFFECT_LEFT
    circuits = permissions.circuits_of(agreement)
    if is_contested(*circuits):
        return CONTESTED
    if is_lacking(*circuits):
        return LACKING
    for circuit in circuits:
        if circuit.status in ENDED:
            return (
                f"{circuit.get_status_display()} : lancez une nouvelle signature, rouvrez le "
                f"texte pour le corriger, ou annulez {what}."
            )
    return NOW[Standing.SIGNING]


def _holder(standing: Standing) -> str:
    if standing in {Standing.DRAFT, Standing.FROZEN, Standing.EXPIRED}:
        return "l'opérateur local"
    return "les signataires" if standing == Standing.SIGNING else ""


def _action(convention: PartnershipConvention, standing: Standing, *, on: date) -> Action | None:
    if standing == Standing.DRAFT:
        url = _page("partnership_freeze", convention)
        remaining = documents.remaining_of(convention, on=on)
        return Action("Geler le texte", url, "lock", remaining=remaining)
    if permissions.launch.allows(convention, on):
        return Action("Lancer la signature", _page("partnership_launch", convention), "pen")
    if permissions.waits_for_effect(convention):
        url = _page("partnership_conclude", convention)
        return Action("Donner son effet", url, "check2")
    if standing == Standing.SIGNING and convention.circuit:
        url = basin_reverse("circuit_detail", circuit_id=convention.circuit.pk)
        return Action("Suivre la signature", url, "pen")
    if permissions.renew.allows(convention, on) and _is_late(convention, standing, on=on):
        return Action("Renouveler", _page("partnership_renew", convention), "arrow-repeat")
    return None


def _is_late(convention: PartnershipConvention, standing: Standing, *, on: date) -> bool:
    """From twelve months before the term on (M23)."""
    near = months_left(convention.ends_on, on=on) <= ALERTS[0]
    return standing == Standing.EXPIRED or near


def _sections(convention: PartnershipConvention, *, may_edit: bool) -> list[Section]:
    return [
        Section(
            form.title,
            basin_reverse("partnership_edit", convention_id=convention.pk, section=key)
            if may_edit
            else "",
            _FACTS[key](convention),
        )
        for key, form in SECTIONS.items()
    ]


def _partners_facts(convention: PartnershipConvention) -> list[Definition]:
    """By college, in the order of the document."""
    names: dict[Capacity, list[str]] = {college: [] for college in COLLEGES}
    for partner in convention.partners.all():
        names[Capacity(partner.kind)].append(partner.name)
    return [
        Definition(f"{COLLEGES[college]} ({len(found)})", ", ".join(found))
        for college, found in names.items()
        if found
    ]


def _objectives_facts(convention: PartnershipConvention) -> list[Definition]:
    return [
        Definition("Du", long_date(convention.starts_on)),
        Definition("Au", long_date(convention.ends_on)),
        Definition("Signée le", signed_words(convention) or "Non signée"),
        Definition("Territoire", convention.territory),
        Definition("Emplois", format_number(convention.jobs_target), number=True),
        Definition("Projets", format_number(convention.projects_target), number=True),
        Definition("Séances", format_number(convention.meetings_target), number=True),
        Definition("Objectifs propres au bassin", convention.specific_objectives),
    ]


def signed_words(agreement: Agreement) -> str:
    """« 15 mai 2018, Préfecture, Chambéry »: when it was signed and, after a ceremony, where."""
    if agreement.signed_on is None:
        return ""
    place = f", {agreement.signed_at_place}" if agreement.signed_at_place else ""
    return f"{long_date(agreement.signed_on)}{place}"


def _employment_facts(convention: PartnershipConvention) -> list[Definition]:
    return [
        Definition("Structures d'insertion", convention.insertion),
        Definition("Demandeurs les plus éloignés de l'emploi", convention.distant_jobseekers),
        Definition("Alternance entre entreprises", convention.alternation),
        Definition("Service public de l'emploi", convention.employment_service),
        Definition("Dispositifs existants", convention.schemes),
    ]


def _governance_facts(convention: PartnershipConvention) -> list[Definition]:
    operators = listed([one.name for one in local_operators()])
    return [
        Definition("Préside le comité local", str(convention.chair) if convention.chair else ""),
        Definition("Dans le texte", convention.chaired_by),
        Definition("Opérateur local", operators),
        Definition(
            "Défraiement par an",
            format_euros(convention.allowance) if convention.allowance else "Aucun",
        ),
    ]


def _budget_facts(convention: PartnershipConvention) -> list[Definition]:
    return [
        Definition("Ingénierie locale par an", format_euros(convention.local_engineering)),
        Definition("Commentaire", convention.budget_comment),
    ]


_FACTS = {
    "partenaires": _partners_facts,
    "objectifs": _objectives_facts,
    "emploi": _employment_facts,
    "gouvernance": _governance_facts,
    "budget": _budget_facts,
}


def _circuits(convention: PartnershipConvention, roles: frozenset[Role]) -> list[Link]:
    if not allows(roles, "signature.read"):
        return []
    both = (
        ("Signature de la convention", convention.circuit),
        ("Signature de la convention d'opérateur", convention.operator_circuit),
    )
    return [
        Link(label, basin_reverse("circuit_detail", circuit_id=circuit.pk))
        for label, circuit in both
        if circuit is not None
    ]


def _downloads(convention: PartnershipConvention, roles: frozenset[Role]) -> list[Download]:
    writes, found = allows(roles, "convention.write"), []
    preview = _page("partnership_preview", convention)
    if convention.status in UNLAUNCHED and writes:
        found = [
            Download("Relire le projet", preview, PROJECT, primary=True),
            Download("Relire l'annexe 3", f"{preview}?texte=operateur", PROJECT),
        ]
    for label, document, circuit in (
        ("Convention", convention.document, convention.circuit),
        ("Convention d'opérateur local", convention.operator_document, convention.operator_circuit),
    ):
        if document and circuit:
            found.append(download(label, document, circuit))
    if writes and permissions.copy.allows(convention):
        copy = _page("partnership_docx", convention)
        found.append(Download("Copie pour les juristes", copy, WORDS))
        found.append(
            Download("Copie de l'annexe 3 pour les juristes", f"{copy}?texte=operateur", WORDS)
        )
    return found


def download(label: str, document: Any, circuit: Any) -> Download:
    """The sealed text once all have signed it, else the frozen one."""
    sealed = circuit.sealed_document if circuit else None
    url = basin_reverse("document_download", document_id=(sealed or document).pk)
    return Download(
        label, f"{url}?voir=1", "PDF scellé, avec ses preuves" if sealed else "PDF", primary=True
    )


def _amend(convention: PartnershipConvention, *, on: date) -> Action | None:
    if not permissions.begin_founding_amendment.allows(convention, on):
        return None
    return Action("Préparer un avenant", _page("amendment_create", convention), "plus-lg")


def is_making(agreement: Agreement) -> bool:
    """Whether a frozen text is still being laid out."""
    return agreement.frozen_at is not None and agreement.document is None
