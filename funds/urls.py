from django.urls import path

from funds.foresight import views as foresight
from funds.views import accounting, advances, fund, payments, receipts, reversals

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
