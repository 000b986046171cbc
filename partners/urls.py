"""The addresses of the partners, under `/bassins/<slug>/partenaires/`."""

from django.urls import path

from partners.views import contacts, means, partners

PARTNER = "<int:partner_id>/"
CONTACT = f"{PARTNER}contacts/<int:contact_id>/"

urlpatterns = [
    path("", partners.partner_list, name="partner_list"),
    path("nouveau/", partners.partner_create, name="partner_create"),
    path("competences/", means.skill_list, name="skill_list"),
    path(PARTNER, partners.partner_detail, name="partner_detail"),
    path(f"{PARTNER}modifier/", partners.partner_edit, name="partner_edit"),
    path(f"{PARTNER}contacts/nouveau/", contacts.contact_create, name="contact_create"),
    path(CONTACT, contacts.contact_edit, name="contact_edit"),
    path(f"{CONTACT}mandats/nouveau/", contacts.mandate_add, name="mandate_add"),
    path(
        f"{PARTNER}mandats/<int:mandate_id>/acte/",
        contacts.mandate_document,
        name="mandate_document",
    ),
    path(f"{PARTNER}engagements/", means.pledge_save, name="pledge_save"),
    path(f"{PARTNER}competences/", means.skill_offer, name="skill_offer"),
    path(
        f"{PARTNER}competences/<int:offer_id>/retirer/", means.skill_withdraw, name="skill_withdraw"
    ),
    path(
        f"{PARTNER}competences/<int:offer_id>/remettre/", means.skill_restore, name="skill_restore"
    ),
]
