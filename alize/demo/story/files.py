"""Writes a file of the past: company, project, jobs, funding, diagnosis."""

from datetime import date, timedelta

from alize.common.dates import add_months
from alize.demo.story.plan import PlannedProject
from alize.demo.story.scene import THOUSAND, Scene, at
from alize.demo.story.vocabulary import WOMEN
from committees.models import Seat
from projects.enums import (
    SUPPORT_MONTHS,
    Category,
    ContractKind,
    FundingKind,
    JobNature,
    Opinion,
    Origin,
    ProjectStatus,
    Request,
)
from projects.models import (
    AnnualAccounts,
    Beneficiary,
    FundingLine,
    JobForecast,
    PreliminaryDiagnosis,
    Project,
)

BALANCE = (
    "Le projet est mené à son terme : l'atelier tourne, les embauches prévues sont faites ou en "
    "cours. Les journées des partenaires ont servi ; l'entreprise sait qui appeler."
)


def write_file(scene: Scene, planned: PlannedProject) -> Project:
    """The company, its project, its figures and its diagnosis."""
    contacted = planned.decided_on - timedelta(days=scene.random.randint(55, 90))
    beneficiary = _write_company(planned, today=scene.today)
    referrer = scene.random.choice(scene.seats)
    follow_up = scene.random.choice(scene.seats) if planned.approved else None
    project = _write_project(scene, planned, beneficiary, follow_up, contacted_on=contacted)
    _write_figures(planned, project)
    _write_diagnosis(scene, planned, project, referrer)
    return project


def _write_company(planned: PlannedProject, *, today: date) -> Beneficiary:
    company, decided = planned.company, planned.decided_on
    beneficiary = Beneficiary.objects.create(
        siret=company.siret,
        name=company.name,
        legal_form="SARL",
        activity=company.trade.activity,
        founded_on=company.founded_on,
        postal_code=company.postal_code,
        town=company.town,
    )
    AnnualAccounts.objects.bulk_create(
        AnnualAccounts(beneficiary=beneficiary, year=year, turnover=value * THOUSAND)
        for year, value in (
            (decided.year, planned.turnover),
            (decided.year + 3, planned.turnover_later),
        )
        if year < today.year
    )
    return beneficiary


def _write_project(
    scene: Scene,
    planned: PlannedProject,
    beneficiary: Beneficiary,
    follow_up: Seat | None,
    *,
    contacted_on: date,
) -> Project:
    company = planned.company
    return Project.objects.create(
        reference=scene.next_reference(contacted_on.year),
        beneficiary=beneficiary,
        **_status(planned, today=scene.today, waits=scene.waits_for_its_balance(company.siret)),
        need=planned.need,
        origin=scene.random.choice(Origin.values),
        contacted_on=contacted_on,
        operator=scene.people.operator,
        owner_name=" ".join(company.owner),
        owner_function="Gérante" if company.owner[0] in WOMEN else "Gérant",
        owner_email=f"contact@entreprise-{company.siret[2:9]}.example",
        category=scene.random.choice([Category.GROWTH] * 3 + [Category.TAKEOVER]),
        request=Request.BOTH if planned.days else Request.ADVANCE,
        description=f"{planned.need}. L'entreprise emploie {planned.headcount} personnes "
        f"à {company.town} et refuse des commandes faute de moyens.",
        skills_needed=", ".join(topic for _, _, topic in planned.days),
        days_asked=sum(days for _, days, _ in planned.days),
        amount_asked=planned.amount * THOUSAND,
        headcount=planned.headcount,
        why_alize="Trop petite pour les dispositifs nationaux, sans garantie à donner.",
        follow_up_partner=follow_up and follow_up.partner,
        follow_up_lead=follow_up and follow_up.holder,
        ready_on=planned.decided_on - timedelta(days=20),
    )


def _write_figures(planned: PlannedProject, project: Project) -> None:
    """The jobs to create, and who pays for it all."""
    JobForecast.objects.create(
        project=project,
        nature=JobNature.CREATED,
        contract=ContractKind.PERMANENT,
        fte=planned.jobs_planned,
        heads=planned.jobs_planned,
        due_on=add_months(planned.decided_on, 24),
    )
    FundingLine.objects.bulk_create(
        FundingLine(
            project=project, kind=kind, source=source, amount=amount * THOUSAND, is_agreed=True
        )
        for kind, source, amount in (
            (FundingKind.ALIZE, "ALIZE", planned.amount),
            (FundingKind.BANK, "Banque de l'entreprise", planned.amount * 2),
            (FundingKind.OWN, "Apport", planned.amount),
        )
    )


def _write_diagnosis(
    scene: Scene, planned: PlannedProject, project: Project, referrer: Seat
) -> None:
    decided = planned.decided_on
    PreliminaryDiagnosis.objects.create(
        project=project,
        referrer=referrer.holder,
        partner=referrer.partner,
        asked_at=at(decided - timedelta(days=45)),
        asked_by=scene.people.operator,
        due_on=decided - timedelta(days=30),
        submitted_at=at(decided - timedelta(days=32)),
        validated_at=at(decided - timedelta(days=20)),
        validated_by=scene.people.operator,
        context=f"{planned.company.trade.activity}, {planned.headcount} salariés.",
        market="Carnet de commandes plein pour six mois, clients régionaux fidèles.",
        management=f"{project.owner_name} dirige l'entreprise depuis sa création.",
        risks="Dépendance à deux clients.",
        project_rating=4 if planned.approved else 2,
        project_comment="Un projet prêt." if planned.approved else "Le marché reste à démontrer.",
        owner_rating=4,
        owner_comment="Le dirigeant connaît son métier et s'entoure bien.",
        impact_rating=3,
        impact_comment=f"{planned.jobs_planned} emplois à créer en deux ans.",
        opinion=Opinion.FAVOURABLE if planned.approved else Opinion.RESERVED,
    )


def support_ends_on(planned: PlannedProject) -> date:
    """The day from which the balance of an approved file is due."""
    return add_months(_labelled_on(planned), SUPPORT_MONTHS)


def _labelled_on(planned: PlannedProject) -> date:
    return planned.decided_on + timedelta(days=25)


def _status(planned: PlannedProject, *, today: date, waits: bool) -> dict[str, object]:
    if not planned.approved:
        return {"status": ProjectStatus.REJECTED, "status_since": planned.decided_on}
    labelled_on, ended_on = _labelled_on(planned), support_ends_on(planned)
    closed_on = add_months(ended_on, 1)
    if closed_on < today and not waits:
        return {
            "status": ProjectStatus.CLOSED,
            "status_since": closed_on,
            "labelled_on": labelled_on,
            "closed_on": closed_on,
            "balance": BALANCE,
        }
    status, since = ProjectStatus.LABELLED, labelled_on
    if ended_on < today:
        status, since = ProjectStatus.REVIEW_DUE, ended_on
    return {"status": status, "status_since": since, "labelled_on": labelled_on}
