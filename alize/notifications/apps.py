from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "alize.notifications"
    verbose_name = "Courriers"
