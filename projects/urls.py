"""The addresses of the projects, under `/bassins/<slug>/dossiers/`."""

from django.urls import path

from projects.views import (
    attachments,
    contacts,
    diagnoses,
    diagnosis_judging,
    diagnosis_writing,
    drafts,
    file,
    lifecycle,
    listing,
    sections,
)

FILE = "<str:reference>/"
SECTION = f"{FILE}rubriques/<str:section>/"
PIECE = f"{FILE}pieces/<int:attachment_id>/"
DIAGNOSIS = f"{FILE}diagnostic/"

urlpatterns = [
    path("", listing.project_list, name="project_list"),
    path("nouveau/", contacts.project_create, name="project_create"),
    path(FILE, file.project_detail, name="project_detail"),
    path(f"{FILE}historique/", file.project_history, name="project_history"),
    path(f"{FILE}fiche/", lifecycle.project_sheet, name="project_sheet"),
    path(f"{FILE}sans-suite/", lifecycle.project_drop, name="project_drop"),
    path(f"{FILE}retrait/", lifecycle.project_withdraw, name="project_withdraw"),
    path(f"{FILE}bilan/", lifecycle.project_close, name="project_close"),
    path(f"{FILE}interruption/", lifecycle.project_interrupt, name="project_interrupt"),
    path(f"{FILE}reprendre/", lifecycle.project_resume, name="project_resume"),
    path(f"{FILE}a-mon-nom/", lifecycle.project_take_over, name="project_take_over"),
    path(SECTION, sections.project_section, name="project_section"),
    path(f"{SECTION}brouillon/", drafts.project_draft, name="project_draft"),
    path(f"{SECTION}abandonner/", drafts.project_draft_discard, name="project_draft_discard"),
    path(PIECE, attachments.attachment_download, name="attachment_download"),
    path(f"{PIECE}retirer/", attachments.attachment_remove, name="attachment_remove"),
    path(f"{PIECE}remettre/", attachments.attachment_restore, name="attachment_restore"),
    path(DIAGNOSIS, diagnoses.project_diagnosis, name="project_diagnosis"),
    path(f"{DIAGNOSIS}demander/", diagnoses.diagnosis_request, name="diagnosis_request"),
    path(f"{DIAGNOSIS}rediger/", diagnosis_writing.diagnosis_write, name="diagnosis_write"),
    path(f"{DIAGNOSIS}ouvrir/", diagnosis_writing.diagnosis_open, name="diagnosis_open"),
    path(f"{DIAGNOSIS}brouillon/", diagnosis_writing.diagnosis_draft, name="diagnosis_draft"),
    path(
        f"{DIAGNOSIS}abandonner/",
        diagnosis_writing.diagnosis_draft_discard,
        name="diagnosis_draft_discard",
    ),
    path(f"{DIAGNOSIS}valider/", diagnosis_judging.diagnosis_validate, name="diagnosis_validate"),
    path(
        f"{DIAGNOSIS}complement/",
        diagnosis_judging.diagnosis_complement,
        name="diagnosis_complement",
    ),
    path(f"{FILE}<slug:panel>/", file.project_panel, name="project_panel"),
]
