"""What a mail opens without an account: an instalment and its letter, a paper of an advance."""

from django.urls import path

from funds.reminders import links

urlpatterns = [
    path("echeance/<str:token>/", links.reminder_page, name="reminder_page"),
    path("echeance/<str:token>/lettre/", links.reminder_letter, name="reminder_letter"),
    path("avance/<str:token>/", links.paper_page, name="paper_page"),
    path("avance/<str:token>/document/", links.paper_download, name="paper_download"),
]
