from django.urls import include, path

from alize.accounts import views

urlpatterns = [
    path("mon-acces/", views.account_home, name="account_home"),
    path("", include("allauth.urls")),
]
