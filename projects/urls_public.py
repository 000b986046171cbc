from django.urls import path

from projects.follow_up import opinion_views, public_views

urlpatterns = [
    path("avis/<str:token>/", opinion_views.owner_opinion, name="owner_opinion"),
    path("<str:token>/", public_views.follow_up_review, name="follow_up_review"),
]
