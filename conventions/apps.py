from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    name = "conventions"
    verbose_name = "Conventions"

    def ready(self) -> None:
        """Say who may read the documents of a convention."""
        from alize.documents import readable
        from conventions.queries import is_document_readable

        readable.register("conventions.cooperationconvention", is_document_readable)
