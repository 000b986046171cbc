from django.urls import path

from alize.documents import views

urlpatterns = [
    path("", views.document_verify, name="document_verify"),
]
