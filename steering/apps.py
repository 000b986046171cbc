from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "steering"
    verbose_name = "Pilotage"

    def ready(self) -> None:
        """Say who may read the documents of a report, and where its page is."""
        from alize.documents import readable
        from signatures import owners
        from steering.permissions import reads_report
        from steering.screen import page_of

        readable.register("steering.evaluationreport", reads_report)
        owners.register("steering.evaluationreport", page_of)
