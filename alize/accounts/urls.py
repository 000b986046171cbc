"""Under `/connexion/`: the pages of allauth that we use, each at a French address; no sign-up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.urls import path, re_path

from alize.accounts import proconnect, views

urlpatterns = [
    path("", views.sign_in, name="account_login"),
    path("lien/", views.ask_link, name="sign_in_link_ask"),
    path("lien/envoye/", views.link_sent, name="sign_in_link_sent"),
    path("lien/<str:token>/", views.open_link, name="sign_in_link"),
    path("lien/<str:token>/nouveau/", views.renew_link, name="sign_in_link_renew"),
    path("verification/", mfa.authenticate, name="mfa_authenticate"),
    path("cle/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("proconnect/", proconnect.login, name="proconnect_login"),
    path("proconnect/retour/", proconnect.callback, name="proconnect_callback"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("compte-inactif/", account.account_inactive, name="account_inactive"),
    path("reprise/<str:key>/", views.late_form, name="late_form"),
    path("confirmer/", views.confirm, name="account_reauthenticate"),
    path("confirmer/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("confirmer/cle/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("mot-de-passe/", account.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", account.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", account.password_reset, name="account_reset_password"),
    path(
        "mot-de-passe/oublie/envoye/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/enregistre/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("mon-acces/", views.account_home, name="account_home"),
    path("mon-acces/connexions/", usersessions.list_usersessions, name="usersessions_list"),
    path("mon-acces/connexions/<int:session_id>/terminer/", views.end_session, name="session_end"),
    path("mon-acces/second-facteur/", views.second_factors, name="mfa_index"),
    path("mon-acces/application/", totp.activate_totp, name="mfa_activate_totp"),
    path("mon-acces/application/retirer/", views.remove_application, name="mfa_deactivate_totp"),
    path("mon-acces/cles/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("mon-acces/cles/ajouter/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("mon-acces/cles/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("mon-acces/cles/<int:pk>/retirer/", views.remove_key, name="mfa_remove_webauthn"),
    path("mon-acces/codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("mon-acces/codes/nouveaux/", views.new_codes, name="mfa_generate_recovery_codes"),
]
