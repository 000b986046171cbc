"""A whole meeting through the pages, each step by the role concerned (O3, O4, O5, C2, C4, C8)."""

from uuid import uuid4

import pytest
import time_machine

from alize.audit import queries as audit_queries
from alize.documents.models import GeneratedDocument
from alize.notifications.models import Mail
from basins.enums import Role
from basins.tenancy import national
from committees.enums import BallotStatus, MeetingStatus, MinutesStatus
from committees.models import Ballot, Condition, Decision, Meeting, Minutes, Vote
from projects.enums import ProjectStatus
from tests.builders import make_user

pytestmark = pytest.mark.django_db
HOME = "/bassins/savoie/comite/"


@pytest.fixture
def sign_in(committee, client_as):
    """Everybody signs in: one browser a person."""

    def browsers():
        members = {
            f"member{rank}": client_as(Role.MEMBER, user=person)
            for rank, person in enumerate(committee.people[1:], 1)
        }
        return members | {
            "operator": client_as(Role.OPERATOR, user=committee.operator),
            "president": client_as(Role.PRESIDENT, user=committee.president),
        }

    return browsers


def mails(code):
    with national():
        return sorted(Mail.objects.filter(code=code).values_list("to_email", flat=True))


def post(client, path, **data):
    answer = client.post(path, data)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return answer.url


def test_a_whole_meeting(committee, sign_in, client_as, run_outbox):  # noqa: PLR0915 - one long story
    project = committee.ready()
    astrees = make_user(Role.NATIONAL_STAFF)
    with time_machine.travel("2031-03-01T09:00:00+01:00", tick=False):
        operator = sign_in()["operator"]
        planned = {
            "held_on": "12/03/2031",
            "hour": "10 h 00",
            "until": "12 h 00",
            "mode": "MIXED",
            "place": "CCI, Chambéry",
            "video_url": "https://visio.example.org/alize",
            "chair": committee.seats[0].pk,
            "command_key": uuid4(),
        }
        for _ in range(2):
            url = post(operator, f"{HOME}seances/nouvelle/", **planned)
        assert url == f"{HOME}seances/2031-01/"
        post(operator, f"{url}inscrire/", project=project.pk)
        project.refresh_from_db()
        assert project.status == ProjectStatus.SCHEDULED
        item = Meeting.objects.get().items.get()
        post(
            operator,
            f"{HOME}passages/{item.pk}/proposition/",
            **{
                "amount": "20 000",
                "lines": "30",
                "grace_months": "6",
                "lead": committee.seats[1].partner.contacts.get().pk,
                "comment": "",
                "skills-TOTAL_FORMS": "2",
                "skills-INITIAL_FORMS": "0",
                "skills-0-partner": committee.seats[1].partner_id,
                "skills-0-days": "2,5",
                "skills-0-topic": "contrôle de gestion",
                "conditions-TOTAL_FORMS": "2",
                "conditions-INITIAL_FORMS": "0",
                "conditions-0-kind": "SUSPENSIVE",
                "conditions-0-text": "Accord écrit de la banque",
                "conditions-0-owner": "La gérante",
                "conditions-0-proof_expected": "Lettre d'accord",
                "conditions-0-due_on": "30/04/2031",
                "conditions-1-kind": "FOLLOWED",
            },
        )
        assert operator.get(f"{url}convoquer/").status_code == 200
        post(operator, f"{url}convoquer/")
        run_outbox()
        assert mails("M04") == sorted(person.email for person in committee.people)

    with time_machine.travel("2031-03-12T10:00:00+01:00", tick=True):
        browsers = sign_in()
        operator, president = browsers["operator"], browsers["president"]
        for name in ("president", "member1", "member2", "member3"):
            assert "Dire si vous avez un lien" in browsers[name].get(url).content.decode()
            post(browsers[name], f"{HOME}passages/{item.pk}/liens/", answer="NONE")
        post(president, f"{url}ouvrir/")
        for name in ("member1", "member2", "member3"):
            post(browsers[name], f"{url}je-suis-la/", forme="distance")
        ballot_url = post(president, f"{HOME}passages/{item.pk}/vote/")
        ballot = Ballot.objects.get()
        assert "20\u202f000\u00a0€" in ballot.proposal_text
        assert "2,5\u00a0jours de compétences" in ballot.proposal_text
        key = uuid4()
        seat = committee.seats[1].pk
        for _ in range(2):
            post(browsers["member1"], ballot_url, seat=seat, choice="FOR", command_key=key)
        assert Vote.objects.count() == 1
        page = browsers["member1"].get(ballot_url).content.decode()
        assert "Vote enregistré à 10\u00a0h" in page
        post(
            browsers["member1"],
            ballot_url,
            seat=seat,
            choice="AGAINST",
            reason="Le marché est étroit.",
            command_key=uuid4(),
        )
        for rank, name in ((0, "president"), (2, "member2"), (3, "member3")):
            vote = {"seat": committee.seats[rank].pk, "choice": "FOR", "command_key": uuid4()}
            post(browsers[name], ballot_url, **vote)
        hidden = browsers["member2"].get(ballot_url).content.decode()
        assert "Résultat" not in hidden
        assert "Le marché est étroit" not in hidden
        assert president.get(f"{ballot_url}clore/").status_code == 200
        post(president, f"{ballot_url}clore/")
        assert "3 pour, 1 contre" in browsers["member2"].get(ballot_url).content.decode()
        confirm = president.get(f"{ballot_url}proclamer/").content.decode()
        assert "Proclamer : agréé sous conditions" in confirm
        post(president, f"{ballot_url}proclamer/")
        decision = Decision.objects.get()
        assert (decision.reference, decision.amount) == ("2031-SAV-D001", 2_000_000)
        run_outbox()
        assert mails("M10") == sorted([project.owner_email, committee.operator.email])
        assert mails("M15") == [committee.people[1].email]
        post(president, f"{url}lever/")
        assert Meeting.objects.get().status == MeetingStatus.HELD
        pv = f"{url}proces-verbal/"
        minutes = Minutes.objects.get()
        post(operator, pv, narrative="Ouverture.", **{f"item_{item.pk}": "Le comité échange."})
        saved = operator.post(pv, {"narrative": "Bien.", f"item_{item.pk}": "Le comité échange."},
                              headers={"HX-Request": "true"})  # fmt: skip
        assert saved.status_code == 200
        assert browsers["member1"].get(pv).status_code == 404
        post(operator, f"{pv}envoyer/")
        run_outbox()
        assert mails("M08") == [committee.president.email]
        assert GeneratedDocument.objects.about(minutes).get().is_draft
        post(president, f"{pv}signer/")
        run_outbox()
        minutes.refresh_from_db()
        assert minutes.status == MinutesStatus.SIGNED
        assert not minutes.document.is_draft
        members = [person.email for person in committee.people]
        assert mails("M09") == sorted([*members, astrees.email])
        viewer = client_as(Role.NATIONAL_VIEWER)
        assert viewer.get(pv).status_code == 200
        file = browsers["member1"].get(f"/bassins/savoie/documents/{minutes.document_id}/")
        assert b"".join(file.streaming_content).startswith(b"%PDF")
        condition = Condition.objects.get()
        post(operator, f"{HOME}conditions/{condition.pk}/lever/", proof="Accord du 02/04/2031")
        project.refresh_from_db()
        assert project.status == ProjectStatus.APPROVED
        run_outbox()
        assert mails("M33") == [committee.president.email]
    ballot.refresh_from_db()
    assert ballot.status == BallotStatus.PROCLAIMED
    assert audit_queries.verify() is None
