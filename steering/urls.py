from django.urls import path

from steering import views

urlpatterns = [
    path("", views.report_list, name="report_list"),
    path("rapports/preparer/", views.report_prepare, name="report_prepare"),
    path("rapports/<int:year>/", views.report_detail, name="report_detail"),
    path("rapports/<int:year>/apercu/", views.report_preview, name="report_preview"),
    path("rapports/<int:year>/publier/", views.report_publish, name="report_publish"),
    path("comites/<int:number>/", views.steering_meeting, name="steering_meeting"),
]
