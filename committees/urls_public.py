"""What a mail opens without an account: the letter of a decision, the answer to a proxy."""

from django.urls import path

from committees.views import letters, proxy_links

urlpatterns = [
    path("decision/<str:token>/", letters.letter_page, name="letter_page"),
    path("decision/<str:token>/lettre/", letters.letter_download, name="letter_download"),
    path("pouvoir/<str:token>/", proxy_links.proxy_link, name="proxy_link"),
]
