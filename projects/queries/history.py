"""Historique : the journal of one project in French sentences; rooms above add theirs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alize.accounts.models import Person
from alize.audit.models import AuditEvent
from projects.enums import ProjectStatus, Section
from projects.models import Project

SENTENCES: dict[str, str] = {
    "project.created": "Contact enregistré",
    "project.section_saved": "Rubrique « {section} » enregistrée",
    "project.attachment_added": "Pièce déposée",
    "project.attachment_removed": "Pièce retirée",
    "project.attachment_restored": "Pièce remise",
    "project.diagnosis_requested": "Diagnostic demandé",
    "project.diagnosis_reminded": "Rappel envoyé au prescripteur",
    "project.diagnosis_submitted": "Diagnostic rendu",
    "project.diagnosis_complement_asked": "Complément demandé au prescripteur",
    "project.diagnosis_validated": "Diagnostic validé : prêt pour le comité",
    "project.scheduled": "Inscrit à l'ordre du jour d'une séance",
    "project.unscheduled": "Retiré de l'ordre du jour",
    "project.decided": "Décision du comité : {outcome}",
    "project.conditions_lifted": "Conditions levées : agréé",
    "project.labelled": "Convention signée : l'entreprise est labellisée",
    "project.review_due": "Accompagnement à son terme : bilan à produire",
    "project.closed": "Bilan fait : accompagnement clos",
    "project.interrupted": "Accompagnement interrompu",
    "project.dropped": "Classé sans suite",
    "project.withdrawn": "Retrait enregistré",
    "project.resumed": "Dossier repris",
}


def describe(event_type: str, sentence: str) -> None:
    """Let a room above say in French what its event about a project was."""
    SENTENCES[event_type] = sentence


@dataclass(frozen=True)
class Line:
    """One event: what, by whom, when."""

    sentence: str
    who: str
    at: datetime


def history_of(project: Project) -> list[Line]:
    """The events of a project, the latest first; those without a sentence are technical."""
    events = list(
        AuditEvent.objects.filter(
            target_type=project._meta.label_lower,
            target_id=str(project.pk),
            type__in=SENTENCES,
        ).order_by("-sequence")
    )
    people = Person.objects.in_bulk({event.by_id for event in events if event.by_id})
    return [
        Line(
            SENTENCES[event.type].format_map(_words(event.facts)),
            people[event.by_id].full_name if event.by_id in people else "L'application",
            event.at,
        )
        for event in events
    ]


def _words(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts in words: codes become their labels."""
    words = dict(facts)
    if "section" in facts:
        words["section"] = Section(facts["section"]).label
    if "outcome" in facts:
        words["outcome"] = ProjectStatus(facts["outcome"]).label.lower()
    return words
