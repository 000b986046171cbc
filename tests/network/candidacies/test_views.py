"""The pages of a candidacy (A3)."""

from hashlib import sha256

import pytest
import time_machine

from alize.outbox.models import Entry
from alize.seals import sealing
from alize.seals.queries import find_digest
from basins.enums import Role
from network.candidacies import operations
from network.candidacies.models import Candidacy
from tests.builders import at
from tests.network.candidacies.territory import NOW, upload, write_candidacy
from tests.words import plain
from tests.writings import second_of_two

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LIST = "/reseau/candidatures/"


@pytest.fixture
def staff(client_as):
    return client_as(Role.NATIONAL_STAFF)


@pytest.fixture
def colleague(client_as):
    """Somebody else of ASTREES, who records what the committee said."""
    return client_as(Role.NATIONAL_STAFF)


def test_a_candidacy_begins_with_a_name_and_says_all_that_it_lacks(staff):
    refused = staff.post(f"{LIST}nouvelle/", {"name": "Haut-Jura", "slug": "Haut Jura"})
    assert refused.status_code == 422
    assert "minuscules sans accent" in plain(refused)
    staff.post(f"{LIST}nouvelle/", {"name": "Haut-Jura", "slug": "haut-jura"})
    candidacy = Candidacy.objects.get()
    page = plain(staff.get(f"{LIST}{candidacy.pk}/"))
    for words in (
        "0/7</strong> étapes",
        "0/4 entreprises minimum",
        "Indiquer les départements du bassin",
        "Réunir 4 entreprises partenaires au moins : aucune à ce jour",
        "Fixer la prise d'effet de la convention",
    ):
        assert words in page
    assert "Haut-Jura" in plain(staff.get(LIST))


def test_nothing_typed_is_asked_twice_nor_lost(staff):
    candidacy = write_candidacy(staff.user, companies=3)
    page = f"{LIST}{candidacy.pk}/"
    said = {
        "name": "Haut-Jura",
        "slug": "haut-jura",
        "departments": "39, 1000",
        "communes": "Saint-Claude",
    }
    refused = staff.post(f"{page}territoire/", said)
    assert refused.status_code == 422
    assert "« 1000 » n'est pas un numéro de département" in plain(refused)
    partner = {"name": "Fonderie", "kind": "COMPANY", "money_1": "15 000", "days_2": "2,5"}
    refused = staff.post(f"{page}partenaires/ajouter/", partner)
    assert "Indiquez la valeur d'une journée" in plain(refused)
    partner["daily_rate"] = "800"
    assert staff.post(f"{page}partenaires/ajouter/", partner).status_code == 302
    fonderie = candidacy.partners.get(name="Fonderie")
    assert [pledge.amount for pledge in fonderie.pledges.all()] == [1_500_000, 200_000]
    shown = plain(staff.get(f"{page}partenaires/{fonderie.pk}/"))
    assert 'value="15 000' in shown
    assert 'value="2,5"' in shown
    assert "4/4 entreprises minimum" in plain(staff.get(page))
    assert staff.post(f"{page}partenaires/{fonderie.pk}/retirer/").status_code == 302
    assert "3/4 entreprises minimum" in plain(staff.get(page))


def test_a_step_that_somebody_else_saved_meanwhile_is_compared(staff, colleague):
    page = f"{LIST}{write_candidacy(staff.user).pk}/territoire/"
    theirs = {"departments": "39, 01", "communes": "Morez"}
    said = second_of_two(staff, colleague, page, theirs=theirs, mine={"authorities": "Deux"})
    assert "« 39, 01 »" in said
    assert "« Morez »" in said


def test_a_partner_that_somebody_else_corrected_meanwhile_is_compared(staff, colleague):
    candidacy = write_candidacy(staff.user)
    page = f"{LIST}{candidacy.pk}/partenaires/{candidacy.partners.first().pk}/"
    theirs = {"money_1": "30 000", "days_1": "4", "town": "Morez"}
    said = second_of_two(staff, colleague, page, theirs=theirs, mine={"siren": "130 013 543"})
    assert "« 30 000 »" in said
    assert "« 4 »" in said
    assert "« Morez »" in said
    assert said.count("Enregistré pendant que vous écriviez") == 2 * 4, "nothing else differs"


