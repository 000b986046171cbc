"""What a mail opens without an account: an instalment, and its letter."""

from django.urls import path

from funds.reminders import links

urlpatterns = [
    path("<str:token>/", links.reminder_page, name="reminder_page"),
    path("<str:token>/lettre/", links.reminder_letter, name="reminder_letter"),
]
