"""The addresses of one basin, under `/bassins/<slug>/`."""

from django.urls import include, path

from basins import views as basins

urlpatterns = [
    path("", basins.basin_home, name="basin_home"),
    path("telechargements/", basins.download_list, name="download_list"),
    path("dossiers/", include("projects.urls")),
    path("suivi/", include("projects.urls_follow_up")),
    path("comite/", include("committees.urls")),
    path("partenaires/", include("partners.urls")),
    path("fonds/", include("funds.urls")),
    path("signatures/", include("signatures.urls")),
    path("conventions/", include("conventions.urls")),
    path("pilotage/", include("steering.urls")),
    path("documents/", include("alize.documents.urls")),
    path("reglages/", include("basins.urls")),
]
