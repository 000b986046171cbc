"""The addresses of the partners, under `/bassins/<slug>/partenaires/`."""

from django.urls import path

from partners import views

PARTNER = "<int:partner_id>/"

urlpatterns = [
    path("", views.partner_list, name="partner_list"),
    path("nouveau/", views.partner_create, name="partner_create"),
    path(PARTNER, views.partner_detail, name="partner_detail"),
    path(f"{PARTNER}modifier/", views.partner_edit, name="partner_edit"),
    path(f"{PARTNER}contacts/nouveau/", views.contact_create, name="contact_create"),
    path(f"{PARTNER}contacts/<int:contact_id>/", views.contact_edit, name="contact_edit"),
    path(f"{PARTNER}engagements/", views.pledge_save, name="pledge_save"),
]
