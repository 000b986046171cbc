from django.urls import path

from alize.documents import views

urlpatterns = [
    path("<int:document_id>/", views.document_download, name="document_download"),
]
