"""Takes a new company through the product's own operations, as far as one wants."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.core.files.base import ContentFile
from django.template.loader import render_to_string

from alize.accounts.models import Person
from alize.demo.story.plan import PlannedCompany, companies
from alize.demo.story.scene import THOUSAND, Scene, at
from alize.demo.story.vocabulary import WOMEN
from alize.documents import pdf
from partners.models import Contact
from projects import operations
from projects.enums import Category, ContractKind, FundingKind, JobNature, Opinion, Request, Section
from projects.models import Beneficiary, Project
from projects.operations.sections import FIELDS
from projects.queries import revision_of

FIRST_NUMBER = 5001
"""Numbers of companies that the past does not use."""

WHOLE = 5
"""All the sections that are filled in; the sixth holds the pieces."""


@dataclass
class Newcomers:
    """The companies that came lately; each call brings another one."""

    scene: Scene

    def __post_init__(self) -> None:
        random = Random(f"newcomers {self.scene.territory.slug}")  # noqa: S311 - a story
        known = set(Beneficiary.objects.values_list("name", flat=True))
        self._companies: Iterator[PlannedCompany] = (
            company
            for company in companies(self.scene.territory, random, first_number=FIRST_NUMBER)
            if company.name not in known
        )
        self._quote = pdf.render(render_to_string("demo/quote.html"))

    @property
    def operator(self) -> Person:
        return self.scene.people.operator

    def contact(self, on: date) -> tuple[Project, PlannedCompany]:
        """A company makes itself known."""
        company = next(self._companies)
        project = operations.create_contact(
            need=company.trade.needs[0],
            siret=company.siret,
            name=company.name,
            owner_name=" ".join(company.owner),
            owner_email=f"contact@entreprise-{company.siret[2:9]}.example",
            by=self.operator,
            at=at(on, 9),
        )
        return project, company

    def draft(self, on: date, *, sections: int = WHOLE, amount: int = 25) -> Project:
        """Its file is filled, section after section."""
        project, company = self.contact(on)
        for section, values, lines in self._sections(company, amount)[:sections]:
            project = operations.save_section(
                project_id=project.pk,
                section=section,
                values=values,
                lines=lines,
                revision=revision_of(project, section),
                by=self.operator,
                at=at(on + timedelta(days=1), 9),
            )
        if sections == WHOLE:
            operations.add_attachment(
                project_id=project.pk,
                file=ContentFile(self._quote),
                name="devis.pdf",
                label="Devis du fournisseur",
                by=self.operator,
                at=at(on + timedelta(days=1), 11),
            )
        return project

    def _sections(self, company: PlannedCompany, amount: int) -> list[tuple[Section, dict, list]]:
        trade = company.trade
        return [
            (
                Section.COMPANY,
                {
                    "name": company.name,
                    "siret": company.siret,
                    "legal_form": "SAS",
                    "activity": trade.activity,
                    "founded_on": company.founded_on,
                    "address": "12 rue de l'Avenir",
                    "postal_code": company.postal_code,
                    "town": company.town,
                },
                [],
            ),
            (
                Section.OWNER,
                {
                    "owner_name": " ".join(company.owner),
                    "owner_function": "Présidente" if company.owner[0] in WOMEN else "Président",
                    "owner_email": f"contact@entreprise-{company.siret[2:9]}.example",
                    "owner_phone": "04 00 00 00 00",
                    "owner_background": "Quinze ans dans le métier, dont huit à ce poste.",
                },
                [],
            ),
            (
                Section.PROJECT,
                {
                    "need": trade.needs[0],
                    "category": Category.GROWTH,
                    "request": Request.BOTH,
                    "description": f"{trade.needs[0]}. Le carnet de commandes est plein et les "
                    "délais s'allongent ; la banque suit à moitié.",
                    "skills_needed": ", ".join(trade.topics),
                    "days_asked": Decimal(5),
                    "amount_asked": amount * THOUSAND,
                    "is_shared": True,
                },
                [],
            ),
            (
                Section.JOBS,
                {"headcount": Decimal(12)},
                [
                    {
                        "nature": JobNature.CREATED,
                        "contract": ContractKind.PERMANENT,
                        "fte": Decimal(4),
                        "heads": 4,
                        "due_on": self.scene.today + timedelta(days=540),
                    }
                ],
            ),
            (
                Section.FUNDING,
                {
                    "other_schemes": "Prêt d'honneur étudié, trop modeste pour l'investissement.",
                    "why_alize": "Ni garantie à offrir, ni encadrement pour conduire le projet.",
                    "de_minimis_declared": True,
                },
                [
                    {
                        "kind": FundingKind.ALIZE,
                        "source": "ALIZE",
                        "amount": amount * THOUSAND,
                        "is_agreed": False,
                    },
                    {
                        "kind": FundingKind.BANK,
                        "source": "Banque de l'entreprise",
                        "amount": 2 * amount * THOUSAND,
                        "is_agreed": True,
                    },
                ],
            ),
        ]

    def ask_diagnosis(self, on: date, *, referrer: Person, due_on: date, amount: int = 25):
        """A member is asked for the diagnosis."""
        project = self.draft(on, amount=amount)
        return self.ask(project, on + timedelta(days=3), referrer=referrer, due_on=due_on)

    def ask(self, project: Project, on: date, *, referrer: Person, due_on: date):
        """A member is asked for the diagnosis of a file; asked before, another one is relieved."""
        contact = Contact.objects.get(person_id=referrer.pk)
        return operations.request_diagnosis(
            project_id=project.pk,
            contact_id=contact.pk,
            due_on=due_on,
            question="Le marché visé est-il assez large pour quatre embauches ?",
            by=self.operator,
            at=at(on, 9),
        )

    def diagnose(self, on: date, *, referrer: Person, amount: int = 25):
        """The member hands the diagnosis over."""
        diagnosis = self.ask_diagnosis(
            on, referrer=referrer, due_on=on + timedelta(days=18), amount=amount
        )
        moment = at(on + timedelta(days=9), 18)
        operations.save_diagnosis_draft(
            diagnosis_id=diagnosis.pk, values=_findings(), by=referrer, at=moment
        )
        return operations.submit_diagnosis(diagnosis_id=diagnosis.pk, by=referrer, at=moment)

    def ready(self, on: date, *, referrer: Person, amount: int = 25) -> Project:
        """The diagnosis is validated: the file may go to a meeting."""
        diagnosis = self.diagnose(on, referrer=referrer, amount=amount)
        moment: datetime = at(on + timedelta(days=11), 9)
        return operations.validate_diagnosis(diagnosis_id=diagnosis.pk, by=self.operator, at=moment)

    def lose_address(self, project: Project, on: date) -> None:
        """Its owner reads no mail: what the committee decides is given by hand."""
        owner = {name: getattr(project, name) for name in FIELDS[Section.OWNER]}
        operations.save_section(
            project_id=project.pk,
            section=Section.OWNER,
            values=owner | {"owner_email": ""},
            revision=revision_of(project, Section.OWNER),
            by=self.operator,
            at=at(on, 9),
        )


def _findings() -> dict[str, object]:
    return {
        "context": "Entreprise saine, bien tenue, connue de ses clients depuis dix ans.",
        "market": "Demande régionale en hausse ; deux concurrents, à plus de cent kilomètres.",
        "management": "Dirigeant expérimenté et entouré, encore seul sur la gestion.",
        "finances": "Rentabilité correcte, trésorerie tendue au deuxième trimestre.",
        "skills": "Organisation de l'atelier et suivi des coûts : cinq jours suffiront.",
        "jobs": "Quatre emplois crédibles sur dix-huit mois, dont un en alternance.",
        "risks": "Dépendance à un client qui pèse un tiers des ventes.",
        "project_rating": 4,
        "project_comment": "Projet clair, chiffré, déjà engagé.",
        "owner_rating": 4,
        "owner_comment": "Capable, à l'écoute.",
        "impact_rating": 3,
        "impact_comment": "Des emplois qualifiés dans la vallée.",
        "opinion": Opinion.FAVOURABLE,
    }
