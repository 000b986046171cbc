from django.urls import path

from conventions.views import shared

urlpatterns = [
    path("<str:token>/", shared.convention_shared, name="convention_shared"),
    path(
        "<str:token>/document/",
        shared.convention_shared_document,
        name="convention_shared_document",
    ),
]
