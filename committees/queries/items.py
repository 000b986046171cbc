"""What a member reads of one file: the proposal, then the synthesis."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.money import format_euros, format_number
from alize.common.screen import Attachment, Badge, Definition, Tone
from basins.homes import Visitor
from committees import wording
from committees.models import AgendaItem, Ballot
from projects.diagnosis_screen import CRITERIA, TEXTS, ratings_of
from projects.enums import JobNature, Opinion
from projects.models import Attachment as Piece
from projects.models import Beneficiary, PreliminaryDiagnosis, Project
from projects.queries.company import company_of
from projects.queries.visibility import reads_whole

OPINION_TONES: dict[Opinion, Tone] = {
    Opinion.FAVOURABLE: "done",
    Opinion.RESERVED: "attention",
    Opinion.UNFAVOURABLE: "late",
}
DETAILS = [(label, name) for label, name in TEXTS if name != "risks"]
"""What follows the synthesis, where the risks stand already."""


def proposal_lines(item: AgendaItem, last: Ballot | None) -> list[str]:
    """The words of the proposal: those frozen by its ballot, else as they are drafted."""
    draft = item.proposals.filter(ballot=None).order_by("-pk").first()
    if draft is not None:
        return wording.proposal_text(draft).splitlines()
    return last.proposal_text.splitlines() if last else []


def ask_of(item: AgendaItem) -> list[Definition]:
    """What the company asks for, beside the proposal being worded."""
    if item.approval is not None:
        return [
            Definition("Demande", str(item.get_matter_display())),
            Definition("Avance", format_euros(item.approval.amount), number=True),
            Definition(
                "Accordée par",
                item.approval.reference,
                url=basin_reverse("decision_detail", reference=item.approval.reference),
            ),
        ]
    project = item.project
    return [
        Definition("Besoin", project.need),
        Definition("Avance demandée", format_euros(project.amount_asked))
        if project.amount_asked
        else Definition("Avance demandée"),
        Definition(
            "Jours demandés", format_number(project.days_asked) if project.days_asked else ""
        ),
    ]


@dataclass(frozen=True)
class Synthesis:
    """Synthèse d'un dossier : what a member needs to vote, one page, the essential first (C2)."""

    facts: list[Definition]
    funding: list[tuple[str, str, bool]]
    ratings: list[tuple[str, Badge, str]] = field(default_factory=list)
    """The answer to each of the three criteria (R13)."""
    risks: str = ""
    opinion: Badge | None = None
    referrer: str = ""
    diagnosis: list[tuple[str, str]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reading_minutes: int = 1


@dataclass(frozen=True)
class Reading:
    """What a file takes to read, at two hundred words a minute, and who wrote its diagnosis."""

    minutes: int = 1
    referrer: str = ""


def readings_of(projects: Sequence[Project]) -> dict[int, Reading]:
    """The reading of each file."""
    words = {project.pk: len(project.description.split()) for project in projects}
    names = [*(name for _, name in TEXTS), *(f"{name}_comment" for _, name in CRITERIA)]
    diagnoses = PreliminaryDiagnosis.objects.filter(
        project__in=list(words), validated_at__isnull=False
    ).select_related("referrer")
    referrers = {}
    for diagnosis in diagnoses:
        texts = (getattr(diagnosis, name) for name in names)
        words[diagnosis.project_id] += sum(len(text.split()) for text in texts)
        referrers[diagnosis.project_id] = str(diagnosis.referrer)
    return {
        project: Reading(max(1, round(count / 200)), referrers.get(project, ""))
        for project, count in words.items()
    }


def company_read(item: AgendaItem) -> Beneficiary:
    """The company of a file as the committee read it when it decided; before, as it stands."""
    decision = item.decision
    return company_of(item.project, decision.company if decision else None)


def synthesis_of(item: AgendaItem, visitor: Visitor) -> Synthesis | None:
    """The one page; None for whoever reads the card of a file only.

    Of a file that was decided, the company is as the committee read it.
    """
    if not reads_whole(visitor):
        return None
    project = item.project
    diagnosis = (
        PreliminaryDiagnosis.objects.filter(project=project, validated_at__isnull=False)
        .select_related("referrer", "partner")
        .first()
    )
    parts = [(label, getattr(diagnosis, name)) for label, name in DETAILS] if diagnosis else []
    parts = [(label, text) for label, text in parts if text]
    return Synthesis(
        facts=_facts(project, company_read(item)),
        funding=[
            (line.source, format_euros(line.amount), line.is_agreed)
            for line in project.funding_lines.order_by("pk")
        ],
        ratings=ratings_of(diagnosis) if diagnosis else [],
        risks=diagnosis.risks if diagnosis else "",
        opinion=_opinion(diagnosis) if diagnosis else None,
        referrer=f"{diagnosis.referrer} ({diagnosis.partner})" if diagnosis else "",
        diagnosis=parts,
        attachments=[
            Attachment(piece.label, _piece_url(project, piece.pk), short_date(_day(piece)))
            for piece in project.attachments.filter(removed_at=None).order_by("pk")
        ],
        reading_minutes=readings_of([project])[project.pk].minutes,
    )


def _opinion(diagnosis: PreliminaryDiagnosis) -> Badge:
    tone = OPINION_TONES.get(Opinion(diagnosis.opinion), "neutral")
    return Badge(f"Avis {diagnosis.get_opinion_display().lower()}", tone)


def _facts(project: Project, company: Beneficiary) -> list[Definition]:
    jobs = project.job_forecasts.order_by().values("nature").annotate(total=Sum("fte"))
    planned = {row["nature"]: row["total"] for row in jobs}
    facts = [
        Definition("Demande", wording.ask(project.amount_asked, project.days_asked), number=True),
        Definition("Emplois à créer", _jobs(planned.get(JobNature.CREATED)), number=True),
        Definition("Emplois à maintenir", _jobs(planned.get(JobNature.RETAINED)), number=True),
        Definition(
            "Effectif de référence",
            f"{format_number(project.headcount)} ETP" if project.headcount else "",
            number=True,
        ),
        Definition("Activité", company.activity),
        Definition("Commune", company.town),
        Definition("Dirigeant", project.owner_name),
        Definition("Catégorie", project.get_category_display()),
    ]
    return [fact for fact in facts if fact.value]


def _piece_url(project: Project, attachment_id: int) -> str:
    return basin_reverse(
        "attachment_download", reference=project.reference, attachment_id=attachment_id
    )


def _day(piece: Piece) -> date:
    return timezone.localdate(piece.added_at)


def _jobs(total: Decimal | None) -> str:
    return f"{format_number(total)} ETP" if total else ""
