from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "alize.documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        from alize.documents import handlers  # noqa: F401 - registers the work it does
