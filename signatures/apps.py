from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = "Signatures"

    def ready(self) -> None:
        """Say who may read the evidence of a circuit, and how it is read again every month."""
        from alize.documents import readable
        from alize.seals import keeping
        from basins import erasure
        from basins.access import allows
        from signatures import queries

        readable.register(
            "signatures.circuit", lambda request, _: allows(request.roles, "signature.evidence")
        )
        keeping.register(queries.kept)
        erasure.keep("signatures", "preuve d'une signature : dix ans après le terme")
