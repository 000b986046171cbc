from django.urls import path

from alize.demo import views

urlpatterns = [
    path("entrer/<slug:key>/", views.enter, name="demo_enter"),
    path("personnes/", views.people, name="demo_people"),
    path("codes/", views.codes, name="demo_codes"),
    path("courriers/", views.mails, name="demo_mails"),
    path("courriers/<int:pk>/", views.mail, name="demo_mail"),
    path("courriers/<int:pk>/html/", views.mail_html, name="demo_mail_html"),
    path("courriers/<int:pk>/agenda/", views.mail_calendar, name="demo_mail_calendar"),
    path("composants/", views.components, name="demo_components"),
]
