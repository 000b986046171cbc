"""What may be done with one project; the role is judged before, by the matrix of the basins."""

from collections.abc import Sequence

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from projects.enums import EDITABLE, ENDED, PROJECT_TRANSITIONS, SUPPORTED, ProjectStatus, Section
from projects.models import PreliminaryDiagnosis, Project
from projects.owing import owed_by


@check
def edit_section(project: Project, section: str) -> None:
    """Who the company is may change as long as somebody works with it, and who runs it as long as
    it owes something; what it asks, until the project stands on an agenda.
    """
    if project.status in ENDED and not (section == Section.OWNER and owed_by(project)):
        raise ActionDenied("Ce dossier est terminé : ses rubriques ne se modifient plus.")
    if section not in {Section.COMPANY, Section.OWNER} and project.status not in EDITABLE:
        raise ActionDenied(
            f"Ce dossier est au stade « {project.get_status_display()} » : "
            "cette rubrique ne se modifie plus."
        )


@check
def request_diagnosis(project: Project, *, unfinished: Sequence[str]) -> None:
    """Ask for the preliminary diagnosis, or ask somebody else while the first has not answered."""
    if project.status not in {ProjectStatus.DRAFTING, ProjectStatus.DIAGNOSIS}:
        raise ActionDenied("Le diagnostic se demande pendant le montage du dossier.")
    if unfinished:
        raise ActionDenied(f"Complétez d'abord : {', '.join(unfinished)}.")
    if any(d.submitted_at for d in project.diagnoses.under_way()):
        raise ActionDenied("Le diagnostic est déjà rendu : lisez-le, puis validez-le.")


@check
def write_diagnosis(by: Person, diagnosis: PreliminaryDiagnosis) -> None:
    """Fill in and hand over the diagnosis: the referrer who was asked, nobody else (C6)."""
    if diagnosis.referrer_id != by.pk:
        raise ActionDenied("Seul le prescripteur de ce dossier remplit son diagnostic.")
    if diagnosis.cancelled_at and diagnosis.project.status == ProjectStatus.WITHDRAWN:
        raise ActionDenied("Ce dossier est retiré : son diagnostic n'est plus à faire.")
    if diagnosis.cancelled_at:
        raise ActionDenied("Ce diagnostic a été confié à quelqu'un d'autre.")
    if diagnosis.submitted_at:
        raise ActionDenied("Ce diagnostic est rendu : il ne se modifie plus.")


@check
def judge_diagnosis(diagnosis: PreliminaryDiagnosis) -> None:
    """Validate a diagnosis or ask for more: once it is handed over, and once only."""
    if diagnosis.cancelled_at or not diagnosis.submitted_at:
        raise ActionDenied("Ce diagnostic n'est pas encore rendu.")
    if diagnosis.validated_at:
        raise ActionDenied("Ce diagnostic est déjà validé.")


@check
def take_over(project: Project, *, keeper: Person | None) -> None:
    """Answer for a file that nobody keeps: as long as there is something to answer for."""
    if keeper is not None:
        raise ActionDenied(f"Ce dossier est suivi par {keeper}, qui est opérateur ici.")
    if project.status in {ProjectStatus.REJECTED, ProjectStatus.WITHDRAWN, ProjectStatus.DROPPED}:
        raise ActionDenied("Ce dossier est terminé : personne n'a plus à le suivre.")


@check
def label(project: Project) -> None:
    """Start the follow-up: somebody must lead it (R35)."""
    if project.follow_up_lead_id is None:
        raise ActionDenied("Désignez le mandataire de ce dossier avant de le labelliser.")


@check
def resume(project: Project) -> None:
    """Take up again what the committee sent back, or what was dropped."""
    if project.status not in {
        ProjectStatus.DEFERRED,
        ProjectStatus.EXTRA_DIAGNOSIS,
        ProjectStatus.REJECTED,
        ProjectStatus.DROPPED,
    }:
        raise ActionDenied("Ce dossier n'attend pas d'être repris.")


@check
def drop(project: Project) -> None:
    """Classer sans suite : before anything was asked of the committee."""
    if project.status not in {ProjectStatus.CONTACT, ProjectStatus.DRAFTING}:
        raise ActionDenied("Ce dossier ne se classe plus sans suite : enregistrez un retrait.")


@check
def withdraw(project: Project) -> None:
    """Enregistrer un retrait : once the company has asked for something, until it is supported.

    On an agenda, it is the committee's room that records it, so that the minutes say it.
    """
    if project.status == ProjectStatus.SCHEDULED:
        raise ActionDenied(
            "Ce dossier est à l'ordre du jour d'une séance : enregistrez son retrait depuis "
            "la page de la séance."
        )
    if not PROJECT_TRANSITIONS.allows(project.status, ProjectStatus.WITHDRAWN):
        raise ActionDenied("Ce dossier ne se retire plus à ce stade.")


@check
def close_support(project: Project) -> None:
    """Clore : once the months of support are over (R35)."""
    if project.status == ProjectStatus.LABELLED:
        raise ActionDenied(
            "L'accompagnement de cette entreprise n'est pas à son terme : son dossier se clôt "
            "ensuite, ou s'interrompt."
        )
    if project.status != ProjectStatus.REVIEW_DUE:
        raise ActionDenied("Cette entreprise n'est pas accompagnée : il n'y a rien à clore.")


@check
def interrupt_support(project: Project) -> None:
    """Interrompre : as long as the company is supported."""
    if project.status not in SUPPORTED:
        raise ActionDenied("Cette entreprise n'est pas accompagnée : il n'y a rien à interrompre.")
