"""The addresses of the site and those of the smallest pages."""

from django.urls import path

from alize.demo.bench import views
from alize.urls import urlpatterns as site

urlpatterns = [
    path("bassins/<slug:basin>/banc/", views.null, name="bench_null"),
    path("banc/nue/", views.bare, name="bench_bare"),
    path("banc/connectee/", views.signed_in, name="bench_signed_in"),
    *site,
]
