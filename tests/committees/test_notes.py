"""« Mes notes »: one's own, printed in one's own pack, closed by a withdrawal (C2)."""

from datetime import timedelta

import pypdfium2
import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents import storage
from basins.enums import Role
from basins.homes import Visitor
from committees import operations
from committees.models import ProjectNote
from committees.queries import packs
from committees.queries.notes import notes_of
from tests.committees.conftest import BEFORE, DAY

HOME = "/bassins/savoie/comite/"
WORDS = "Demander le carnet de commandes."


@pytest.fixture
def item(committee):
    return committee.convened().items.select_related("meeting", "project__beneficiary").get()


def write(item, person, text=WORDS, when=BEFORE):
    operations.save_note(item_id=item.pk, text=text, by=person, at=when)


class TestSave:
    def test_is_the_person_s_alone(self, committee, item):
        author, other = committee.people[1], committee.people[2]
        write(item, author)
        write(item, other, "Rien à dire.")
        assert (notes_of(author, item), notes_of(other, item)) == (WORDS, "Rien à dire.")

    def test_does_not_pass_to_who_takes_the_seat(self, committee, item):
        author, heir = committee.people[1], committee.people[2]
        write(item, author)
        seat = committee.seats[1]
        seat.holder = heir
        seat.save()
        assert notes_of(heir, item) == ""
        assert notes_of(author, item) == WORDS

    def test_follows_a_file_to_its_next_meeting(self, committee, item):
        author = committee.people[1]
        write(item, author)
        later = committee.planned(held_at=DAY + timedelta(days=30))
        again = later.items.create(project=item.project, rank=1)
        assert notes_of(author, again) == WORDS

    def test_the_journal_has_none_of_its_words_and_no_line_for_each_letter(self, committee, item):
        for text in (WORDS, f"{WORDS} Vite.", ""):
            write(item, committee.people[1], text)
        events = AuditEvent.objects.filter(type__startswith="note.").order_by("pk")
        assert [event.type for event in events] == ["note.written", "note.removed"]
        assert "carnet" not in str(list(events.values()))

    def test_empty_removes_it(self, committee, item):
        write(item, committee.people[1], "  ")
        assert not ProjectNote.objects.exists()
        write(item, committee.people[1])
        write(item, committee.people[1], "")
        assert ProjectNote.objects.get().text == ""

    def test_is_not_too_long_a_line_break_counting_once(self, committee, item):
        write(item, committee.people[1], "a\r\n" * 2_499 + "aa")
        with pytest.raises(InvalidInput, match="5 000"):
            write(item, committee.people[1], "a" * 5_001)

    def test_not_while_a_recusal_stands(self, committee, item):
        write(item, committee.people[1])
        committee.answer(item, committee.people[1], "RECUSED", when=BEFORE)
        with pytest.raises(ActionDenied, match="déporté"):
            write(item, committee.people[1], "Autre chose.")
        assert ProjectNote.objects.get().text == WORDS


class TestPage:
    def test_shows_them_to_their_author_only(self, committee, item, client_as):
        author = client_as(Role.MEMBER, user=committee.people[1])
        page, path = f"{HOME}passages/{item.pk}/", f"{HOME}passages/{item.pk}/notes/"
        assert author.post(path, {"text": WORDS}).status_code == 302
        assert author.post(path, {"text": WORDS}, headers={"HX-Request": "true"}).status_code == 204
        assert WORDS in author.get(page).content.decode()
        for role, person in (
            (Role.MEMBER, committee.people[2]),
            (Role.PRESIDENT, committee.president),
            (Role.OPERATOR, committee.operator),
        ):
            assert WORDS not in client_as(role, user=person).get(page).content.decode()
        operator = client_as(Role.OPERATOR, user=committee.operator)
        assert operator.post(path, {"text": "Moi"}).status_code == 403
        committee.answer(item, committee.people[1], "RECUSED", when=BEFORE)
        assert author.get(page).status_code == 404
        assert author.post(path, {"text": "Encore"}).status_code == 404

    def test_keeps_what_was_typed_when_it_is_too_long(self, committee, item, client_as):
        author = client_as(Role.MEMBER, user=committee.people[1])
        typed = "long " * 1_001
        answer = author.post(f"{HOME}passages/{item.pk}/notes/", {"text": typed})
        assert answer.status_code == 422
        assert typed.strip() in answer.content.decode()
        assert "raccourcissez-les" in answer.content.decode()


def printed(item, person, run_outbox):
    """The text of the pack that a person asks for, and whether it says that it is out of date."""
    visitor = Visitor(person, frozenset({Role.MEMBER}), BEFORE.date())
    pack = operations.ask_pack(meeting_id=item.meeting_id, visitor=visitor, at=BEFORE)
    run_outbox()
    pack.refresh_from_db()
    with storage.opened(pack.document.key) as stored:
        pdf = pypdfium2.PdfDocument(stored.read())
    return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


def test_the_pack_has_those_of_its_reader_only_and_is_outdated_by_them(committee, item, run_outbox):
    author, other = committee.people[1], committee.people[2]
    write(item, author)
    write(item, other, "Rien à dire.")
    text = printed(item, author, run_outbox)
    assert "Mes notes" in text
    assert WORDS in text
    assert "Rien à dire." not in text
    visitor = Visitor(author, frozenset({Role.MEMBER}), BEFORE.date())
    later = BEFORE + timedelta(hours=1)
    write(item, other, "Une idée.", later)
    assert not packs.pack_state(item.meeting, visitor, at=later).is_outdated
    write(item, author, "", later)
    assert packs.pack_state(item.meeting, visitor, at=later).is_outdated
