from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "steering"
    verbose_name = "Pilotage"

    def ready(self) -> None:
        """Say who may read the documents of a report."""
        from alize.documents import readable
        from steering.permissions import reads_report

        readable.register("steering.evaluationreport", reads_report)
