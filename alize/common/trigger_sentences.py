"""What each trigger of the database refuses, in French, by the name that it gives."""

TRIGGER_SENTENCES = {
    "vote_ballot_is_open": "Le scrutin n'est pas ouvert ; votre vote n'a pas été pris en compte.",
    "vote_not_while_suspended": "Le scrutin est suspendu avec la séance : votez à la reprise.",
    "vote_seat_is_deliberative": "Ce siège n'a pas de voix délibérative à cette date.",
    "vote_seat_is_not_recused": "Votre siège s'est déporté sur ce dossier : il ne vote pas.",
    "vote_voter_has_answered": ("Dites d'abord si vous avez un lien avec ce dossier, puis votez."),
    "vote_seat_is_on_the_list": "Votre siège ne vote pas sur ce dossier.",
    "vote_abstention_is_allowed": (
        "Le comité ne prévoit pas l'abstention : choisissez « Pour » ou « Contre »."
    ),
    "vote_ballot_is_named": "Ce scrutin est secret : aucun vote n'y porte de nom.",
    "vote_may_change": "Votre siège a voté ; le comité ne permet pas de changer son vote.",
    "vote_gives_its_reason": "Dites en une ligne le motif de ce vote.",
    "vote_proxy_holds": "Ce pouvoir ne vaut plus : il n'a pas été accepté, ou il a été repris.",
    "vote_collected_is_confirmed": "Ce vote recueilli attend sa confirmation.",
    "withdrawal_leaves_the_box": (
        "Ce siège a déposé un bulletin secret, que rien ne peut retirer de l'urne : il faut "
        "d'abord annuler le scrutin."
    ),
    "secret_vote_has_its_voter": "Chaque votant dépose un seul bulletin secret.",
    "passage_voted_on_or_decided": (
        "Le comité s'est déjà prononcé sur ce dossier, ou le vote y est en cours."
    ),
    "ballot_is_on_another_proposal": (
        "Le comité a rejeté cette proposition pendant cette séance, dans les mêmes termes : "
        "rédigez-en une autre, ou proclamez ce rejet."
    ),
    "rejection_stands": (
        "Le comité a rejeté la proposition mise aux voix sur ce dossier : mettez-en une autre aux "
        "voix, ou proclamez ce rejet."
    ),
    "attendance_counted_is_final": (
        "Un scrutin clos a compté cette présence, ou cette absence : notez une heure plus tardive."
    ),
    "committees_attendance_is_frozen": (
        "Une arrivée notée reste celle de ce siège, de cette personne et de cette heure."
    ),
    "seat_operator_is_consultative": (
        "L'opérateur local a voix consultative : les règles du comité doivent en décider autrement."
    ),
    "membership_operator_has_no_voice": (
        "Vous avez voix délibérative au comité d'agrément, et l'opérateur local n'en a pas : "
        "demandez à l'opérateur de vous y remplacer, puis acceptez à nouveau cette invitation."
    ),
    "membership_staff_remains": (
        "Personne d'autre n'administre le réseau sans date de fin : invitez d'abord quelqu'un."
    ),
    "seat_has_voted": (
        "Ce siège a voté : terminez son mandat et créez le suivant au lieu de le modifier."
    ),
    "seat_has_two_alternates": "Un siège a deux suppléants au plus.",
    "seat_alternate_is_another": "Le titulaire d'un siège n'en est pas le suppléant.",
    "projects_project_is_frozen": (
        "L'accompagnement de cette entreprise est clos ou interrompu : il le reste, avec ses dates "
        "et son bilan ou son motif."
    ),
    "committees_decision_is_frozen": "Une décision proclamée ne change plus de nature.",
    "ballot_frozen_once_open": "Ce scrutin est ouvert : sa proposition ne change plus.",
    "proposal_frozen_once_open": "Cette proposition a été mise aux voix : elle ne change plus.",
    "ballot_status_moves_forward": "Ce scrutin ne revient pas sur ses pas.",
    "ballot_result_is_final": "Ce scrutin est clos : son résultat ne change plus.",
    "steering_steeringmeeting_is_frozen": (
        "Le relevé de décisions de ce comité est signé : il ne se modifie plus."
    ),
    "minutes_final_once_signed": "Le procès-verbal est signé : il ne se modifie plus.",
    "sealed_by_signed_minutes": (
        "Le procès-verbal de cette séance est signé : ce qu'il constate ne change plus."
    ),
    "lg_min_two": "Une écriture a au moins deux lignes.",
    "lg_balanced": "Le débit et le crédit de cette écriture ne sont pas égaux.",
    "lg_legs_digest": "Les lignes de cette écriture ne sont pas celles qui ont été scellées.",
    "lg_immutable": "Le grand livre ne se modifie pas : une erreur se corrige par une écriture.",
    "lg_advance": "Une écriture qui touche une avance nomme cette avance, et elle seule.",
    "lg_transfer": "Un virement entre les deux comptes a deux écritures du même montant.",
    "lg_entry_perimeter": "Une écriture ne mélange pas les deux comptes.",
    "lg_account_perimeter": "Ce compte n'est pas du périmètre de l'écriture.",
    "lg_line_perimeter": "Cette dotation n'est pas du périmètre de l'écriture.",
    "sepa_transfer_leaves": (
        "Un versement de ce fichier est arrêté : une condition reste à remplir, l'accompagnement "
        "de l'entreprise est interrompu, son avance est passée en perte, ou ses coordonnées "
        "bancaires changent. Préparez un fichier sans lui."
    ),
    "sepa_transfer_follows_its_plan": (
        "Ce versement partirait trop tard pour son échéancier : demandez l'annulation de son "
        "écriture, puis préparez-le à nouveau."
    ),
    "sepa_transfer_stays_in_its_file": (
        "Un virement reste dans son fichier tant que le fichier n'est pas annulé, et n'y revient "
        "pas."
    ),
    "funds_sepafile_is_frozen": (
        "Un fichier de virements envoyé ou annulé le reste, tel qu'il a été préparé."
    ),
    "sepa_undone_stays": (
        "Un versement annulé est dans un fichier de virements qui peut encore partir : annulez "
        "d'abord ce fichier."
    ),
    "lg_mirror": (
        "Une annulation reprend exactement l'écriture qu'elle annule, à sa date ou après."
    ),
    "clearing_is_what_moved": (
        "Cette écriture n'est pas du montant de la ligne de banque, ou de ses lignes ensemble."
    ),
    "clearing_within_its_line": (
        "Ces écritures dépassent ce qu'il reste à expliquer de la ligne de banque."
    ),
    "lg_identified": (
        "Cette opération a été identifiée depuis : annulez d'abord l'écriture qui l'identifie."
    ),
    "lg_rev_of_rev": "Une annulation ne s'annule pas : enregistrez l'opération à nouveau.",
    "lg_closed": "Cette période est clôturée : choisissez une date comptable plus récente.",
    "chart_is_whole": "Un plan de comptes donne un numéro à chaque compte, sans autre.",
    "lg_close_forward": "Une clôture ne revient pas en arrière.",
    "lg_convention_signed": (
        "Aucun versement avant la signature de la convention par toutes les parties."
    ),
    "lg_disbursed_le_granted": "Ce versement dépasse le montant accordé.",
    "funds_advance_is_frozen": (
        "Une avance reste celle du dossier, de la décision et du jour où elle a été accordée."
    ),
    "advance_stays_as_signed": (
        "La convention de cette avance est signée, ou l'avance est annulée : ses termes ne "
        "changent plus."
    ),
    "advance_status_moves_forward": "Une avance ne revient pas sur ses pas.",
    "advance_renounced_by_two_persons": (
        "Le solde auquel une entreprise renonce est demandé par une personne et décidé par une "
        "autre."
    ),
    "advance_renounced_is_left": (
        "Une partie de ce solde est versée depuis : demandez à nouveau la renonciation."
    ),
    "advance_cancelled_lent_nothing": (
        "Cette avance est versée, au moins en partie : elle ne s'annule pas."
    ),
    "lg_lost_le_lent": (
        "Plus serait perdu sur cette avance que versé : annulez d'abord la perte, ou diminuez-la."
    ),
    "lg_outstanding_ge_0": "Ce montant dépasse ce qui reste dû sur cette avance.",
    "lg_refund_le_overpaid": "Ce montant dépasse le trop-perçu de cette avance.",
    "lg_forgone_le_owed": (
        "Ce montant dépasse ce que l'entreprise doit encore du trop-perçu qui lui a été rendu."
    ),
    "lg_recovered_le_lost": (
        "Les récupérations de cette avance dépasseraient ce qui y a été passé en perte."
    ),
    "lg_after_the_loan": "Cette date précède le premier versement de l'avance : vérifiez-la.",
    "lg_recovered_after_lost": "Une récupération ne précède pas la perte : vérifiez sa date.",
    "schedule_version_numbers_follow": (
        "Un autre échéancier de cette avance vient d'être enregistré : rechargez la page."
    ),
    "schedule_version_follows": (
        "La date d'effet précède celle de l'échéancier en vigueur : choisissez-la à cette date ou "
        "après."
    ),
    "schedule_version_after_its_decision": (
        "La date d'effet précède la décision du comité : choisissez-la à cette date ou après."
    ),
    "funds_authorization_is_frozen": (
        "Ce que deux personnes ont demandé et décidé ne se réécrit pas : une écriture se corrige "
        "par son annulation."
    ),
    "funds_reversal_is_frozen": (
        "Une annulation demandée et décidée ne se réécrit pas : enregistrez l'opération à nouveau."
    ),
    "funds_paymentorder_is_frozen": (
        "Un ordre de versement préparé, libéré ou annulé ne se réécrit pas : préparez-en un autre."
    ),
    "funds_payeeaccount_is_frozen": (
        "Des coordonnées bancaires proposées et décidées ne se réécrivent pas : proposez-en "
        "d'autres."
    ),
    "lg_as_authorized": (
        "Cette opération n'est pas celle que deux personnes ont demandée et acceptée : faites-la "
        "décider, telle quelle."
    ),
    "lg_as_released": (
        "Ce versement n'est pas celui que deux personnes ont préparé et libéré : faites-le "
        "libérer, tel quel."
    ),
    "lg_undone_as_approved": (
        "Une écriture s'annule une fois sa demande acceptée par une autre personne."
    ),
    "authorization_decision_serves_once": (
        "Cette décision a déjà servi à un passage en perte : saisissez à nouveau le comité."
    ),
    "lg_allowance_agreed": (
        "L'opérateur n'est défrayé qu'avec l'accord de tous les partenaires, enregistré pour "
        "l'année."
    ),
    "allowance_agreement_is_of_all": (
        "L'accord de tous les partenaires de l'année est nécessaire : il en manque."
    ),
    "allowance_agreement_has_served": (
        "Cet accord a servi à défrayer l'opérateur, ou est déjà retiré : il reste ce qu'il est."
    ),
    "lg_allowance_le_cap": (
        "L'opérateur serait défrayé de plus de 10 000 € dans l'année, argent et journées ensemble."
    ),
    "lg_returned_le_brought": (
        "Ce financeur aurait repris plus que son apport : annulez d'abord la restitution."
    ),
    "bank_statement_adds_up": (
        "Le solde d'ouverture et les opérations de ce relevé ne font pas son solde de clôture."
    ),
    "bank_statement_follows": "Ce relevé ne commence pas au solde de clôture du précédent.",
    "bank_statement_opens_at_zero": (
        "Le premier relevé d'une nouvelle banque s'ouvre à zéro : l'argent y vient par un virement."
    ),
    "bank_statement_of_a_number_that_serves": (
        "Ce numéro de compte attend encore le second signataire financier."
    ),
    "bank_statement_of_the_first_number": (
        "Les relevés d'un compte repris restent ceux de son premier numéro."
    ),
    "bank_number_resumes_its_own": (
        "Un compte ne revient qu'à un numéro qu'il a quitté, avec le même IBAN."
    ),
    "bank_number_stays": (
        "Un numéro de compte qui a servi, ou qui est décidé, ne change plus : proposez le suivant."
    ),
    "bank_number_replaces_the_last": (
        "Un numéro de compte remplace celui du même compte, à partir d'un jour plus tard."
    ),
    "bank_number_withdrawn_before_it_serves": (
        "Un changement de banque se retire avant son jour, tant que ni relevé ni autre changement "
        "ne le suit."
    ),
    "bank_number_has_waited": (
        "Un nouveau numéro de compte sert 48 heures au plus tôt après avoir été approuvé."
    ),
    "iban_is_of_the_fund_or_of_a_company": (
        "Cet IBAN est celui d'un compte du fonds d'un côté, d'une entreprise de l'autre : vérifiez "
        "les deux RIB."
    ),
    "payee_account_of_no_recused": (
        "Vous vous êtes déporté d'un dossier de cette entreprise : une autre personne propose et "
        "décide ses coordonnées bancaires."
    ),
    "sepa_file_of_number_in_force": (
        "Les virements partent de la banque en service ce jour : rechargez la page."
    ),
    "clearing_has_its_other_side": (
        "Un virement d'une banque à l'autre lie une opération de chacune, du même montant."
    ),
    "payment_order_payee_is_approved": (
        "Les coordonnées bancaires de cette entreprise ne sont pas approuvées."
    ),
    "payment_order_company_is_supported": (
        "L'accompagnement de cette entreprise est interrompu : rien de plus ne lui est versé."
    ),
    "payment_order_payee_is_the_last": (
        "De nouvelles coordonnées de cette entreprise attendent une décision, ou leur délai."
    ),
    "payment_order_payee_has_waited": (
        "Les coordonnées bancaires de cette entreprise sont approuvées depuis moins de 48 heures."
    ),
    "payment_order_first_released_by_another": (
        "Qui a approuvé les coordonnées bancaires d'une entreprise ne libère pas le premier "
        "versement vers ce compte."
    ),
    "template_version_published": (
        "Cette version est publiée : elle ne change plus. Préparez la version suivante."
    ),
    "reference_value_stays": (
        "La valeur d'un repère ne change pas et ne se retire qu'avant son jour : donnez-en une "
        "autre, à partir d'un jour à venir."
    ),
    "reference_value_is_ahead": "La valeur d'un repère prend effet demain au plus tôt.",
    "circuit_chain_is_kept": "Les preuves d'une signature ne se modifient pas.",
    "signatures_signingevent_append_only": "Les preuves d'une signature ne se modifient pas.",
    "circuit_deadline_is_within_a_year": (
        "Un délai de signature se fixe un an à l'avance au plus : choisissez une date plus proche."
    ),
    "circuit_has_ended": "La signature de ce document est terminée : elle ne change plus.",
    "circuit_has_a_signer_left": "Ce document attend encore une signature.",
    "circuit_signer_circuit_is_open": (
        "Ce document ne se signe plus, ou pas maintenant : rechargez la page."
    ),
    "circuit_signer_has_answered": "Cette réponse est enregistrée : elle ne change plus.",
    "circuit_signer_mandate_holds": "Le mandat de cette personne ne couvre pas ce jour.",
    "circuit_signer_moves_in_order": (
        "Cette personne n'en est pas là de sa signature : rechargez la page."
    ),
    "circuit_signer_turn_has_come": "D'autres personnes signent avant celle-ci.",
    "delegation_decided_by_another": (
        "Vous êtes la personne proposée pour signer : une autre personne vérifie votre mandat."
    ),
    "delegation_is_not_given_back": "Cette personne a elle-même délégué cette signature.",
    "signatures_circuitsigner_is_frozen": (
        "L'identité et le mandat d'un signataire ne changent plus une fois le circuit lancé."
    ),
    "signatures_circuit_is_frozen": "Ce qui est signé ne change plus une fois le circuit lancé.",
    "pledge_is_of_a_year_of_its_partner": (
        "Un engagement porte sur une année où l'organisme est partenaire : vérifiez l'année."
    ),
    "partner_joined_before_it_pledged": (
        "Ce partenaire a un engagement pour une année plus ancienne : choisissez une date plus tôt."
    ),
    "agreement_past_is_plausible": (
        "Les dates de cette convention signée ne se suivent pas : vérifiez leurs années."
    ),
    "agreement_lasts_three_years": "Une convention de partenariat dure trois ans.",
    "agreement_effect_is_near": (
        "Cette convention prendrait effet trop loin d'aujourd'hui : vérifiez l'année de sa prise "
        "d'effet."
    ),
    "agreement_is_signed_in_time": (
        "Une convention, comme son avenant, se signe jusqu'à son terme : choisissez une date "
        "limite plus proche."
    ),
    "agreement_payment_is_near": (
        "L'avance est versée dans l'année de la prise d'effet : vérifiez l'année du versement."
    ),
    "amendment_term_is_near": (
        "Un avenant repousse le terme de trois ans au plus, ou de deux ans pour un accompagnement "
        ": vérifiez l'année du nouveau terme."
    ),
    "amendment_effect_is_in_time": (
        "Un avenant prend effet avant le terme de la convention : vérifiez l'année."
    ),
    "convention_voided_by_no_recused": (
        "Vous vous êtes déporté de ce dossier : une autre personne décide de cette annulation."
    ),
    "lg_schedule_sum": "Les échéances ne font pas le total du montant versé.",
}
