"""What is changed in what a committee has kept, and what is then said of it (S35).

Of each change: the table whose triggers are off, the statement, and the words that name it.
"""

BALLOT = "Séance 2026-01, dossier 1 (Menuiserie Perrin), scrutin 1"
FIRST = "(SELECT min(id) FROM committees_ballot)"
CANCELLED = "(SELECT id FROM committees_ballot WHERE status = 'CANCELLED')"
PROPOSAL = f"(SELECT proposal_id FROM committees_ballot WHERE id = {FIRST})"
OTHER = "(SELECT id FROM committees_meeting WHERE status = 'PLANNED')"
MINUTES = "Procès-verbal de la séance 2026-01"
TERMS = "la proposition n'est plus celle qui a été mise aux voix"
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
    "a vote turned round": (
        "committees_vote",
        f"UPDATE {{}} SET choice = 'FOR', reason = '' WHERE id = (SELECT min(id) FROM "
        f"committees_vote WHERE choice = 'AGAINST' AND ballot_id = {FIRST})",
        (f"{BALLOT} : le vote du siège Cluses Décolletage", "l'empreinte scellée à la clôture"),
    ),
    "a vote removed": (
        "committees_vote",
        "DELETE FROM {} WHERE id = (SELECT min(id) FROM committees_vote "
        f"WHERE ballot_id = {FIRST})",
        (f"{BALLOT} : le vote n° 1 du siège", "a été supprimé", "recompté, le résultat diffère"),
    ),
    "a vote added": (
        "committees_vote",
        "INSERT INTO {} (ballot_id, seat_id, version, person_id, choice, reason, cast_at, "
        "command_key) SELECT ballot_id, seat_id, 9, person_id, 'ABSTAIN', '', cast_at, "
        f"gen_random_uuid() FROM committees_vote WHERE id = (SELECT min(id) FROM committees_vote "
        f"WHERE ballot_id = {FIRST})",
        (f"{BALLOT} : un vote du siège Usine Alpin", "n'est pas au journal : ajouté"),
    ),
    "a vote antedated": (
        "committees_vote",
        "UPDATE {} SET cast_at = cast_at - interval '1 hour' WHERE id = (SELECT min(id) FROM "
        f"committees_vote WHERE ballot_id = {FIRST})",
        (f"{BALLOT} : le vote du siège Usine Alpin", "a été modifié"),
    ),
    "a vote of a cancelled ballot turned round": (
        "committees_vote",
        f"UPDATE {{}} SET choice = 'ABSTAIN' WHERE ballot_id = {CANCELLED}",
        ("dossier 6 (Boulangerie Miège), scrutin 1 : le vote du siège Ville de Chambéry",),
    ),
    "a vote of a cancelled ballot removed": (
        "committees_vote",
        f"DELETE FROM {{}} WHERE ballot_id = {CANCELLED}",
        ("dossier 6 (Boulangerie Miège), scrutin 1 : le nombre de votes a changé",),
    ),
    "a withdrawal erased": (
        "committees_interestdeclaration",
        "UPDATE {} SET answer = 'NONE' WHERE answer = 'RECUSED'",
        (
            "Séance 2026-01, dossier 3 (Ruche et Cie) : la réponse du siège Métallurgie Bauges",
            "sur ses liens a été modifiée",
        ),
    ),
    "a withdrawal invented": (
        "committees_interestdeclaration",
        "INSERT INTO {} (item_id, seat_id, person_id, answer, link, reason, is_imposed, "
        "declared_at) SELECT item_id, seat_id, person_id, 'RECUSED', '', '', false, declared_at "
        "FROM committees_interestdeclaration ORDER BY id LIMIT 1",
        ("dossier 1 (Menuiserie Perrin) : la réponse du siège Usine Alpin", "ajoutée"),
    ),
    "a withdrawal removed": (
        "committees_interestdeclaration",
        "DELETE FROM {} WHERE answer = 'RECUSED'",
        ("Journal : la déclaration d'intérêt n°",),
    ),
    "a proxy turned to another seat": (
        "committees_proxy",
        "UPDATE {} SET holder_id = (SELECT min(id) FROM committees_seat) WHERE id = "
        "(SELECT min(id) FROM committees_proxy)",
        ("pouvoir de Papeterie Arly à Usine Alpin : le pouvoir a été modifié",),
    ),
    "a proxy taken back": (
        "committees_proxy",
        "UPDATE {} SET revoked_at = now(), revoked_by_id = given_by_id",
        ("de Papeterie Arly à Ville de Chambéry : la reprise n'est pas ce que dit le journal",),
    ),
    "a ballot invented": (
        "committees_ballot",
        "INSERT INTO {} (item_id, number, proposal_id, proposal_text, status, rules, is_secret, "
        "reason_required, vote_changes, opened_at, opened_by_id, closed_at, closed_by_id, "
        "proclaimed_at, proclaimed_by_id, result, result_sentence, votes_digest) SELECT "
        "free.item_id, 1, free.id, proposal_text, status, rules, is_secret, reason_required, "
        "vote_changes, opened_at, opened_by_id, closed_at, closed_by_id, proclaimed_at, "
        "proclaimed_by_id, result - 'present', result_sentence, encode(sha256(''), 'hex') "
        "FROM committees_ballot AS taken, committees_proposal AS free WHERE taken.id = "
        f"{FIRST} AND NOT EXISTS (SELECT FROM committees_ballot WHERE proposal_id = free.id)",
        ("dossier 5 (Atelier du Lac), scrutin 1 : la clôture n'est pas au journal",),
    ),
    "a proclamation antedated": (
        "committees_ballot",
        f"UPDATE {{}} SET proclaimed_at = proclaimed_at - interval '1 day' WHERE id = {FIRST}",
        (f"{BALLOT} : la proclamation n'a plus l'heure",),
    ),
    "a result changed": (
        "committees_ballot",
        f"UPDATE {{}} SET result = jsonb_set(result, '{{{{votes_for}}}}', '9') WHERE id = {FIRST}",
        (f"{BALLOT} : le résultat a changé", "recompté, le résultat diffère : les pour"),
    ),
    "a sentence changed": (
        "committees_ballot",
        f"UPDATE {{}} SET result_sentence = 'Refusé.' WHERE id = {FIRST}",
        (f"{BALLOT} : la phrase du résultat n'est pas celle des votes",),
    ),
    "votes and their digest changed together": (
        "committees_ballot",
        f"UPDATE {{}} SET votes_digest = repeat('a', 64) WHERE id = {FIRST}",
        (f"{BALLOT} : l'empreinte des bulletins n'est plus celle du journal",),
    ),
    "a proposal reworded": (
        "committees_ballot",
        f"UPDATE {{}} SET proposal_text = 'Accorder davantage.' WHERE id = {FIRST}",
        (f"{BALLOT} : la proposition ou les règles ont changé depuis l'ouverture",),
    ),
    "the rules of a vote relaxed": (
        "committees_ballot",
        f"UPDATE {{}} SET rules = jsonb_set(rules, '{{{{rules,floor}}}}', '1') WHERE id = {FIRST}",
        (f"{BALLOT} : la proposition ou les règles ont changé depuis l'ouverture",),
    ),
    "a closed ballot reopened": (
        "committees_ballot",
        "UPDATE {} SET status = 'OPEN', closed_at = NULL, closed_by_id = NULL, result = NULL, "
        f"proclaimed_at = NULL, proclaimed_by_id = NULL, votes_digest = '' WHERE id = {FIRST}",
        (f"{BALLOT} : un scrutin clos a été rouvert",),
    ),
    "a decision invented": (
        "committees_decision",
        "INSERT INTO {} (reference, project_id, item_id, outcome, label, decided_on, amount, days, "
        "reason, redirection, pieces_awaited, expert, company, reopening_reason, recorded_by_id) "
        "SELECT '2026-SAV-D099', project_id, item_id, 'WITHDRAWN', '', decided_on, 0, 0, 'Fin', "
        "'', '', '', '{{}}', '', notified_by_id FROM committees_decision ORDER BY id LIMIT 1",
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
    "a file turned into a request about an advance": (
        "committees_agendaitem",
        "UPDATE {} SET matter = 'MORATORIUM', approval_id = (SELECT min(id) FROM "
        "committees_decision) WHERE rank = 1",
        (f"{BALLOT} : la proposition ou les règles ont changé depuis l'ouverture",),
    ),
    "instalments added to what was voted": (
        "committees_proposal",
        f"UPDATE {{}} SET lines = 60 WHERE id = {PROPOSAL}",
        (f"{BALLOT} : {TERMS}",),
    ),
    "instalments spaced out": (
        "committees_proposal",
        f"UPDATE {{}} SET step_months = 3 WHERE id = {PROPOSAL}",
        (f"{BALLOT} : {TERMS}",),
    ),
    "the terms of a cancelled ballot changed": (
        "committees_proposal",
        "UPDATE {} SET grace_months = 9 WHERE id = "
        "(SELECT proposal_id FROM committees_ballot WHERE status = 'CANCELLED')",
        (f"dossier 6 (Boulangerie Miège), scrutin 1 : {TERMS}",),
    ),
    "another lead of the follow-up": (
        "committees_proposal",
        "UPDATE {} SET follow_up_lead_id = (SELECT min(holder_id) FROM committees_seat) "
        f"WHERE id = {PROPOSAL}",
        (f"{BALLOT} : {TERMS}",),
    ),
    "days of a company raised": (
        "committees_proposedskills",
        "UPDATE {} SET days = days + 1",
        (f"{BALLOT} : {TERMS}",),
    ),
    "days of a company removed": (
        "committees_proposedskills",
        "DELETE FROM {}",
        (f"{BALLOT} : {TERMS}",),
    ),
    "a condition put to the vote put off": (
        "committees_proposedcondition",
        "UPDATE {} SET due_on = due_on + 30",
        (f"dossier 2 (Laiterie du Val), scrutin 1 : {TERMS}",),
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
    "a show of hands noted by another": (
        "committees_collectedvote",
        "UPDATE {} SET entered_by_id = person_id",
        (f"{BALLOT} : le vote recueilli du siège Transports Léman", "a été modifié"),
    ),
    "a show of hands turned round": (
        "committees_collectedvote",
        "UPDATE {} SET choice = 'ABSTAIN'",
        (f"{BALLOT} : le vote recueilli du siège Transports Léman", "a été modifié"),
    ),
    "a show of hands confirmed by another": (
        "committees_collectedvote",
        "UPDATE {} SET confirmed_by_id = person_id",
        (f"{BALLOT} : le vote recueilli du siège Transports Léman", "a été modifié"),
    ),
    "a show of hands invented": (
        "committees_collectedvote",
        "INSERT INTO {} (ballot_id, seat_id, person_id, choice, reason, by_phone, entered_at, "
        "entered_by_id, confirmed_at, confirmed_by_id) SELECT ballot_id, seat_id, person_id, "
        "'AGAINST', '', true, entered_at, entered_by_id, confirmed_at, confirmed_by_id "
        "FROM committees_collectedvote",
        (f"{BALLOT} : le vote recueilli du siège Transports Léman", "au journal : ajouté"),
    ),
    "a show of hands removed": (
        "committees_collectedvote",
        "DELETE FROM {}",
        ("Journal : le vote recueilli n°",),
    ),
    "a seat given to another partner": (
        "committees_seat",
        "UPDATE {} SET partner_id = (SELECT id FROM partners_partner WHERE name LIKE 'Aciérie%%') "
        "WHERE id = (SELECT min(id) FROM committees_seat)",
        (f"{BALLOT} : le siège Aciérie sans siège", "n'est plus celui qui a siégé"),
    ),
    "a seat given to another person": (
        "committees_seat",
        "UPDATE {} SET holder_id = (SELECT max(holder_id) FROM committees_seat) "
        "WHERE id = (SELECT min(id) FROM committees_seat)",
        (f"{BALLOT} : le siège Usine Alpin", "n'est plus celui qui a siégé"),
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
