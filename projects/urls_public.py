from django.urls import path

from projects.follow_up import public_views

urlpatterns = [
    path("<str:token>/", public_views.follow_up_review, name="follow_up_review"),
]
