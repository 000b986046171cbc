from django.urls import path

from signatures.views import choices, public

urlpatterns = [
    path("<str:token>/", public.signing_page, name="signing_page"),
    path("<str:token>/document/", public.signing_document, name="signing_document"),
    path("<str:token>/vu/", public.signing_seen, name="signing_seen"),
    path("<str:token>/pas-moi/", public.signing_dispute, name="signing_dispute"),
    path("<str:token>/signer/", choices.signing_sign, name="signing_sign"),
    path("<str:token>/refuser/", choices.signing_refuse, name="signing_refuse"),
    path("<str:token>/corriger/", choices.signing_correct, name="signing_correct"),
    path("<str:token>/deleguer/", choices.signing_delegate, name="signing_delegate"),
    path("<str:token>/papier/", choices.signing_paper, name="signing_paper"),
]
