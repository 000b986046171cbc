"""The national pages read the consolidated rows only, in a constant number of queries."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alize.accounts.models import Person
from alize.outbox.models import Entry
from alize.outbox.queries import STUCK_AFTER
from basins import tenancy
from basins.enums import NATIONAL_ROLES, Role
from basins.models import Basin, Membership
from network.models import BasinState, BasinYear
from tests.builders import at, make_user
from tests.words import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = at(2026, 11, 22)
HOME, LIST = "/reseau/", "/reseau/bassins/"


def write(basin, *, year=None, **state):
    with tenancy.national():
        BasinState.objects.create(
            basin=basin,
            **{
                "as_of": NOW.date(),
                "computed_at": NOW,
                "last_meeting_on": date(2026, 11, 2),
                "convention_ends_on": date(2028, 12, 31),
                "companies": 14,
                **state,
            },
        )
        BasinYear.objects.create(basin=basin, year=2026, **(year or {}))


@pytest.fixture
def network(savoie, meuse):
    for basin in (savoie, meuse):
        make_user(Role.OPERATOR, basin=basin)
    write(
        savoie,
        year={
            "meetings": 6,
            "projects_examined": 17,
            "projects_approved": 14,
            "projects_decided": 16,
            "jobs_planned_tenths": 595,
            "advances_granted": 32_600_000,
        },
        outstanding=41_894_594,
        lent=100_000_000,
        lost=1_000_000,
        convention_ends_on=date(2026, 12, 31),
    )
    write(
        meuse,
        year={"meetings": 3, "projects_approved": 2, "projects_decided": 4},
        companies=3,
        reviews_late=3,
        reviews_late_since=date(2026, 8, 21),
        last_meeting_on=date(2026, 5, 1),
    )


@pytest.mark.parametrize("path", [HOME, LIST])
@pytest.mark.parametrize("role", list(Role))
def test_national_roles_and_control_only(network, client_as, role, path):
    reads = role in NATIONAL_ROLES | {Role.AUDITOR}
    assert client_as(role).get(path).status_code == (200 if reads else 403)


class TestTower:
    def test_six_figures_with_their_day(self, network, client_as):
        page = plain(client_as(Role.NATIONAL_STAFF).get(HOME))
        assert page.count('class="figure-card"') == 6
        assert page.count("Arrêté au 22/11/2026") == 6
        assert "418 946 €" in page
        assert "sinistralité 1 %" in page

    def test_what_demands_attention(self, network, client_as):
        with tenancy.national():
            BasinState.objects.filter(basin__slug="meuse").update(
                contested=1, contested_since=date(2026, 11, 3)
            )
        page = plain(client_as(Role.NATIONAL_STAFF).get(HOME))
        assert "1 signature contestée : la suite est à donner par ASTREES" in page
        assert "depuis le 03/11/2026" in page
        assert "3 points de suivi en retard" in page
        assert "depuis le 21/08/2026" in page
        assert "La convention triennale se termine" in page
        assert "le 31/12/2026" in page
        assert "Aucune séance tenue" in page
        assert "depuis le 01/05/2026" in page
        assert "Quatre entreprises partenaires au moins sont attendues : 3 à ce jour" in page

    def test_a_basin_without_operator_is_told(self, network, client_as):
        client = client_as(Role.NATIONAL_STAFF)
        assert "Aucun opérateur" not in plain(client.get(HOME))
        held = Membership.objects.filter(role=Role.OPERATOR, basin__slug="meuse")
        with tenancy.national():
            held.update(ends_on=NOW.date())
        assert "Aucun opérateur" not in plain(client.get(HOME))
        with tenancy.national():
            held.update(ends_on=NOW.date() - timedelta(days=1))
        page = plain(client.get(HOME))
        assert page.count("Aucun opérateur en fonction : ASTREES en invite un") == 1
        assert 'href="/reseau/bassins/?annee=2026&motif=NO_OPERATOR"' in page
        behind = plain(client.get(LIST, {"motif": "NO_OPERATOR"}))
        assert ('/">Meuse</a>' in behind, '/">Savoie</a>' in behind) == (True, False)

    def test_an_operator_whose_account_is_closed_is_none(self, network, client_as):
        with tenancy.national():
            Person.objects.filter(memberships__basin__slug="meuse").update(is_active=False)
        page = plain(client_as(Role.NATIONAL_STAFF).get(HOME))
        assert page.count("Aucun opérateur en fonction") == 1

    def test_work_that_keeps_failing_is_shown_and_tried_again(self, network, client_as):
        with tenancy.national():
            Entry.objects.create(
                schema="b_0001", kind="figures.changed", key="1", attempts=STUCK_AFTER,
                created_at=NOW, due_at=NOW + timedelta(minutes=50),
            )  # fmt: skip
        staff = client_as(Role.NATIONAL_STAFF)
        page = plain(staff.get(HOME))
        assert "Bassin Savoie : 1 travail, depuis le" in page
        assert "Réessayer maintenant" in page
        assert "Réessayer" not in plain(client_as(Role.NATIONAL_VIEWER).get(HOME))
        assert staff.post(f"{HOME}travaux/relancer/").url == HOME
        with tenancy.national():
            assert Entry.objects.get(kind="figures.changed").due_at == NOW

    def test_figures_lead_to_their_list(self, network, client_as):
        client = client_as(Role.NATIONAL_STAFF)
        page = plain(client.get(HOME))
        assert 'href="/reseau/bassins/?annee=2026&sort=-approved"' in page
        assert 'href="/bassins/savoie/"' in page
        assert 'href="/reseau/bassins/?annee=2026&motif=FOLLOW_UP"' in page

    def test_active_basins_lead_to_themselves_and_no_other(self, network, client_as):
        client = client_as(Role.NATIONAL_STAFF)
        behind = "/reseau/bassins/?annee=2026&etat=ACTIVE"
        assert f'href="{behind}"' in plain(client.get(HOME))
        assert ">1</strong> bassin<" in plain(client.get(behind))

    def test_the_map_gives_its_credit(self, network, client_as):
        page = plain(client_as(Role.NATIONAL_STAFF).get(HOME))
        assert "Fond de carte : @svg-maps, CC BY 4.0." in page
        assert "Savoie (73)" in page

    def test_an_empty_network(self, savoie, client_as):
        assert client_as(Role.NATIONAL_STAFF).get(HOME).status_code == 200
        assert client_as(Role.NATIONAL_STAFF).get(LIST).status_code == 200


class TestBasins:
    def names(self, page):
        return [name for name in ("Meuse", "Savoie") if f'/">{name}</a>' in page]

    def test_totals_are_sums_over_sums(self, network, client_as):
        foot = plain(client_as(Role.NATIONAL_STAFF).get(LIST)).split("<tfoot")[1]
        assert "80 % (n = 20)" in foot  # (14 + 2) / (16 + 4), not the mean of 87,5 % and 50 %
        assert "59,5" in foot

    def test_figures_of_two_months_ago_enter_no_ratio(self, network, client_as):
        with tenancy.national():
            BasinState.objects.filter(basin__slug="meuse").update(as_of=date(2026, 9, 1))
        note = "Les taux du réseau laissent de côté Meuse : chiffres de plus de 60 jours."
        client = client_as(Role.NATIONAL_STAFF)
        page = plain(client.get(LIST))
        assert "87,5 % (n = 16)" in page.split("<tfoot")[1]
        assert note in page
        assert note in plain(client.get(HOME))
        assert note not in plain(client.get(LIST, {"q": "savoie"}))

    def test_a_ratio_of_few_is_masked(self, network, client_as):
        page = plain(client_as(Role.NATIONAL_STAFF).get(LIST))
        assert "n < 5" in page
        assert "50 %" not in page

    def test_filter_and_sort(self, network, client_as):
        client = client_as(Role.NATIONAL_STAFF)
        assert self.names(plain(client.get(LIST, {"q": "savoie"}))) == ["Savoie"]
        assert self.names(plain(client.get(LIST, {"q": "55"}))) == ["Meuse"]
        assert self.names(plain(client.get(LIST, {"motif": "FOLLOW_UP"}))) == ["Meuse"]
        assert self.names(plain(client.get(LIST, {"motif": "CONVENTION"}))) == ["Savoie"]
        assert self.names(plain(client.get(LIST, {"etat": "ACTIVE"}))) == ["Savoie"]
        assert self.names(plain(client.get(LIST, {"etat": "ASLEEP"}))) == ["Meuse"]
        page = plain(client.get(LIST, {"sort": "-approved"}))
        assert page.index('">Savoie</a>') < page.index('">Meuse</a>')
        assert client.get(LIST, {"sort": "-approval"}).status_code == 200

    @pytest.mark.parametrize(
        "asked", [{"annee": "x"}, {"motif": "x"}, {"per_page": "x"}, {"page": "9"}]
    )
    def test_nonsense_is_harmless(self, network, client_as, asked):
        assert client_as(Role.NATIONAL_STAFF).get(LIST, asked).status_code == 200

    def test_export_holds_numbers(self, network, client_as):
        response = client_as(Role.NATIONAL_VIEWER).get(LIST, {"export": "xlsx"})
        rows = list(openpyxl.load_workbook(BytesIO(response.content)).active.values)
        savoie = dict(zip(rows[1], rows[3], strict=True))
        assert savoie["Bassin"] == "Savoie"
        assert savoie["Avances accordées"] == 326_000
        assert savoie["Emplois prévus"] == 59.5
        assert savoie["Attention"] == "Convention bientôt échue"

    def test_the_national_committee_does_not_export(self, network, client_as):
        client = client_as(Role.NATIONAL_COMMITTEE)
        assert client.get(LIST, {"export": "xlsx"}).status_code == 403
        assert "Exporter cette liste" not in plain(client.get(LIST))


@pytest.mark.parametrize("path", [HOME, LIST])
def test_the_same_queries_whatever_the_number_of_basins(network, client_as, path):
    client = client_as(Role.NATIONAL_STAFF)

    def queries() -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return [query["sql"] for query in seen]

    before = queries()
    for number in range(3, 23):
        with tenancy.national():
            basin = Basin.objects.create(
                schema_name=f"b_{number:04d}",
                slug=f"bassin-{number}",
                name=f"Bassin {number}",
                departments=["38"],
                status="INSTALLED",
                installed_on=date(2020, 1, 1),
            )
        write(basin)
    after = queries()
    assert len(after) == len(before)
    assert not [sql for sql in after if "b_0" in sql]
