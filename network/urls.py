from django.urls import path

from network import views

urlpatterns = [
    path("", views.national_home, name="national_home"),
    path("bassins/", views.national_basins, name="national_basins"),
]
