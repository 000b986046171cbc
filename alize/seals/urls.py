from django.urls import path

from alize.seals import views

urlpatterns = [
    path("", views.document_verify, name="document_verify"),
    path("certificats/", views.seal_certificates, name="seal_certificates"),
    path("certificats/<str:name>", views.seal_certificate, name="seal_certificate"),
]