def test_submitted_then_decided_it_has_its_two_papers(staff, colleague, client_as, run_outbox):
    candidacy = write_candidacy(staff.user)
    page = f"{LIST}{candidacy.pk}/"
    assert staff.post(f"{page}soumettre/", {"meeting_on": "22/11/2026"}).status_code == 302
    decision = {
        "decided_on": "22/11/2026",
        "outcome": "DEFERRED",
        "votes_for": "7",
        "votes_against": "0",
        "abstentions": "1",
        "reason": "Le budget est à préciser.",
    }
    assert "une autre personne d'ASTREES" in plain(staff.get(page))
    assert "Vous avez soumis cette candidature" in plain(staff.get(f"{page}decision/", follow=True))
    own = staff.post(f"{page}decision/", decision | {"minutes": upload("pv.png")})
    assert own.status_code == 403
    refused = colleague.post(f"{page}decision/", decision)
    assert refused.status_code == 422
    decided = colleague.post(f"{page}decision/", decision | {"minutes": upload("pv.png")})
    assert decided.status_code == 302
    with time_machine.travel(at(2030)):
        run_outbox()
    text = plain(staff.get(page))
    assert "sept voix pour, aucune voix contre et une abstention" in text
    assert "Soumettre au comité national" in text
    number = candidacy.decisions.get().pk
    reader = client_as(Role.NATIONAL_COMMITTEE)
    for path in (f"decisions/{number}/", f"decisions/{number}/pv/", "accord/"):
        assert reader.get(page + path).status_code == 200
    assert reader.get(f"{page}decisions/{number}/").headers["Content-Type"] == "application/pdf"
    assert "PDF scellé" in text


def test_the_decision_is_sealed_and_a_seal_that_fails_keeps_it(
    staff, colleague, run_outbox, monkeypatch
):
    candidacy = write_candidacy(staff.user)
    told = {"candidacy_id": candidacy.pk, "at": NOW}
    operations.submit(meeting_on=NOW.date(), by=staff.user, **told)
    votes = {"votes_for": 2, "votes_against": 5, "abstentions": 0, "reason": "Trop petit."}
    decided = {"decided_on": NOW.date(), "outcome": "REFUSED", "minutes": upload("pv.png")}
    decision = operations.decide(**decided, **votes, by=colleague.user, **told)
    paper = f"{LIST}{candidacy.pk}/decisions/{decision.pk}/"

    def fails(**_):
        raise OSError("no key")

    with time_machine.travel(at(2030)), monkeypatch.context() as broken:
        broken.setattr("network.candidacies.tasks.seal", fails)
        run_outbox()
    before = b"".join(staff.get(paper).streaming_content)
    assert not sealing.check(before).is_sealed
    with time_machine.travel(at(2030, 4)):
        run_outbox()
    sealed = b"".join(staff.get(paper).streaming_content)
    assert sealing.check(sealed).is_genuine
    found = find_digest(sha256(sealed).hexdigest())
    assert (found.standing, found.seal.signatures) == ("IN_FORCE", 0)
    assert found.seal.original_sha256 == sha256(before).hexdigest()


def test_withdrawn_from_its_page_it_says_why(staff):
    page = f"{LIST}{write_candidacy(staff.user).pk}/"
    assert f"{page}retirer/" in plain(staff.get(page))
    assert staff.post(f"{page}retirer/", {"reason": ""}).status_code == 422
    assert staff.post(f"{page}retirer/", {"reason": "Ouverte par erreur"}).url == page
    text = plain(staff.get(page))
    assert "« Ouverte par erreur »" in text
    assert "Soumettre au comité national" not in text
    assert "Adresse" in text
    assert "retirée" in plain(staff.get(f"{page}territoire/", follow=True))


def test_the_page_says_where_the_space_stands_and_starts_it_again(staff, colleague):
    candidacy = write_candidacy(staff.user)
    told = {"candidacy_id": candidacy.pk, "at": NOW}
    operations.submit(meeting_on=NOW.date(), by=staff.user, **told)
    votes = {"votes_for": 5, "votes_against": 0, "abstentions": 0, "reason": ""}
    decided = {"decided_on": NOW.date(), "outcome": "ACCEPTED", "minutes": upload("pv.png")}
    operations.decide(**votes, **decided, by=colleague.user, **told)
    page = f"{LIST}{candidacy.pk}/"
    assert "en cours de création" in plain(staff.get(page))
    assert staff.get(f"{page}espace/etat/").json() == {"is_under_way": True}
    work = Entry.objects.filter(kind=operations.SPACE)
    work.update(attempts=2, last_error="OperationalError: connection refused")
    failed = plain(staff.get(page))
    assert "La création de l'espace a échoué 2 fois ; elle reprend d'elle-même" in failed
    assert "OperationalError" not in failed
    assert staff.post(f"{page}espace/relancer/").status_code == 302
    assert "en cours de création" in plain(staff.get(page))
    assert work.get().attempts == 0
