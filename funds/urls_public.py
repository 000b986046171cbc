"""What a mail opens without an account: an instalment, a paper, the means of a partner's year."""

from django.urls import path

from funds.confirmations import public_views as confirmations
from funds.reminders import links

urlpatterns = [
    path("echeance/<str:token>/", links.reminder_page, name="reminder_page"),
    path("echeance/<str:token>/lettre/", links.reminder_letter, name="reminder_letter"),
    path("avance/<str:token>/", links.paper_page, name="paper_page"),
    path("avance/<str:token>/document/", links.paper_download, name="paper_download"),
    path("apports/<str:token>/", confirmations.contribution_confirm, name="contribution_confirm"),
]
