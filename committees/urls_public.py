"""The letter of a decision, for the company, by the link of its mail."""

from django.urls import path

from committees.views import letters

urlpatterns = [
    path("<str:token>/", letters.letter_page, name="letter_page"),
    path("<str:token>/lettre/", letters.letter_download, name="letter_download"),
]
