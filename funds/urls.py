from django.urls import path

from funds.foresight import views as foresight
from funds.views import (
    accounting,
    advances,
    authorizations,
    fund,
    operating,
    payments,
    preconditions,
    receipts,
    resources,
    reversals,
    schedules,
)

urlpatterns = [
    path("", fund.fund_home, name="fund_home"),
    path("capacite/", foresight.fund_capacity, name="fund_capacity"),
    path("simulateur/", foresight.fund_simulator, name="fund_simulator"),
    path("comptabilite/", accounting.journal, name="journal"),
    path("comptabilite/balance/", accounting.account_balance, name="account_balance"),
    path("comptabilite/clotures/", accounting.closing_list, name="closing_list"),
    path("comptabilite/clotures/nouvelle/", accounting.closing_create, name="closing_create"),
    path("dotations/", receipts.contribution_list, name="contribution_list"),
    path("dotations/nouvelle/", receipts.contribution_create, name="contribution_create"),
    path("dotations/valorisees/nouvelle/", receipts.valued_create, name="valued_create"),
    path("dotations/lignes/", resources.line_list, name="line_list"),
    path("dotations/promesses/", resources.pledge_list, name="pledge_list"),
    path(
        "dotations/<int:contribution_id>/restituer/",
        resources.restitution_propose,
        name="restitution_propose",
    ),
    path("fonctionnement/", operating.operating_account, name="operating_account"),
    path("fonctionnement/couts/nouveau/", operating.cost_create, name="cost_create"),
    path("fonctionnement/frais/nouveau/", operating.bank_fee_create, name="bank_fee_create"),
    path("fonctionnement/rendre/", operating.give_back_create, name="give_back_create"),
    path("fonctionnement/accord/", operating.agreement_create, name="agreement_create"),
    path("fonctionnement/defraiement/", operating.allowance_propose, name="allowance_propose"),
    path(
        "autorisations/<int:authorization_id>/",
        authorizations.authorization_approve,
        name="authorization_approve",
    ),
    path(
        "autorisations/<int:authorization_id>/refuser/",
        authorizations.authorization_refuse,
        name="authorization_refuse",
    ),
    path(
        "avances/<str:reference>/conditions/nouvelle/",
        preconditions.precondition_create,
        name="precondition_create",
    ),
    path(
        "conditions/<int:precondition_id>/remplie/",
        preconditions.precondition_meet,
        name="precondition_meet",
    ),
    path(
        "conditions/<int:precondition_id>/dispense/",
        preconditions.precondition_waive,
        name="precondition_waive",
    ),
    path(
        "avances/<str:reference>/echeanciers/",
        schedules.schedule_history,
        name="schedule_history",
    ),
    path(
        "avances/<str:reference>/reechelonner/",
        schedules.schedule_replace,
        name="schedule_replace",
    ),
    path(
        "avances/<str:reference>/trop-percu/",
        authorizations.refund_propose,
        name="refund_propose",
    ),
    path(
        "avances/<str:reference>/perte/",
        authorizations.write_off_propose,
        name="write_off_propose",
    ),
    path("avances/<str:reference>/recuperer/", receipts.recovery_record, name="recovery_record"),
    path("avances/<str:reference>/", advances.advance_detail, name="advance_detail"),
    path("avances/<str:reference>/verser/", payments.payment_prepare, name="payment_prepare"),
    path("avances/<str:reference>/encaisser/", receipts.repayment_record, name="repayment_record"),
    path("versements/<int:order_id>/liberer/", payments.payment_release, name="payment_release"),
    path("versements/<int:order_id>/annuler/", payments.payment_cancel, name="payment_cancel"),
    path(
        "ecritures/<int:entry_id>/annuler/",
        reversals.entry_reverse,
        name="entry_reverse",
    ),
    path(
        "annulations/<int:reversal_id>/",
        reversals.reversal_approve,
        name="reversal_approve",
    ),
    path(
        "annulations/<int:reversal_id>/refuser/",
        reversals.reversal_refuse,
        name="reversal_refuse",
    ),
]
