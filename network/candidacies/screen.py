"""The words of the page of a candidacy."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, long_datetime
from alize.common.money import format_euros
from alize.common.screen import (
    Action,
    Attachment,
    Badge,
    Definition,
    Download,
    Link,
    ObjectHeader,
    Progress,
    Tone,
)
from alize.common.words import grouped
from alize.seals.queries import is_sealed
from basins.enums import BasinStatus
from basins.models import Basin
from conventions.partnership_screen import Means, means_of
from conventions.rules.partnership import Gap
from network.candidacies import documents, permissions, queries, rules, spaces
from network.candidacies.cards import badge
from network.candidacies.enums import CandidacyStatus, NationalOutcome
from network.candidacies.forms import STAGES
from network.candidacies.models import Candidacy, CandidatePartner, NationalDecision
from network.candidacies.rules import Stage
from network.candidacies.spaces import Space, Stand
from network.candidacies.steps import address, progress

_OUTCOME_TONES: dict[str, Tone] = {
    NationalOutcome.ACCEPTED: "done",
    NationalOutcome.DEFERRED: "attention",
    NationalOutcome.REFUSED: "quiet",
}
_NOW = {
    CandidacyStatus.DRAFT: "Complétez les étapes, puis soumettez la candidature.",
    CandidacyStatus.SUBMITTED: "Le comité national se prononce ; enregistrez ensuite sa décision.",
    CandidacyStatus.REFUSED: "Le comité national a refusé ce territoire : tout est conservé ici.",
}
_HOLDERS = {
    CandidacyStatus.DRAFT: "ASTREES",
    CandidacyStatus.SUBMITTED: "le comité national",
}


@dataclass(frozen=True)
class Section:
    """One step that is typed on a page, and what it says."""

    key: str
    title: str
    url: str
    facts: list[Definition]


@dataclass(frozen=True)
class PartnerLine:
    """One partner of the candidacy."""

    name: str
    url: str
    facts: list[str]
    badge: Badge | None


@dataclass(frozen=True)
class DecisionLine:
    """One word of the national committee, with its papers."""

    title: str
    badge: Badge
    facts: list[Definition]
    papers: list[Attachment]


@dataclass(frozen=True)
class SpacePart:
    """Where the creation of the space stands, what to do when it failed, what comes next."""

    sentence: str
    tone: str = ""
    state_url: str = ""
    resume: Action | None = None
    done: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CandidacyScreen:
    """What the page of a candidacy shows."""

    header: ObjectHeader
    progress: Progress
    downloads: list[Download]
    territory: Section
    partners: list[PartnerLine]
    headcount: Badge
    add_partner: str
    operator: Section
    budget: Section
    means: Means | None
    decisions: list[DecisionLine]
    is_making: bool
    space: SpacePart | None


def candidacy_screen(candidacy: Candidacy, reader: Person, *, writes: bool) -> CandidacyScreen:
    """Gather the page of a candidacy."""
    gaps = queries.gaps(candidacy)
    edits = writes and permissions.edit.allows(candidacy)
    budget = queries.budget_of(candidacy)
    bodies = queries.bodies(candidacy)
    file = queries.document_of(candidacy)
    enough = rules.has_enough(bodies)
    return CandidacyScreen(
        header=_header(candidacy, gaps, reader, writes=writes),
        progress=progress(candidacy, gaps),
        downloads=_downloads(candidacy, is_issued=file is not None),
        territory=_section(candidacy, Stage.TERRITORY, _territory(candidacy), edits=edits),
        partners=[_partner(candidacy, one, edits=edits) for one in candidacy.partners.all()],
        headcount=Badge(rules.headcount(bodies), "done" if enough else "attention"),
        add_partner=address("candidate_partner_add", candidacy) if edits else "",
        operator=_section(candidacy, Stage.OPERATOR, _operator(candidacy), edits=edits),
        budget=_section(candidacy, Stage.BUDGET, _budget(candidacy), edits=edits),
        means=means_of(budget) if budget else None,
        decisions=[_decision(candidacy, one) for one in candidacy.decisions.all()],
        is_making=file is None
        and candidacy.status not in {CandidacyStatus.DRAFT, CandidacyStatus.WITHDRAWN},
        space=_space(candidacy, writes=writes),
    )


def _remaining(candidacy: Candidacy, gaps: Sequence[Gap]) -> list[Link]:
    """« Actions restantes », each where it is done."""
    return [Link(gap.label, _where(candidacy, gap)) for gap in gaps]


def _where(candidacy: Candidacy, gap: Gap) -> str:
    if gap.partner_id:
        return address("candidate_partner_edit", candidacy, partner_id=gap.partner_id)
    if gap.section == Stage.PARTNERS or gap.is_of_pledges:
        return f"{address('candidacy_detail', candidacy)}#partenaires"
    return address("candidacy_edit", candidacy, stage=gap.section)


def _space(candidacy: Candidacy, *, writes: bool) -> SpacePart | None:
    space = spaces.space_of(candidacy)
    resume = Action(
        "Relancer la création",
        address("candidacy_resume", candidacy),
        "arrow-repeat",
        post=True,
    )
    match space.stand:
        case Stand.NONE:
            return None
        case Stand.UNDER_WAY:
            return SpacePart(
                "L'espace du bassin est en cours de création.",
                state_url=address("candidacy_space", candidacy),
            )
        case Stand.FAILED:
            return SpacePart(_failure(space), tone="late", resume=resume if writes else None)
    name = queries.representative(candidacy)
    return SpacePart(
        "L'espace du bassin est ouvert.",
        done=[
            "Les partenaires, leurs contacts, leurs signataires et leurs engagements y sont "
            "repris.",
            _first_convention(candidacy.basin),
            f"{name} a reçu son invitation et la liste de ce qu'il faut préparer.",
        ],
    )


def _first_convention(basin: Basin) -> str:
    """Where the convention that installs the basin stands (R52)."""
    if basin.status == BasinStatus.INSTALLED:
        return "La première convention de partenariat est signée par tous : le bassin est installé."
    if basin.first_convention_on is not None:
        return (
            "La première convention de partenariat est signée par tous : elle installe le bassin "
            f"le {long_date(basin.first_convention_on)}."
        )
    return (
        "La première convention de partenariat y est en préparation : signée par tous, elle "
        "installe le bassin."
    )


def _failure(space: Space) -> str:
    times = "une fois" if space.attempts == 1 else f"{space.attempts} fois"
    return (
        f"La création de l'espace a échoué {times} ; elle reprend d'elle-même le "
        f"{long_datetime(space.next_at)}. Si cela se répète, prévenez l'assistance : rien n'est "
        "perdu."
    )


def _header(
    candidacy: Candidacy, gaps: Sequence[Gap], reader: Person, *, writes: bool
) -> ObjectHeader:
    status = CandidacyStatus(candidacy.status)
    is_open = candidacy.basin.status == BasinStatus.VALIDATED and bool(candidacy.basin.opened_at)
    due = ""
    if status == CandidacyStatus.SUBMITTED and candidacy.meeting_on:
        due = f"Comité national du {long_date(candidacy.meeting_on)}"
    return ObjectHeader(
        name=f"Bassin {candidacy.basin.name}",
        reference=f"Candidature {documents.reference_of(candidacy)}",
        status=badge(candidacy),
        now=_now(candidacy, reader),
        holder=_HOLDERS.get(status) or ("l'opérateur local" if is_open else ""),
        due=due,
        action=_action(candidacy, gaps, reader) if writes else _enter(candidacy),
        others=[Action("Retirer la candidature", address("candidacy_withdraw", candidacy))]
        if writes and permissions.withdraw.allows(candidacy)
        else [],
    )


def _now(candidacy: Candidacy, reader: Person) -> str:
    if candidacy.status == CandidacyStatus.SUBMITTED and candidacy.submitted_by_id == reader.pk:
        return (
            "Le comité national se prononce ; une autre personne d'ASTREES que vous enregistre "
            "ensuite sa décision."
        )
    return _NOW.get(CandidacyStatus(candidacy.status)) or _after(candidacy)


def _after(candidacy: Candidacy) -> str:
    if candidacy.withdrawn_at:
        day = long_date(timezone.localdate(candidacy.withdrawn_at))
        return f"Retirée le {day} : « {candidacy.withdrawal_reason} »"
    if candidacy.basin.status == BasinStatus.INSTALLED:
        return "Le bassin est installé : sa convention est signée par tous."
    if candidacy.basin.opened_at:
        return "Les partenaires complètent et signent leur première convention, dans leur espace."
    return "Le territoire est accepté : son espace se crée."


def _action(candidacy: Candidacy, gaps: Sequence[Gap], reader: Person) -> Action | None:
    if candidacy.status == CandidacyStatus.DRAFT:
        return Action(
            "Soumettre au comité national",
            address("candidacy_submit", candidacy),
            "send-check",
            remaining=_remaining(candidacy, gaps),
        )
    if permissions.decide.allows(candidacy, reader):
        url = address("candidacy_decide", candidacy)
        return Action("Enregistrer la décision", url, "check2-square")
    return _enter(candidacy)


def _enter(candidacy: Candidacy) -> Action | None:
    """Into the basin, once it has a space."""
    if candidacy.basin.opened_at is None:
        return None
    url = basin_reverse("convention_list", basin=candidacy.basin)
    return Action("Ouvrir le bassin", url, "box-arrow-in-right")


def _downloads(candidacy: Candidacy, *, is_issued: bool) -> list[Download]:
    url = address("candidacy_file", candidacy)
    if candidacy.status == CandidacyStatus.DRAFT:
        return [Download("Relire le dossier", url, "PDF, marqué « PROJET »", primary=True)]
    return [Download("Dossier de candidature", url, "PDF", primary=True)] if is_issued else []


def _section(
    candidacy: Candidacy, stage: Stage, facts: list[Definition], *, edits: bool
) -> Section:
    url = address("candidacy_edit", candidacy, stage=stage) if edits else ""
    return Section(stage, STAGES[stage].title, url, facts)


def _territory(candidacy: Candidacy) -> list[Definition]:
    basin = candidacy.basin
    return [
        Definition("Adresse", f"/bassins/{basin.slug}/"),
        Definition("Départements", ", ".join(basin.departments)),
        Definition("Communes", documents.communes(candidacy)),
        Definition("Type de territoire prioritaire", documents.priorities(candidacy)),
        Definition("Grandes entreprises", candidacy.large_companies),
        Definition("Tissu de PME", candidacy.small_companies),
        Definition("Implication des collectivités", candidacy.authorities),
    ]


def _partner(candidacy: Candidacy, partner: CandidatePartner, *, edits: bool) -> PartnerLine:
    total = sum(pledge.amount for pledge in partner.pledges.all())
    lacks = [
        label
        for said, label in (
            (partner.contact_last_name and partner.contact_email, "contact"),
            (partner.signatory_last_name and partner.signatory_email, "signataire"),
        )
        if not said
    ]
    return PartnerLine(
        name=partner.name,
        url=address("candidate_partner_edit", candidacy, partner_id=partner.pk) if edits else "",
        facts=[
            *filter(None, (str(partner.get_kind_display()), partner.group, partner.town)),
            f"{format_euros(total)} sur trois ans" if total else "aucun engagement",
        ],
        badge=Badge(f"Manque : {' et '.join(lacks)}", "attention") if lacks else None,
    )


def _operator(candidacy: Candidacy) -> list[Definition]:
    record = candidacy.consensus_record
    return [
        Definition("Structure", candidacy.operator_name),
        Definition("SIREN", grouped(candidacy.operator_siren)),
        Definition("Représentée par", queries.representative(candidacy)),
        Definition("Adresse électronique", candidacy.representative_email),
        Definition(
            "Accord du", long_date(candidacy.consensus_on) if candidacy.consensus_on else ""
        ),
        Definition(
            "Acte de l'accord",
            record.name if record else "",
            url=address("candidacy_record", candidacy) if record else "",
        ),
    ]


def _budget(candidacy: Candidacy) -> list[Definition]:
    return [
        Definition("Prise d'effet", long_date(candidacy.starts_on) if candidacy.starts_on else ""),
        Definition("Ingénierie locale par an", format_euros(candidacy.local_engineering)),
        Definition(
            "Défraiement par an",
            format_euros(candidacy.allowance) if candidacy.allowance else "Aucun",
        ),
        Definition("Commentaire", candidacy.budget_comment),
    ]


def _decision(candidacy: Candidacy, decision: NationalDecision) -> DecisionLine:
    url = address("candidacy_minutes", candidacy, decision_id=decision.pk)
    papers = [Attachment("Procès-verbal", url, decision.minutes.name)]
    document = queries.document_of(decision)
    if document is not None:
        paper = address("candidacy_decision", candidacy, decision_id=decision.pk)
        form = "PDF scellé" if is_sealed(document) else "PDF"
        papers.insert(0, Attachment("Décision du comité national", paper, form))
    facts = [
        Definition("Voix", documents.votes(decision)),
        Definition("Enregistrée le", long_date(timezone.localdate(decision.recorded_at))),
    ]
    if decision.reason:
        facts.insert(1, Definition("Motif", decision.reason))
    return DecisionLine(
        title=f"Séance du {long_date(decision.decided_on)}",
        badge=Badge(str(decision.get_outcome_display()), _OUTCOME_TONES[decision.outcome]),
        facts=facts,
        papers=papers,
    )
