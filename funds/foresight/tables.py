"""The lists behind the figures of the fund."""

from alize.common.tables import DateColumn, EurosColumn, List
from funds.foresight.simulation import whole_euros


class CapacityTable(List):
    """Capacité d'engagement, mois par mois."""

    caption = "Les douze mois qui viennent"
    noun = "ligne"

    ends_on = DateColumn(verbose_name="Fin du mois", orderable=False)
    expected = EurosColumn(verbose_name="Remboursements attendus", orderable=False, total=True)
    counted = EurosColumn(verbose_name="Retenus", orderable=False, total=True)
    restituted = EurosColumn(verbose_name="À rendre aux financeurs", orderable=False, total=True)
    free = EurosColumn(verbose_name="Libre en fin de mois", orderable=False)


class WholeEurosColumn(EurosColumn):
    """Whole euros on the page, where the cents of a forecast say nothing."""

    def written(self, value: int) -> str:
        return whole_euros(value)


class SimulationTable(List):
    """La simulation, mois par mois."""

    caption = "La simulation, mois par mois"
    noun = "ligne"

    ends_on = DateColumn(verbose_name="Fin du mois", orderable=False)
    paid = WholeEurosColumn(verbose_name="Versé", orderable=False, total=True)
    due = WholeEurosColumn(verbose_name="Échéances", orderable=False, total=True)
    received = WholeEurosColumn(verbose_name="Encaissé", orderable=False, total=True)
    added = WholeEurosColumn(verbose_name="Apports nets", orderable=False, total=True)
    cash = WholeEurosColumn(verbose_name="Trésorerie", orderable=False)
    low = WholeEurosColumn(verbose_name="Bas à 80 %", orderable=False)
    high = WholeEurosColumn(verbose_name="Haut à 80 %", orderable=False)
    stock = WholeEurosColumn(verbose_name="Encours", orderable=False)
    losses = WholeEurosColumn(verbose_name="Pertes", orderable=False)

    class Meta:
        attrs = {"class": "table-scroll list-compact"}
