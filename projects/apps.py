from importlib import import_module

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        """Register who reads the documents of the projects, and whom they name."""
        import_module("projects.documents")
        import_module("projects.erasing")
