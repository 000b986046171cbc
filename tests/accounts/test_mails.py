from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from alize.notifications import tasks
from alize.notifications.catalogue import CATALOGUE, MUTABLE
from alize.notifications.models import Mail, MutedMail
from alize.notifications.operations import Recipient, send_mail
from alize.notifications.tasks import deliver
from alize.outbox.models import Entry
from basins.enums import Role
from basins.tenancy import inside

TO = Recipient("camille@example.org", "Camille Martin")


def send(basin, *, key: str = "1", code: str = "M32") -> None:
    with inside(basin), transaction.atomic():
        send_mail(code, to=TO, path="/connexion/mon-acces/", key=key, change="mot de passe changé")


def test_mail_leaves_once_whatever_asks_for_it(savoie, run_outbox, mailoutbox):
    send(savoie)
    send(savoie)
    run_outbox()
    run_outbox()
    assert len(mailoutbox) == Mail.objects.count() == 1


def test_a_mail_tried_again_is_known_as_the_same_and_another_is_not(
    savoie, meuse, run_outbox, mailoutbox, monkeypatch
):
    """The server took the first copy, then the worker died before its row was kept."""
    left, hand_over = [], tasks._hand_over

    def die_once(mail, mark):
        hand_over(mail, mark)
        left.append(mail.pk)
        if len(left) == 1:
            raise ConnectionError

    monkeypatch.setattr(tasks, "_hand_over", die_once)
    send(savoie)
    run_outbox()
    Entry.objects.filter(kind="notifications.send").update(due_at=timezone.now())
    run_outbox()
    send(savoie, key="2")
    send(meuse)
    run_outbox()
    marks = [mail.extra_headers["Message-ID"] for mail in mailoutbox]
    assert (len(marks), marks[0] == marks[1], len(set(marks))) == (4, True, 3)
    assert all(mark.endswith(".m32@alize.example>") for mark in marks)


def test_mail_asked_for_in_a_transaction_that_fails_never_leaves(savoie, run_outbox, mailoutbox):
    with pytest.raises(ZeroDivisionError), inside(savoie), transaction.atomic():
        send_mail("M32", to=TO, path="/", key="1", change="x")
        raise ZeroDivisionError
    run_outbox()
    assert mailoutbox == []


def test_mail_names_its_basin_and_has_a_text_part_and_one_button(savoie, run_outbox, mailoutbox):
    send(savoie)
    run_outbox()
    sent = mailoutbox[0]
    assert sent.from_email.startswith('"ALIZE Savoie" <')
    assert sent.to == [TO.email]
    assert sent.subject == "Vérifiez ce changement sur votre accès : mot de passe changé"
    html = sent.alternatives[0].content
    button = "http://testserver/connexion/mon-acces/"
    assert sent.body.count(button) == 1
    assert html.count("display:inline-block") == 1
    assert set(_links(html)) == {button}
    assert "Bonjour Camille Martin," in sent.body
    assert "<script" not in html
    assert 'lang="fr"' in html


def test_a_mail_may_carry_quick_answers_and_a_calendar_entry(savoie, run_outbox, mailoutbox):
    entry = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"
    with inside(savoie), transaction.atomic():
        send_mail(
            "M32",
            to=TO,
            path="/",
            key="1",
            change="x",
            others={"Je viens": "/oui/", "Absent": "/non/"},
            calendar=entry,
        )
    run_outbox()
    sent = mailoutbox[0]
    offered = "Je viens :\nhttp://testserver/oui/\n\nAbsent :\nhttp://testserver/non/"
    assert offered in sent.body
    assert 'href="http://testserver/oui/"' in sent.alternatives[0].content
    attached = next(
        part for part in sent.message().walk() if part.get_content_type() == "text/calendar"
    )
    assert attached.get_param("method") == "CANCEL"
    assert attached.get_filename() == "invitation.ics"
    assert attached.get_payload(decode=True).decode() == entry
    assert Mail.objects.get().calendar == entry


def test_mail_loads_nothing_from_elsewhere(savoie, run_outbox, mailoutbox):
    send(savoie)
    run_outbox()
    html = mailoutbox[0].alternatives[0].content
    assert "<img" not in html
    assert "url(" not in html


def test_words_of_people_are_escaped(db, mailoutbox):
    deliver(
        at=datetime(2026, 3, 12, tzinfo=UTC),
        schema=connection.schema_name,
        mark="0",
        code="M32",
        email=TO.email,
        name="<b>Camille</b>",
        path="/",
        sender="",
        words={"change": "<i>rien</i>"},
    )
    html = mailoutbox[0].alternatives[0].content
    assert "<b>Camille" not in html
    assert "<i>rien" not in html
    assert "<i>rien</i>" in mailoutbox[0].body


@pytest.mark.parametrize("code", ["M00", "M30", "M31"])
def test_mails_that_open_something_are_known_as_such(code):
    assert CATALOGUE[code].opens


def _links(html: str) -> list[str]:
    return [part.split('"')[0] for part in html.split('href="')[1:]]


def test_a_mail_that_one_does_without_does_not_leave_the_others_do(
    savoie, client_as, run_outbox, mailoutbox
):
    client = client_as(Role.MEMBER)
    page = "/connexion/mon-acces/courriers/"
    assert client.post(page, {"received": ["M04"]}).status_code == 422
    assert client.post(page, {"received": ["M06"]}).status_code == 302
    assert client.get(page).context["form"]["received"].value() == ["M06"]
    to = Recipient(client.user.email.upper(), client.user.full_name)
    words = {"kind": "Dossier", "label": "2 dossiers", "date": "12 mars", "meeting": "séance"}
    with inside(savoie), transaction.atomic():
        for code in ("M06", "M09"):
            send_mail(code, to=to, path="/", key="1", **words)
        send_mail("M09", to=TO, path="/", key="1", **words)
    run_outbox()
    assert [(mail.to[0], mail.subject[:2]) for mail in mailoutbox] == [
        (to.email, "Do"),
        (TO.email, "PV"),
    ]
    assert f"Ne plus recevoir ce courrier : http://testserver{page}" in mailoutbox[0].body
    client.post(page, {"received": [mail.code for mail in MUTABLE]})
    assert not MutedMail.objects.exists()
