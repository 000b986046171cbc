from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    name = "conventions"
    verbose_name = "Conventions"

    def ready(self) -> None:
        """Say who may read the documents of a convention, where its page is, who still signs."""
        from django.db.models import Q

        from alize.documents import readable
        from basins import erasure
        from conventions.queries import convention_page, is_document_readable
        from conventions.queries.visible import (
            amendment_deadline,
            amendment_page,
            amendments_hidden_from,
            conventions_hidden_from,
            delegates,
            is_agreement_readable,
            is_amendment_readable,
            lapsed,
            partnership_deadline,
            partnership_page,
            renewed,
        )
        from signatures import owners

        for target, is_readable, page in (
            ("conventions.cooperationconvention", is_document_readable, convention_page),
            ("conventions.partnershipconvention", is_agreement_readable, partnership_page),
            ("conventions.amendment", is_amendment_readable, amendment_page),
        ):
            readable.register(target, is_readable)
            owners.register(target, page)
            owners.register_mandates(target, lapsed)
            owners.register_renewals(target, renewed)
            owners.register_delegates(target, delegates)
        owners.register_hidden("conventions.cooperationconvention", conventions_hidden_from)
        owners.register_hidden("conventions.amendment", amendments_hidden_from)
        owners.register_deadline("conventions.partnershipconvention", partnership_deadline)
        owners.register_deadline("conventions.amendment", amendment_deadline)
        for model, path in (
            ("cooperationconvention", ""),
            ("signer", "convention__"),
            ("partnershipconvention", ""),
            ("amendment", ""),
            ("amendmentmandate", "amendment__"),
            ("amendedskills", "amendment__"),
        ):
            drafted = Q(**{f"{path}status": "DRAFT"})
            erasure.keep(
                f"conventions.{model}",
                "convention figée ou signée : dix ans après son terme",
                ~drafted,
            )
