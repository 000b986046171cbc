"""The letter of a decision, read before it is proclaimed: what will be sent, and nothing kept."""

from datetime import timedelta

import pypdfium2
import pytest
import time_machine

from alize.audit.models import AuditEvent
from alize.documents import storage
from alize.documents.models import GeneratedDocument
from alize.outbox.models import Entry
from basins import links
from basins.enums import LinkPurpose, Role
from committees.models import AgendaItem, Decision, Meeting
from tests.committees.conftest import DAY

pytestmark = pytest.mark.django_db
HOME = "/bassins/savoie/comite/"
PREVIEW = {"apercu": "1"}


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(DAY, tick=True) as travel:
        yield travel


@pytest.fixture
def president(committee, client_as):
    return client_as(Role.PRESIDENT, user=committee.president)


def closed(committee, choice: str):
    """A ballot that everybody voted alike in, and the address where it is proclaimed."""
    ballot = committee.ballot(committee.opened())
    for person in committee.people:
        committee.vote(ballot, person, choice)
    committee.close(ballot)
    return f"{HOME}scrutins/{ballot.pk}/proclamer/"


def words_of(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as pdf:
        text = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    return [word for word in text.split() if word not in {"PROJET", "·"}]


def kept() -> list[int]:
    return [model.objects.count() for model in (Decision, AuditEvent, Entry)]


def test_it_is_the_letter_that_is_sent_and_nothing_is_kept(
    committee, president, run_outbox, on_the_day
):
    address = closed(committee, "FOR")
    before = kept()
    answer = president.post(address, PREVIEW)
    assert answer["Content-Type"] == "application/pdf"
    assert kept() == before
    president.post(address)
    on_the_day.move_to(DAY + timedelta(days=365))
    run_outbox()
    sent = GeneratedDocument.objects.get(kind="decision")
    with storage.opened(sent.key) as file:
        letter = words_of(file.read())
    assert words_of(answer.content) == letter
    assert Decision.objects.get().ballot.result_sentence.replace("\u00a0", " ") in " ".join(letter)


def test_its_link_is_sent_again(committee, president, run_outbox, client, on_the_day):
    president.post(closed(committee, "FOR"))
    run_outbox()
    decision = Decision.objects.select_related("project").get()
    token = links.issue(
        basin=committee.basin,
        purpose=LinkPurpose.DECISION_LETTER,
        target_id=decision.pk,
        email=decision.project.owner_email,
        at=DAY - timedelta(days=2),
        valid=timedelta(days=1),
    )
    mails = Entry.objects.filter(kind="notifications.send", payload__code="M10")
    before = mails.count()
    on_the_day.move_to(DAY + timedelta(hours=1))
    page = client.post(f"/nouveau-lien/{token}/").content.decode()
    assert "Un nouveau lien est parti" in page
    assert mails.count() == before + 1


def test_what_the_letter_has_to_say_is_asked_first(committee, president):
    address = closed(committee, "AGAINST")
    refused = president.post(address, PREVIEW | {"reason": "", "redirection": "France Active"})
    assert refused.status_code == 422
    assert "France Active" in refused.content.decode()
    shown = president.post(address, PREVIEW | {"reason": "Un marché encore incertain."})
    assert "incertain." in words_of(shown.content)
    assert not Decision.objects.exists()


def test_who_does_not_preside_reads_no_letter(committee, client_as):
    member = client_as(Role.MEMBER, user=committee.people[1])
    assert member.post(closed(committee, "FOR"), PREVIEW).status_code == 403


def test_a_rejected_proposal_gives_way_to_another(committee, president):
    address = closed(committee, "AGAINST")
    ballot = president.get(address.removesuffix("proclamer/")).content.decode()
    assert f'href="{address}?autre=1"' in ballot
    page = president.get(f"{address}?autre=1").content.decode()
    assert "Constater le rejet de la proposition" in page
    assert "Lire la lettre avant" not in page
    assert president.post(f"{address}?autre=1").status_code == 302
    assert not Decision.objects.exists()
    meeting = president.get(f"{HOME}seances/{Meeting.objects.get().number}/").content.decode()
    assert "Proposition rejetée" in meeting
    item = f"/bassins/savoie/comite/passages/{AgendaItem.objects.get().pk}/"
    assert president.get(item).context["header"].status.label == "Proposition rejetée"
    assert "Dossier suivant" in meeting
