from django.urls import path

from projects.follow_up import views

urlpatterns = [
    path("", views.follow_up_list, name="follow_up_list"),
    path("relancer/", views.follow_up_remind, name="follow_up_remind"),
    path("points/<int:review_id>/", views.review_detail, name="review_detail"),
    path("points/<int:review_id>/remplir/", views.review_answer, name="review_answer"),
    path("points/<int:review_id>/pris-en-charge/", views.review_handle, name="review_handle"),
    path("points/<int:review_id>/intervention/", views.review_help, name="review_help"),
]
