"""The pages of a steering committee, from its summons to its signature (R84, P3)."""

from datetime import date, timedelta

import pytest

from basins.enums import Role
from steering.models import SteeringMeeting
from steering.operations import meetings as operations
from tests.signatures.conftest import LAUNCH, TODAY
from tests.steering.meetings import ROOM, SUMMONS, convene
from tests.words import plain
from tests.writings import second_of_two

pytestmark = pytest.mark.django_db


class TestPages:
    def test_from_the_summons_to_the_signature(self, in_savoie, client_as, run_outbox):
        client, reader = client_as(Role.OPERATOR), client_as(Role.PREFECTURE)
        form = plain(client.get(f"{ROOM}comites/convoquer/"))
        assert 'value="1"' in form
        day = TODAY.strftime("%d/%m/%Y")
        summons = {"number": "12", "held_on": day, "hour": "14 h 30", "place": "Préfecture"}
        refused = client.post(f"{ROOM}comites/convoquer/", summons)
        assert refused.status_code == 422
        assert 'value="Préfecture"' in plain(refused)
        agenda = {"agenda": "Rapport\nOrientations"}
        assert client.post(f"{ROOM}comites/convoquer/", summons | agenda).status_code == 302
        page = f"{ROOM}comites/12/"
        again = client.get(f"{ROOM}comites/convoquer/", follow=True)
        assert "n° 12 est déjà convoqué" in plain(again)
        assert "Convoquer un comité" not in plain(again)
        assert "Convoqué" in plain(reader.get(ROOM))
        assert "Voir l'ordre du jour" in plain(reader.get("/bassins/savoie/"))
        assert "Enregistrer les conclusions" in plain(client.get("/bassins/savoie/"))
        assert "Enregistrer les conclusions" not in plain(reader.get(page))
        moved = summons | agenda | {"place": "Sous-préfecture"}
        assert client.post(f"{page}convocation/", moved).status_code == 302
        assert "Sous-préfecture" in plain(client.get(page))
        said = {
            "held_on": day,
            "place": "Préfecture",
            "chaired_by": "Le préfet",
            "attendees": "CCI",
            "orientations": "Prospecter la Maurienne.",
        }
        assert client.post(f"{page}conclusions/", said).url == page
        assert "se met en page" in plain(client.get(page))
        run_outbox()
        assert "Prospecter la Maurienne." in plain(reader.get(page))
        assert "Faire signer le relevé" in plain(client.get("/bassins/savoie/"))
        signer = {
            "name": "Jeanne Morel",
            "function": "Préfète",
            "organisation": "Préfecture de la Savoie",
            "kind": "STATUTORY",
            "expires_on": (TODAY + timedelta(days=30)).strftime("%d/%m/%Y"),
        }
        nobody = client.post(f"{page}signer/", signer)
        assert nobody.status_code == 422
        assert "adresse électronique manquante" in plain(nobody)
        paper = signer | {"paper": "on"}
        delegate = client.post(f"{page}signer/", paper | {"kind": "DELEGATION"})
        assert delegate.status_code == 422
        assert "Joignez l'acte qui donne ce mandat" in plain(delegate)
        assert 'enctype="multipart/form-data"' in plain(delegate)
        over = paper | {"ends_on": (TODAY + timedelta(days=29)).strftime("%d/%m/%Y")}
        refused = client.post(f"{page}signer/", over)
        assert refused.status_code == 422
        assert "mandat qui s'arrête le" in plain(refused)
        assert client.post(f"{page}signer/", paper).url == page
        shown = plain(client.get(page))
        assert "Suivre la signature" in shown
        assert "en signature" in shown
        assert "Suivre la signature" not in plain(reader.get(page))
        assert "déjà enregistrées" in plain(client.get(f"{page}conclusions/", follow=True))

    def test_a_summons_that_somebody_else_moved_meanwhile_is_compared(self, in_savoie, client_as):
        client, other = client_as(Role.OPERATOR), client_as(Role.OPERATOR)
        convene(client.user)
        said = second_of_two(
            client,
            other,
            f"{ROOM}comites/12/convocation/",
            theirs={"place": "Mairie", "hour": "15 h 00"},
            mine={"agenda": "Orientations"},
        )
        assert "« Mairie »" in said
        assert "« 15 h 00 »" in said

    def test_minutes_that_somebody_else_corrected_meanwhile_are_compared(self, held, client_as):
        client, other = client_as(Role.OPERATOR), client_as(Role.OPERATOR)
        page = f"{ROOM}comites/12/corriger/"
        form = client.get(page).context["form"]
        sent = {name: form[name].value() for name in form.fields}
        theirs = sent | {"orientations": "Prospecter la Tarentaise."}
        mine = sent | {"orientations": "Prospecter la Maurienne."}
        assert other.post(page, theirs).status_code == 302
        compared = client.post(page, mine)
        assert compared.status_code == 409
        assert "Maurienne" in plain(compared)
        assert "« Prospecter la Tarentaise. »" in plain(compared)
        held.refresh_from_db()
        assert held.orientations == "Prospecter la Tarentaise."
        mark = compared.context["form"]["mark"].value()
        assert client.post(page, mine | {"mark": mark}).status_code == 302
        held.refresh_from_db()
        assert held.orientations == "Prospecter la Maurienne."

    @pytest.mark.parametrize("page", ["convocation/", "conclusions/", "corriger/", "signer/"])
    def test_only_the_operator_writes(self, held, client_as, page):
        for role in (Role.PREFECTURE, Role.PRESIDENT, Role.NATIONAL_STAFF):
            assert client_as(role).get(f"{ROOM}comites/12/{page}").status_code == 403

    def test_one_held_before_the_tool_is_read_and_completed(self, in_savoie, client_as):
        SteeringMeeting.objects.create(number=3, status="HELD", held_on=date(2012, 5, 15))
        page = plain(client_as(Role.OPERATOR).get(f"{ROOM}comites/3/"))
        assert "avant l'outil" in page
        assert "Corriger le relevé" in page

    def test_the_next_looks_back_on_the_orientations(self, held, client_as, operator):
        client = client_as(Role.PREFECTURE)
        summons = SUMMONS | {"number": 13, "held_on": TODAY + timedelta(days=90)}
        operations.convene_meeting(values=summons, by=operator, at=LAUNCH)
        assert "comité précédent" not in plain(client.get(f"{ROOM}comites/12/"))
        page = plain(client.get(f"{ROOM}comites/13/"))
        assert "Orientations du comité précédent" in page
        assert "<li>Prospecter la Maurienne, par l'opérateur local.</li>" in page
