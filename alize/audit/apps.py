from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "alize.audit"
    verbose_name = "Journal"
