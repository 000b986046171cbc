from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    name = "conventions"
    verbose_name = "Conventions"

    def ready(self) -> None:
        """Say who may read the documents of a convention, and where its page is."""
        from alize.documents import readable
        from conventions.queries import convention_page, is_document_readable
        from conventions.queries.visible import (
            amendment_page,
            is_agreement_readable,
            is_amendment_readable,
            partnership_page,
        )
        from signatures import owners

        readable.register("conventions.cooperationconvention", is_document_readable)
        owners.register("conventions.cooperationconvention", convention_page)
        readable.register("conventions.partnershipconvention", is_agreement_readable)
        owners.register("conventions.partnershipconvention", partnership_page)
        readable.register("conventions.amendment", is_amendment_readable)
        owners.register("conventions.amendment", amendment_page)
