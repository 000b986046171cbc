"""The addresses of the approval committee, under `/bassins/<slug>/comite/`."""

from django.urls import path

from committees.views import (
    agenda,
    attendance,
    ballots,
    decisions,
    interests,
    meetings,
    minutes,
    rules,
    seats,
    votes,
    proxies,
    questions,
)

urlpatterns = [
    path("", meetings.meeting_list, name="meeting_list"),
    path("seances/nouvelle/", meetings.meeting_create, name="meeting_create"),
    path("seances/<str:number>/", meetings.meeting_detail, name="meeting_detail"),
    path("seances/<str:number>/modifier/", meetings.meeting_edit, name="meeting_edit"),
    path("seances/<str:number>/convoquer/", meetings.meeting_convene, name="meeting_convene"),
    path("seances/<str:number>/ouvrir/", meetings.meeting_open, name="meeting_open"),
    path("seances/<str:number>/lever/", meetings.meeting_close, name="meeting_close"),
    path("seances/<str:number>/etat/", meetings.meeting_state, name="meeting_state"),
    path("seances/<str:number>/inscrire/", agenda.item_add, name="item_add"),
    path("seances/<str:number>/presences/", attendance.attendance_list, name="attendance_list"),
    path("seances/<str:number>/je-suis-la/", attendance.attendance_mine, name="attendance_mine"),
    path("presences/<int:attendance_id>/depart/", attendance.check_out, name="attendance_leave"),
    path("passages/<int:item_id>/", agenda.item_detail, name="item_detail"),
    path("passages/<int:item_id>/deplacer/", agenda.item_move, name="item_move"),
    path("passages/<int:item_id>/duree/", agenda.item_minutes, name="item_minutes"),
    path("passages/<int:item_id>/retirer/", agenda.item_remove, name="item_remove"),
    path("passages/<int:item_id>/proposition/", agenda.proposal_edit, name="proposal_edit"),
    path("passages/<int:item_id>/liens/", interests.interest_edit, name="interest_edit"),
    path("passages/<int:item_id>/deports/", interests.interest_list, name="interest_list"),
    path(
        "passages/<int:item_id>/deports/<int:seat_id>/imposer/",
        interests.recusal_impose,
        name="recusal_impose",
    ),
    path(
        "passages/<int:item_id>/deports/<int:seat_id>/lever/",
        interests.recusal_lift,
        name="recusal_lift",
    ),
    path("passages/<int:item_id>/vote/", ballots.ballot_open, name="ballot_open"),
    path("scrutins/<int:ballot_id>/", votes.ballot_detail, name="ballot_detail"),
    path("scrutins/<int:ballot_id>/etat/", votes.ballot_state, name="ballot_state"),
    path("scrutins/<int:ballot_id>/clore/", ballots.ballot_close, name="ballot_close"),
    path("scrutins/<int:ballot_id>/annuler/", ballots.ballot_cancel, name="ballot_cancel"),
    path("scrutins/<int:ballot_id>/proclamer/", ballots.ballot_proclaim, name="ballot_proclaim"),
    path("mes-votes/", votes.receipt_list, name="receipt_list"),
    path("seances/<str:number>/proces-verbal/", minutes.minutes_detail, name="minutes_detail"),
    path("seances/<str:number>/proces-verbal/projet/", minutes.minutes_draft, name="minutes_draft"),
    path("passages/<int:item_id>/question/", questions.question_ask, name="question_ask"),
    path("questions/<int:question_id>/", questions.question_answer, name="question_answer"),
    path("seances/<str:number>/pouvoirs/", proxies.proxy_list, name="proxy_list"),
    path("seances/<str:number>/pouvoir/", proxies.proxy_give, name="proxy_give"),
    path("pouvoirs/<int:proxy_id>/reponse/", proxies.proxy_answer, name="proxy_answer"),
    path("pouvoirs/<int:proxy_id>/reprendre/", proxies.proxy_revoke, name="proxy_revoke"),
    path("seances/<str:number>/proces-verbal/envoyer/", minutes.minutes_send, name="minutes_send"),
    path("seances/<str:number>/proces-verbal/signer/", minutes.minutes_sign, name="minutes_sign"),
    path(
        "seances/<str:number>/proces-verbal/rendre/", minutes.minutes_return, name="minutes_return"
    ),
    path("decisions/<str:reference>/", decisions.decision_detail, name="decision_detail"),
    path("regles/", rules.rules_detail, name="rules_detail"),
    path("regles/modifier/", rules.rules_edit, name="rules_edit"),
    path("regles/reglement/", rules.regulations_download, name="regulations_download"),
    path("regles/reglement/joindre/", rules.regulations_attach, name="regulations_attach"),
    path(
        "regles/changements/<int:change_id>/reglement/",
        rules.regulations_proposed,
        name="regulations_proposed",
    ),
    path(
        "regles/changements/<int:change_id>/valider/", rules.rules_apply, name="rules_apply"
    ),
    path(
        "regles/changements/<int:change_id>/ecarter/", rules.rules_refuse, name="rules_refuse"
    ),
    path("composition/", seats.seat_list, name="seat_list"),
    path("composition/remplacement/", seats.chair_order, name="chair_order"),
    path(
        "composition/partenaires/<int:partner_id>/siege/", seats.seat_create, name="seat_create"
    ),
    path("composition/sieges/<int:seat_id>/", seats.seat_detail, name="seat_detail"),
    path("composition/sieges/<int:seat_id>/corriger/", seats.seat_edit, name="seat_edit"),
    path("composition/sieges/<int:seat_id>/titulaire/", seats.seat_replace, name="seat_replace"),
    path("composition/sieges/<int:seat_id>/fin/", seats.seat_end, name="seat_end"),
    path(
        "composition/sieges/<int:seat_id>/suppleants/",
        seats.seat_alternates,
        name="seat_alternates",
    ),
    path("conditions/<int:condition_id>/lever/", decisions.condition_lift, name="condition_lift"),
]
