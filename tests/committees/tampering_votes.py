"""What is changed in votes and in what they were about, as in `tampering.py` (S35)."""

BALLOT = "Séance 2026-01, dossier 1 (Menuiserie Perrin), scrutin 1"
FIRST = "(SELECT min(id) FROM committees_ballot)"
CANCELLED = "(SELECT id FROM committees_ballot WHERE status = 'CANCELLED')"
PROPOSAL = f"(SELECT proposal_id FROM committees_ballot WHERE id = {FIRST})"
TERMS = "la proposition n'est plus celle qui a été mise aux voix"
VOTES = {
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
}
