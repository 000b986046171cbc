"""The sections of a file in words, as pages and documents show them."""

from collections.abc import Callable

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.money import NO_BREAK_SPACE, format_euros, format_number
from alize.common.phones import phone_url
from alize.common.screen import Attachment, Definition
from alize.common.words import grouped
from basins.homes import Visitor
from projects.enums import Section
from projects.models import FollowUpReview, Project
from projects.queries.company import company_of
from projects.queries.visibility import visible_to

KILO, MEGA = 1_000, 1_000_000


def facts_of(project: Project, section: Section) -> list[Definition]:
    """The fields of a section; its lines and its attachments are shown apart."""
    return _FACTS[section](project) if section in _FACTS else []


def _company(project: Project) -> list[Definition]:
    company = company_of(project)
    town = f"{company.postal_code} {company.town}".strip()
    facts = [
        Definition("Raison sociale", company.name),
        Definition("SIRET", grouped(company.siret), number=True),
        Definition("Forme juridique", company.legal_form),
        Definition("Activité", company.activity),
        Definition("Créée le", short_date(company.founded_on) if company.founded_on else ""),
        Definition("Adresse", ", ".join(filter(None, [company.address, town]))),
    ]
    if project.company:
        facts.append(
            Definition("Telle qu'à la fin du dossier, le", short_date(project.status_since))
        )
    return facts


def _owner(project: Project) -> list[Definition]:
    return [
        Definition("Nom", project.owner_name),
        Definition("Fonction", project.owner_function),
        Definition(
            "Adresse électronique",
            project.owner_email,
            f"mailto:{project.owner_email}" if project.owner_email else "",
        ),
        Definition("Téléphone", project.owner_phone, phone_url(project.owner_phone)),
        Definition("Parcours", project.owner_background),
    ]


def _project(project: Project) -> list[Definition]:
    amount, days = project.amount_asked, project.days_asked
    return [
        Definition("Besoin", project.need),
        Definition("Catégorie", project.get_category_display() if project.category else ""),
        Definition("Demande", project.get_request_display() if project.request else ""),
        Definition("Avance demandée", format_euros(amount) if amount else ""),
        Definition("Le projet", project.description),
        Definition("Compétences attendues", project.skills_needed),
        Definition("Jours demandés", f"{format_number(days)}{NO_BREAK_SPACE}j" if days else ""),
    ]


def asked_by_a_review(project: Project, visitor: Visitor) -> list[Definition]:
    """The review that asked for this file, for whoever sees the file it is of (R36)."""
    seen = visible_to(visitor).values("pk")
    asking = FollowUpReview.objects.filter(help_project=project, project__in=seen)
    review = asking.select_related("project").first()
    if review is None:
        return []
    url = basin_reverse("review_detail", review_id=review.pk)
    said = f"point M+{review.month} du dossier {review.project.reference}"
    return [Definition("Demandé au suivi", said, url)]


def _jobs(project: Project) -> list[Definition]:
    headcount = project.headcount
    said = "" if headcount is None else f"{format_number(headcount)}{NO_BREAK_SPACE}ETP"
    return [Definition("Effectif de référence", said)]


def _funding(project: Project) -> list[Definition]:
    return [
        Definition("Autres dispositifs", project.other_schemes),
        Definition("Pourquoi ALIZE ?", project.why_alize),
        Definition("Aides de minimis", "déclarées" if project.de_minimis_declared else ""),
    ]


_FACTS: dict[Section, Callable[[Project], list[Definition]]] = {
    Section.COMPANY: _company,
    Section.OWNER: _owner,
    Section.PROJECT: _project,
    Section.JOBS: _jobs,
    Section.FUNDING: _funding,
}


def attachments_of(project: Project) -> list[Attachment]:
    """The attachments kept, the latest first."""
    kept = project.attachments.filter(removed_at=None).select_related("file").order_by("-pk")
    return [
        Attachment(
            one.label,
            basin_reverse("attachment_download", reference=project.reference, attachment_id=one.pk),
            f"{one.file.name}, {size(one.file.size)}, déposé le {short_date(one.added_at)}",
        )
        for one in kept
    ]


def size(number_of_bytes: int) -> str:
    """« 1,2 Mo », « 280 ko »."""
    if number_of_bytes >= MEGA:
        tenths = round(number_of_bytes * 10 / MEGA)
        return f"{tenths // 10},{tenths % 10}{NO_BREAK_SPACE}Mo"
    return f"{max(number_of_bytes // KILO, 1)}{NO_BREAK_SPACE}ko"
