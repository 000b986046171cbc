from django.urls import path

from steering import meeting_views, views

urlpatterns = [
    path("", views.report_list, name="report_list"),
    path("rapports/preparer/", views.report_prepare, name="report_prepare"),
    path("rapports/<int:year>/", views.report_detail, name="report_detail"),
    path("rapports/<int:year>/apercu/", views.report_preview, name="report_preview"),
    path("rapports/<int:year>/publier/", views.report_publish, name="report_publish"),
    path("comites/convoquer/", meeting_views.steering_convene, name="steering_convene"),
    path("comites/<int:number>/", meeting_views.steering_meeting, name="steering_meeting"),
    path("comites/<int:number>/convocation/", meeting_views.steering_move, name="steering_move"),
    path("comites/<int:number>/conclusions/", meeting_views.steering_close, name="steering_close"),
    path("comites/<int:number>/corriger/", meeting_views.steering_correct, name="steering_correct"),
    path("comites/<int:number>/signer/", meeting_views.steering_sign, name="steering_sign"),
]
