"""The sections of a file: progress, hints, two people at once, drafts, attachments."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.documents.vetting import UploadRefused
from projects import operations, queries
from projects.enums import ProjectStatus, Section
from projects.models import Beneficiary, Draft, Project
from projects.screen import facts_of
from tests.builders import at, make_partner, make_project, put
from tests.projects.conftest import (
    COMPANY,
    FUNDING,
    FUNDING_LINES,
    JOB_LINES,
    JOBS,
    OWNER,
    PROJECT,
    png,
)


def done(project) -> int:
    project.refresh_from_db()
    return sum(not one.missing for one in queries.sections_of(project))


def test_the_progress_goes_from_nothing_to_six(complete):
    assert done(complete) == 6


def test_a_new_contact_lacks_everything_but_what_was_said(project):
    missing = {one.section: one.missing for one in queries.sections_of(project)}
    assert missing[Section.COMPANY] == ("l'activité", "le code postal", "la commune")
    assert missing[Section.OWNER] == ("le nom du dirigeant", "une adresse ou un téléphone")
    assert missing[Section.ATTACHMENTS] == ("une pièce au moins",)


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ({"request": "ADVANCE", "amount_asked": None}, ("le montant de l'avance",)),
        ({"request": "SKILLS", "skills_needed": ""}, ("les compétences attendues",)),
        ({"request": "ADVANCE", "skills_needed": ""}, ()),
        ({"request": "SKILLS", "amount_asked": None}, ()),
    ],
)
def test_what_is_missing_follows_what_is_asked(complete, save, asked, missing):
    save(complete, Section.PROJECT, PROJECT | asked)
    complete.refresh_from_db()
    filled = {one.section: one.missing for one in queries.sections_of(complete)}
    assert filled[Section.PROJECT] == missing


def test_a_start_up_needs_no_number_yet(complete, save):
    save(complete, Section.COMPANY, COMPANY | {"siret": ""})
    assert done(complete) == 5
    save(complete, Section.PROJECT, PROJECT | {"category": "START_UP"})
    assert done(complete) == 6


def test_saving_a_first_section_starts_the_file(project, save):
    assert project.status == ProjectStatus.CONTACT
    save(project, Section.OWNER, OWNER)
    project.refresh_from_db()
    assert project.status == ProjectStatus.DRAFTING
    assert project.status_since == date(2026, 1, 6)


def test_save_section_replaces_its_lines(complete, save):
    save(complete, Section.FUNDING, FUNDING, [FUNDING_LINES[0] | {"amount": 100}] * 2)
    assert [line.amount for line in complete.funding_lines.all()] == [100, 100]
    assert complete.job_forecasts.get().fte == Decimal("2")


def test_save_section_changes_only_its_own_fields(project, save):
    save(project, Section.JOBS, JOBS | {"status": "APPROVED"}, JOB_LINES)
    project.refresh_from_db()
    assert project.status == ProjectStatus.DRAFTING


def test_two_people_in_one_section_are_told_and_nothing_is_lost(project, save, colleague):
    save(project, Section.OWNER, OWNER)
    save(
        project, Section.OWNER, OWNER | {"owner_phone": "1"}, by=colleague, at=at(2026, 1, 6, 14, 2)
    )
    with pytest.raises(
        operations.SectionChanged,
        match="Karim Benali a modifié cette rubrique à 14\u00a0h\u00a002\\.",
    ) as refused:
        save(project, Section.OWNER, OWNER | {"owner_phone": "2"}, revision=1)
    project.refresh_from_db()
    assert project.owner_phone == "1"
    save(project, Section.OWNER, OWNER | {"owner_phone": "2"}, revision=refused.value.revision)
    project.refresh_from_db()
    assert project.owner_phone == "2"


def test_the_files_of_one_company_share_its_section(project, save, operator, colleague):
    other = make_project(beneficiary=project.beneficiary, reference="2026-SAV-200")
    save(project, Section.COMPANY, COMPANY)
    save(other, Section.COMPANY, COMPANY | {"town": "Aix"}, by=colleague, at=at(2026, 1, 6, 14, 2))
    with pytest.raises(operations.SectionChanged) as refused:
        save(project, Section.COMPANY, COMPANY | {"activity": "Vente"}, revision=1)
    assert refused.value.reason == (
        "Karim Benali a modifié cette rubrique à 14\u00a0h\u00a002 depuis le dossier "
        "2026-SAV-200 de la même entreprise."
    )
    stored = Beneficiary.objects.get()
    assert (stored.town, stored.activity) == ("Aix", "Affinage")
    save(project, Section.COMPANY, COMPANY | {"activity": "Vente"}, revision=refused.value.revision)
    stored.refresh_from_db()
    assert (stored.town, stored.activity, stored.revision) == ("Chambéry", "Vente", 3)


def test_one_person_in_two_tabs_is_told_too(project, save):
    save(project, Section.COMPANY, COMPANY, at=at(2026, 1, 6, 14, 2))
    with pytest.raises(
        operations.SectionChanged,
        match="Vous avez modifié cette rubrique le mardi 6 janvier 2026 à 14\u00a0h\u00a002 "
        "depuis un autre onglet ou un autre appareil",
    ):
        save(project, Section.COMPANY, COMPANY | {"town": "Aix"}, revision=0, at=at(2026, 1, 8))


def test_a_section_sent_twice_is_saved_once(project, save):
    for section, values in ((Section.COMPANY, COMPANY), (Section.OWNER, OWNER)):
        for _ in range(2):
            save(project, section, values, revision=0)
    project.refresh_from_db()
    assert (project.beneficiary.revision, project.revision) == (1, 1)


def test_lines_sent_twice_are_written_once_and_others_are_refused(complete, save):
    lines = [FUNDING_LINES[0] | {"amount": 100}]
    before = reread(complete).revision
    for _ in range(2):
        save(complete, Section.FUNDING, FUNDING, lines, revision=before)
    assert reread(complete).revision == before + 1
    with pytest.raises(operations.SectionChanged):
        save(complete, Section.FUNDING, FUNDING, [], revision=before)


def test_a_file_that_ended_shows_the_company_of_its_end(project, save, operator):
    other = make_project(beneficiary=project.beneficiary)
    save(project, Section.COMPANY, COMPANY)
    operations.withdraw(project_id=project.pk, reason="Renonce", by=operator, at=at(2026, 1, 7))
    moved = COMPANY | {"town": "Aix", "founded_on": date(2025, 1, 1)}
    save(other, Section.COMPANY, moved)

    def shown(one) -> tuple[str, date]:
        company = queries.company_of(Project.objects.get(pk=one.pk))
        return company.town, company.founded_on

    assert shown(project) == ("Chambéry", date(2009, 4, 1))
    assert shown(other) == ("Aix", date(2025, 1, 1))
    facts = {fact.term: fact.value for fact in facts_of(reread(project), Section.COMPANY)}
    assert facts["Adresse"] == "12 rue des Alpes, 73000 Chambéry"
    assert facts["Telle qu'à la fin du dossier, le"] == "07/01/2026"
    assert "Telle qu'à la fin du dossier, le" not in {
        fact.term for fact in facts_of(reread(other), Section.COMPANY)
    }


def test_a_file_taken_up_again_shows_the_company_of_today(project, save, operator):
    save(project, Section.COMPANY, COMPANY)
    operations.drop(project_id=project.pk, reason="Sans suite", by=operator, at=at(2026, 1, 7))
    assert reread(project).company["town"] == "Chambéry"
    operations.resume(project_id=project.pk, by=operator, at=at(2026, 1, 8))
    assert reread(project).company == {}


def reread(project) -> Project:
    return Project.objects.get(pk=project.pk)


def test_two_people_in_two_sections_do_not_meet(project, save, colleague):
    save(project, Section.OWNER, OWNER, revision=0)
    save(project, Section.JOBS, JOBS, JOB_LINES, revision=0, by=colleague)
    assert project.job_forecasts.count() == 1


def test_what_the_committee_judges_is_closed_once_scheduled(complete, save):
    put(complete, ProjectStatus.SCHEDULED)
    with pytest.raises(ActionDenied, match="ne se modifie plus"):
        save(complete, Section.PROJECT, PROJECT)
    save(complete, Section.OWNER, OWNER)


def test_nothing_changes_in_a_file_that_ended(complete, save):
    put(complete, ProjectStatus.WITHDRAWN)
    with pytest.raises(ActionDenied, match="terminé"):
        save(complete, Section.OWNER, OWNER)


def test_a_draft_is_kept_as_typed_until_the_section_is_saved(project, save, operator, colleague):
    for text in ("22 000,5", "22 000,555"):
        operations.save_draft(
            project_id=project.pk,
            form=Section.PROJECT,
            data={"amount_asked": [text]},
            by=operator,
            at=at(),
        )
    operations.save_draft(
        project_id=project.pk, form=Section.PROJECT, data={}, by=colleague, at=at()
    )
    assert Draft.objects.get(person_id=operator.pk).data == {"amount_asked": ["22 000,555"]}
    save(project, Section.PROJECT, PROJECT)
    assert [draft.person_id for draft in Draft.objects.all()] == [colleague.pk]


# -- Hints ----------------------------------------------------------------------------------------
def states(project, savoie) -> list[str]:
    project.refresh_from_db()
    return [hint.state for hint in queries.hints_of(project, basin=savoie, on=date(2026, 3, 12))]


def test_hints_are_good_for_an_older_company_of_the_basin(complete, savoie):
    assert states(complete, savoie) == ["good", "good", "good", "good"]


def test_hints_never_know_what_was_not_said(project, savoie):
    assert states(project, savoie)[:3] == ["unknown", "unknown", "watch"]


def test_hints_watch_a_young_company_elsewhere_with_an_honour_loan(complete, save, savoie):
    save(
        complete,
        Section.COMPANY,
        COMPANY | {"founded_on": date(2025, 1, 1), "postal_code": "38000"},
    )
    save(complete, Section.FUNDING, FUNDING, [FUNDING_LINES[0] | {"kind": "HONOUR_LOAN"}])
    assert states(complete, savoie) == ["watch", "watch", "good", "watch"]
    save(complete, Section.PROJECT, PROJECT | {"request": "SKILLS"})
    assert states(complete, savoie)[3] == "good"


def test_partners_of_the_same_group_are_found_through_their_group(complete):
    own = make_partner(siren=COMPANY["siret"][:9])
    assert queries.partners_of_same_group(complete) == {own.pk}
    make_partner(siren="552081317")
    assert queries.partners_of_same_group(complete) == {own.pk}


# -- Attachments ----------------------------------------------------------------------------------
def add(project, operator, file, name):
    return operations.add_attachment(
        project_id=project.pk, file=file, name=name, label="", by=operator, at=at()
    )


def test_an_attachment_is_removed_and_put_back(complete, operator):
    attachment = complete.attachments.get()
    operations.remove_attachment(attachment_id=attachment.pk, by=operator, at=at())
    assert done(complete) == 5
    operations.restore_attachment(attachment_id=attachment.pk, by=operator, at=at())
    assert done(complete) == 6
    events = AuditEvent.objects.filter(type__startswith="project.attachment")
    assert [event.type for event in events] == [
        "project.attachment_added",
        "project.attachment_removed",
        "project.attachment_restored",
    ]


def test_an_attachment_takes_the_name_of_its_file(project, operator):
    assert add(project, operator, png(), "comptes 2025.png").label == "comptes 2025.png"


def test_html_named_as_a_pdf_is_refused(project, operator):
    page = ContentFile(b"<html><script>alert(1)</script></html>")
    with pytest.raises(UploadRefused, match="son contenu n'en est pas un"):
        add(project, operator, page, "comptes.pdf")
    assert not project.attachments.exists()


def test_a_file_of_twenty_megabytes_is_refused(project, operator):
    heavy = ContentFile(b"%PDF-" + b"0" * 20_000_000)
    with pytest.raises(UploadRefused, match="dépasse 15 Mo"):
        add(project, operator, heavy, "plan.pdf")
