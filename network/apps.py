from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = "Réseau"

    def ready(self) -> None:
        from basins import erasure

        erasure.keep("network.nationaldecision", "décisions du comité national")
