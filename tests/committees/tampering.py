"""What is changed in what a committee has kept, and what is then said of it (S35).

Of each change: the table whose triggers are off, the statement, and the words that name it.
"""

from tests.committees.tampering_votes import PROPOSAL

OTHER = "(SELECT id FROM committees_meeting WHERE status = 'PLANNED')"
MINUTES = "Procès-verbal de la séance 2026-01"
MEETING = "Séance 2026-01 : la présidence, le lieu, la forme ou les heures ont changé"
FORGED = (
    "INSERT INTO documents_generateddocument (kind, reference, version, title, is_draft, as_of, "
    "target_type, target_id, file_name, content_type, key, size, sha256, source_sha256, "
    "template_version, created_at, created_by_id) SELECT kind, reference, 9, title, false, as_of, "
    "target_type, target_id, file_name, content_type, 'forged', size, repeat('c', 64), "
    "source_sha256, template_version, created_at + interval '1 day', created_by_id "
    "FROM documents_generateddocument WHERE id = (SELECT document_id FROM committees_minutes)"
)
TAMPERED = {
    "a decision invented": (
        "committees_decision",
        "INSERT INTO {} (reference, project_id, item_id, outcome, label, decided_on, amount, days, "
        "reason, redirection, pieces_awaited, expert, company, reopening_reason, "
        "letter_to_hand_over, recorded_by_id) "
        "SELECT '2026-SAV-D099', project_id, item_id, 'WITHDRAWN', '', decided_on, 0, 0, 'Fin', "
        "'', '', '', '{{}}', '', false, notified_by_id FROM committees_decision "
        "ORDER BY id LIMIT 1",
        ("Décision 2026-SAV-D099 (Menuiserie Perrin) : la décision n'est pas au journal",),
    ),
    "a rectification invented": (
        "committees_rectification",
        "INSERT INTO {} (decision_id, field, before, after, reason, rectified_at, rectified_by_id) "
        "SELECT id, 'Avance accordée', '1 €', '2 €', 'Frappe', notified_at, notified_by_id "
        "FROM committees_decision WHERE reference = '2026-SAV-D001'",
        ("Décision 2026-SAV-D001 (Menuiserie Perrin) : la décision ou ses conditions ont changé",),
    ),
    "a decision renamed": (
        "committees_decision",
        "UPDATE {} SET label = 'Favorable' WHERE id = (SELECT min(id) FROM committees_decision)",
        ("Décision 2026-SAV-D001 (Menuiserie Perrin) : la décision ou ses conditions ont changé",),
    ),
    "a decision lapsed": (
        "committees_decision",
        "UPDATE {} SET lapsed_at = notified_at WHERE reference = '2026-SAV-D001'",
        ("Décision 2026-SAV-D001 (Menuiserie Perrin) : la caducité n'est pas au journal",),
    ),
    "a condition lifted": (
        "committees_condition",
        "UPDATE {} SET proof = 'Vu', lifted_at = now(), lifted_by_id = "
        "(SELECT min(notified_by_id) FROM committees_decision)",
        ("Décision 2026-SAV-D002 (Laiterie du Val) : la levée de la condition n°", "ajoutée"),
    ),
    "an amount raised": (
        "committees_decision",
        "UPDATE {} SET amount = amount + 100 WHERE id = (SELECT min(id) FROM committees_decision)",
        ("Décision 2026-SAV-D001 (Menuiserie Perrin) : la décision ou ses conditions ont changé",),
    ),
    "an outcome turned round": (
        "committees_decision",
        "UPDATE {} SET outcome = 'APPROVED' WHERE outcome = 'REJECTED'",
        ("Décision 2026-SAV-D006 (Boulangerie Miège) : la décision ne suit pas le résultat",),
    ),
    "a condition softened": (
        "committees_condition",
        "UPDATE {} SET kind = 'FOLLOWED'",
        ("Décision 2026-SAV-D002 (Laiterie du Val) : la décision ou ses conditions ont changé",),
    ),
    "a decision removed": (
        "committees_decision",
        "DELETE FROM {} WHERE outcome = 'REJECTED'",
        ("Journal : la décision n°", "a été supprimé de la base"),
    ),
    "a presence invented": (
        "committees_attendance",
        "INSERT INTO {} (meeting_id, seat_id, person_id, is_remote, is_lost, arrived_at, left_at) "
        "SELECT meeting_id, (SELECT max(id) FROM committees_seat), person_id, false, false, "
        "arrived_at, left_at FROM committees_attendance LIMIT 1",
        ("Séance 2026-01 : les présences", "a été ajoutée depuis la clôture"),
    ),
    "a departure forgotten": (
        "committees_attendance",
        "UPDATE {} SET left_at = (SELECT max(left_at) FROM committees_attendance)",
        ("Séance 2026-01 : les présences ou les suspensions ont changé",),
    ),
    "minutes rewritten": (
        "committees_minutes",
        "UPDATE {} SET narrative = 'Rien.'",
        ("Procès-verbal de la séance 2026-01 : le texte ou les signatures ont changé",),
    ),
    "what was said of a file rewritten": (
        "committees_agendaitem",
        "UPDATE {} SET narrative = 'Rien.' WHERE rank = 1",
        ("Procès-verbal de la séance 2026-01 : le texte ou les signatures ont changé",),
    ),
    "a guest given another capacity": (
        "committees_guest",
        "UPDATE {} SET capacity = 'banque'",
        ("Procès-verbal de la séance 2026-01 : le texte ou les signatures ont changé",),
    ),
    "minutes approved": (
        "committees_minutes",
        "UPDATE {} SET approved_at = signed_at, approved_by_id = signed_by_id, "
        "approved_in_id = meeting_id, approval = 'TACIT'",
        ("Procès-verbal de la séance 2026-01 : l'approbation n'est pas au journal",),
    ),
    "a remark invented": (
        "committees_minutesremark",
        "INSERT INTO {} (minutes_id, text, made_at, made_by_id) SELECT id, 'Rien.', signed_at, "
        "signed_by_id FROM committees_minutes",
        ("Procès-verbal de la séance 2026-01 : la remarque n°", "n'est pas au journal"),
    ),
    "minutes reopened": (
        "committees_minutes",
        "UPDATE {} SET status = 'DRAFT', narrative = 'Rien.'",
        ("Procès-verbal 2026-01 : un procès-verbal signé a été rouvert",),
    ),
    "minutes removed": (
        "committees_minutes",
        "DELETE FROM {}",
        ("Journal : le procès-verbal n°",),
    ),
    "a forged document pointed at": (
        "committees_minutes",
        f"WITH forged AS ({FORGED} RETURNING id) UPDATE {{}} SET document_id = forged.id "
        "FROM forged",
        (
            f"{MINUTES} : le document n'est pas celui que dit le journal",
            f"{MINUTES} : le document n'est pas au journal : ajouté",
        ),
    ),
    "a forged document beside": (
        "documents_generateddocument",
        FORGED,
        (f"{MINUTES} : un document (pv, version 9) n'est pas au journal : ajouté",),
    ),
    "the document taken away": (
        "committees_minutes",
        "UPDATE {} SET document_id = NULL",
        (f"{MINUTES} : le document n'est pas celui que dit le journal",),
    ),
    "the document said to be about something else": (
        "documents_generateddocument",
        "UPDATE {} SET target_id = '0' WHERE id = (SELECT document_id FROM committees_minutes)",
        (f"{MINUTES} : le document porte sur autre chose",),
    ),
    "the document given another number": (
        "documents_generateddocument",
        "UPDATE {} SET version = 7 WHERE id = (SELECT document_id FROM committees_minutes)",
        (f"{MINUTES} : le document n'a plus la nature ou le numéro du journal",),
    ),
    "the document removed": (
        "documents_generateddocument",
        "DELETE FROM {} WHERE id = (SELECT document_id FROM committees_minutes)",
        ("Journal : le document n°",),
    ),
    "another sealed document put in its place": (
        "documents_generateddocument",
        "UPDATE {} SET sha256 = repeat('b', 64) WHERE kind = 'pv-scelle'",
        (f"{MINUTES} : le document scellé n'a plus l'empreinte du journal",),
    ),
    "the annex taken away": (
        "committees_minutes",
        "UPDATE {} SET annex_id = NULL",
        (f"{MINUTES} : l'annexe n'est pas celle que dit le journal",),
    ),
    "minutes moved to another meeting": (
        "committees_minutes",
        f"UPDATE {{}} SET meeting_id = {OTHER}",
        ("Procès-verbal de la séance 2026-02 : le texte ou les signatures ont changé",),
    ),
    "a proof replaced": (
        "committees_condition",
        "UPDATE {} SET proof = 'Rien' WHERE proof <> ''",
        ("Décision 2026-SAV-D002 (Laiterie du Val) : le justificatif de la condition n°",),
    ),
    "a second convocation invented": (
        "committees_meeting",
        f"UPDATE {{}} SET second_of_id = {OTHER} WHERE status = 'HELD'",
        (MEETING,),
    ),
    "a meeting held elsewhere": (
        "committees_meeting",
        "UPDATE {} SET place = 'Ailleurs' WHERE status = 'HELD'",
        (MEETING,),
    ),
    "a meeting held in another form": (
        "committees_meeting",
        "UPDATE {} SET mode = 'IN_PERSON' WHERE status = 'HELD'",
        (MEETING,),
    ),
    "a meeting begun earlier": (
        "committees_meeting",
        "UPDATE {} SET opened_at = opened_at - interval '1 hour' WHERE status = 'HELD'",
        (MEETING,),
    ),
    "another chair": (
        "committees_meeting",
        "UPDATE {} SET chair_id = (SELECT max(id) FROM committees_seat) WHERE status = 'HELD'",
        (MEETING,),
    ),
    "a presence moved to another meeting": (
        "committees_attendance",
        f"UPDATE {{}} SET meeting_id = {OTHER} WHERE id = (SELECT max(id) FROM "
        "committees_attendance)",
        ("Séance 2026-01 : les présences ou les suspensions ont changé (7",),
    ),
    "a suspension moved to another meeting": (
        "committees_suspension",
        f"UPDATE {{}} SET meeting_id = {OTHER}",
        ("Séance 2026-01 : les présences ou les suspensions ont changé (8",),
    ),
    "another document put in its place": (
        "documents_generateddocument",
        "UPDATE {} SET sha256 = repeat('b', 64) WHERE kind = 'pv' AND NOT is_draft",
        ("Procès-verbal de la séance 2026-01 : le document n'a plus l'empreinte du journal",),
    ),
}
SIGNED = "sealed_by_signed_minutes"
VOTED = "proposal_frozen_once_open"
REFUSED = {
    "instalments of what was voted": (
        f"UPDATE committees_proposal SET lines = 60 WHERE id = {PROPOSAL}", VOTED
    ),
    "the lead of what was signed": (
        "UPDATE committees_proposal SET follow_up_lead_id = (SELECT min(holder_id) FROM "
        f"committees_seat) WHERE id = {PROPOSAL}",
        VOTED,
    ),
    "the days of what was signed": ("UPDATE committees_proposedskills SET days = 9", VOTED),
    "the subject of the days": ("UPDATE committees_proposedskills SET topic = 'Rien'", VOTED),
    "days taken away": ("DELETE FROM committees_proposedskills", VOTED),
    "days given": (
        "INSERT INTO committees_proposedskills (proposal_id, partner_id, days, topic) SELECT "
        f"{PROPOSAL}, max(id), 2, 'Rien' FROM partners_partner",
        VOTED,
    ),
    "a condition of what was voted": ("UPDATE committees_proposedcondition SET text = '…'", VOTED),
    "a presence moved out": (
        f"UPDATE committees_attendance SET meeting_id = {OTHER}",
        "committees_attendance_is_frozen",
    ),
    "a suspension moved out": (f"UPDATE committees_suspension SET meeting_id = {OTHER}", SIGNED),
    "a file moved in": (
        "UPDATE committees_agendaitem SET meeting_id = (SELECT meeting_id FROM "
        f"committees_minutes) WHERE meeting_id = {OTHER}",
        SIGNED,
    ),
    "a file moved out": (
        f"UPDATE committees_agendaitem SET meeting_id = {OTHER} WHERE rank = 1", SIGNED
    ),
    **{
        f"{column} of the meeting": (
            f"UPDATE committees_meeting SET {column} = {value} WHERE status = 'HELD'", SIGNED
        )
        for column, value in {
            "held_at": "now()",
            "mode": "'IN_PERSON'",
            "place": "'Ailleurs'",
            "chair_id": "(SELECT max(id) FROM committees_seat)",
            "second_of_id": OTHER,
            "opened_at": "now()",
            "closed_at": "now()",
        }.items()
    },
}  # fmt: skip
