"""The space of an accepted basin, made by the real task in a database of its own (A3)."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.db import transaction

from alize.common.errors import ActionDenied
from alize.notifications.models import Mail
from alize.outbox.models import Entry
from basins import tenancy
from basins.enums import BasinStatus, Role
from basins.models import Invitation
from basins.tasks import sweep
from conventions.models import PartnershipConvention
from network import operations as network
from network.candidacies import operations, spaces
from network.candidacies.enums import NationalOutcome
from network.candidacies.models import Candidacy
from network.candidacies.screen import candidacy_screen
from partners.models import Contact, Mandate, Partner, Pledge
from tests.builders import make_user
from tests.databases import of_its_own
from tests.network.candidacies.territory import NOW, upload, write_candidacy

pytestmark = pytest.mark.usefixtures("unblocked")


@pytest.fixture(scope="module")
def committed(django_db_setup, django_db_blocker, template_name) -> Iterator[None]:
    """A database of its own: the owner, on another connection, waits for no test."""
    with django_db_blocker.unblock(), of_its_own(template_name, "space"):
        yield


@pytest.fixture
def unblocked(committed, django_db_blocker):
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def accepted(committed) -> Candidacy:
    """A candidacy that the national committee has just accepted; nothing is made yet."""
    with time_machine.travel(NOW, tick=False):
        staff = make_user(Role.NATIONAL_STAFF)
        candidacy = write_candidacy(staff)
        told = {"candidacy_id": candidacy.pk, "at": NOW}
        operations.submit(meeting_on=NOW.date(), by=staff, **told)
        operations.decide(
            decided_on=NOW.date(),
            outcome=NationalOutcome.ACCEPTED,
            votes_for=9,
            votes_against=0,
            abstentions=0,
            reason="",
            minutes=upload("pv.png"),
            by=make_user(Role.NATIONAL_STAFF),
            **told,
        )
    Entry.objects.exclude(kind=operations.SPACE).update(done_at=NOW)
    return candidacy


def stand(candidacy: Candidacy) -> spaces.Stand:
    return spaces.space_of(Candidacy.objects.select_related("basin").get(pk=candidacy.pk)).stand


def test_a_worker_without_the_owners_login_leaves_the_work_to_the_one_that_has_it(
    accepted, settings
):
    settings.DATABASE_OWNER = settings.DATABASE_OWNER | {"USER": ""}
    assert sweep() == 0
    entry = Entry.objects.get(kind=operations.SPACE)
    assert (entry.attempts, entry.done_at) == (0, None)
    assert stand(accepted) is spaces.Stand.UNDER_WAY
    with pytest.raises(ActionDenied, match="n'a pas échoué"):
        spaces.take_up(candidacy_id=accepted.pk, by=accepted.created_by, at=NOW)


def test_cut_short_after_its_schema_the_work_is_taken_up_again(accepted, monkeypatch):
    def killed(*_, **__):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(spaces, "_welcome", killed)
        assert sweep() == 0
    assert stand(accepted) is spaces.Stand.FAILED
    assert tenancy.find("haut-jura") is None
    with tenancy.owner_cursor() as cursor:
        assert cursor.execute("SELECT to_regnamespace('b_0003')").fetchone() != (None,)
    spaces.take_up(candidacy_id=accepted.pk, by=accepted.created_by, at=NOW)
    assert sweep() >= 1
    assert stand(accepted) is spaces.Stand.OPEN


def test_the_space_holds_what_the_candidacy_said(accepted):
    basin = tenancy.find("haut-jura")
    operator = basin.operators.get()
    assert (basin.status, operator.representative) == ("VALIDATED", "Élise Lamy")
    assert operator.representative_email == "elise.lamy@example.org"
    with tenancy.inside(basin):
        assert list(Partner.objects.values_list("name", flat=True)) == [
            "ASTREES",
            *(f"Entreprise {number}" for number in range(1, 5)),
        ]
        assert Contact.objects.filter(signs=True).count() == 4
        assert Contact.objects.count() == 8
        # The fourth signs by a delegation, which its operator attaches.
        assert Mandate.objects.count() == 3
        first = Pledge.objects.filter(partner__name="Entreprise 1")
        assert set(first.values_list("year", "nature", "amount")) == {
            *((year, "MONEY", 2_000_000) for year in (2027, 2028, 2029)),
            (2027, "SKILLS", 200_000),
        }
        convention = PartnershipConvention.objects.get()
        assert (convention.status, convention.starts_on) == ("DRAFT", date(2027, 1, 1))
        assert convention.territory == "Saint-Claude, Moirans"
        assert convention.partners.count() == 5
    invitation = Invitation.objects.get(basin=basin)
    assert (invitation.email, invitation.role) == ("elise.lamy@example.org", Role.OPERATOR)


def test_its_operator_is_told_once_and_a_second_call_changes_nothing(accepted):
    while sweep():
        pass
    assert Mail.objects.get(code="M72").to_email == "elise.lamy@example.org"
    assert Mail.objects.filter(code="M00").count() == 1
    spaces.open_space(candidacy_id=accepted.pk, at=NOW)
    with tenancy.inside(tenancy.find("haut-jura")):
        assert Partner.objects.count() == 5


def seen(candidacy) -> tuple[str, bool]:
    """The last step of the journey, and whether the page says that the convention is signed."""
    candidacy = Candidacy.objects.select_related("basin").get(pk=candidacy.pk)
    screen = candidacy_screen(candidacy, candidacy.created_by, writes=False)
    said = any("signée par tous : elle installe" in line for line in screen.space.done)
    return screen.progress.steps[-1].detail, said


def test_the_basin_is_installed_once_its_convention_signed_by_all_takes_effect(accepted):
    basin = tenancy.find("haut-jura")
    network.refresh(basin=basin, at=NOW)
    basin.refresh_from_db()
    assert basin.status == BasinStatus.VALIDATED
    with transaction.atomic():
        day = date(2027, 1, 1)
        with tenancy.inside(basin):
            PartnershipConvention.objects.update(status="SIGNED", signed_on=date(2026, 12, 20))
        # Signed for later, it is no longer said to be in preparation.
        assert seen(accepted)[0] == "en préparation"
        network.refresh(basin=basin, at=NOW)
        basin.refresh_from_db()
        assert (basin.status, basin.installed_on) == (BasinStatus.VALIDATED, None)
        assert seen(accepted) == ("signée, à partir du 01/01/2027", True)
        # Read again days later, it is installed since its own day.
        network.refresh(basin=basin, at=NOW.replace(year=2027, month=1, day=9))
        basin.refresh_from_db()
        assert (basin.status, basin.installed_on) == (BasinStatus.INSTALLED, day)
        assert basin.first_convention_on == date(2027, 1, 1)
        assert seen(accepted)[0] == "signée"
        transaction.set_rollback(True)
