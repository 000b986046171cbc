from django.apps import AppConfig

from alize.documents import readable


class SteeringConfig(AppConfig):
    name = "steering"
    verbose_name = "Pilotage"

    def ready(self) -> None:
        """Say who may read the documents of a report."""
        from basins.access import allows

        readable.register(
            "steering.evaluationreport",
            lambda request, document: allows(request.roles, "report.read"),
        )
