from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = "Signatures"

    def ready(self) -> None:
        """Say who may read the evidence of a circuit."""
        from alize.documents import readable
        from basins.access import allows

        readable.register(
            "signatures.circuit", lambda request, _: allows(request.roles, "signature.evidence")
        )
