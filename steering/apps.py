from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "steering"
    verbose_name = "Pilotage"

    def ready(self) -> None:
        """Say who may read the documents of a report or a committee, and what was asked of it."""
        from alize.documents import readable
        from basins import downloads, erasure
        from signatures import owners
        from steering import meeting_screen, screen
        from steering.permissions import reads_minutes, reads_report

        for target, judge, page in (
            ("steering.evaluationreport", reads_report, screen.page_of),
            (
                "steering.steeringmeeting",
                lambda request, _: reads_minutes(request.roles),
                meeting_screen.page_of,
            ),
        ):
            readable.register(target, judge)
            owners.register(target, page)
        downloads.register(screen.reports_asked)
        erasure.keep("steering", "rapports et comptes rendus signés")
