"""The pack of files of a reader: what is in it, on every page, and who opens it."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from PIL import Image

from alize.common.errors import ActionDenied
from alize.documents.operations import store_upload
from basins.enums import Role
from basins.homes import Visitor
from committees import operations, pack_document
from committees.models import Meeting, Pack
from committees.packing import MAX_PAGES, Unfit, piece_as_pdf
from committees.queries import packs
from projects.models import Attachment, Project
from tests.committees.conftest import BEFORE, DAY

pytestmark = pytest.mark.django_db


def a_pdf(pages: int = 2, *, size=(595, 842)) -> bytes:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=size)
    written = BytesIO()
    pdf.save(written)
    return written.getvalue()


def a_picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGBA", (400, 300), (200, 30, 30, 128)).save(drawn, "PNG")
    return drawn.getvalue()


def attach(item, by, name, content):
    file = store_upload(file=SimpleUploadedFile(name, content), name=name, by=by, at=BEFORE)
    return Attachment.objects.create(
        project=item.project, file=file, label=name, added_at=BEFORE, added_by=by
    )


def ask(meeting, person, role=Role.MEMBER):
    return operations.ask_pack(
        meeting_id=meeting.pk,
        visitor=Visitor(person, frozenset({role}), BEFORE.date()),
        at=BEFORE,
    )


@pytest.fixture
def meeting(committee):
    meeting = committee.convened(files=2)
    first, second = meeting.items.order_by("rank")
    attach(first, committee.operator, "bail.pdf", a_pdf(2))
    attach(first, committee.operator, "plan.pdf", a_pdf(1, size=(842, 595)))
    attach(second, committee.operator, "photo.png", a_picture())
    return meeting


@pytest.fixture
def made(committee, meeting, run_outbox):
    pack = ask(meeting, committee.people[1])
    run_outbox()
    pack.refresh_from_db()
    return pack


@pytest.fixture
def opened(made, client_as, committee):
    reader = client_as(Role.MEMBER, user=committee.people[1])
    answer = reader.get(f"/bassins/savoie/documents/{made.document_id}/")
    assert answer.status_code == 200
    return pypdfium2.PdfDocument(b"".join(answer.streaming_content))


def test_each_page_bears_its_number_and_its_reader(opened, committee):
    total = len(opened)
    name = committee.people[1].full_name
    for number, page in enumerate(opened, 1):
        text = page.get_textpage().get_text_bounded()
        assert f"page {number}/{total}" in text
        assert f"Exemplaire de {name}" in text


def test_it_has_every_file_its_pieces_and_their_bookmarks(opened, meeting):
    titles = [mark.get_title() for mark in opened.get_toc()]
    for item in meeting.items.all():
        assert any(item.project.beneficiary.name in title for title in titles)
    for piece in ("bail.pdf", "plan.pdf", "photo.png"):
        assert any(piece in title for title in titles)
    wide = [page for page in opened if page.get_width() > page.get_height()]
    assert len(wide) == 2


def test_it_has_the_questions_and_is_outdated_by_a_new_one(committee, meeting, run_outbox):
    item = meeting.items.order_by("rank").first()
    asker, reader = committee.people[2], committee.people[1]
    question = operations.ask_question(
        item_id=item.pk, text="Le bail est-il signé ?", by=asker, at=BEFORE
    )
    pack = ask(meeting, reader)
    run_outbox()
    pack.refresh_from_db()
    visitor = Visitor(reader, frozenset({Role.MEMBER}), BEFORE.date())
    context = pack_document.pack_context(pack, [item], [], visitor)
    (asked,) = context["files"][0].questions
    assert asked[0] == "Le bail est-il signé ?"
    assert not packs.pack_state(meeting, visitor, at=BEFORE).is_outdated
    operations.answer_question(
        question_id=question.pk,
        answer="Oui.",
        is_operator=True,
        by=committee.operator,
        at=BEFORE + timedelta(hours=1),
    )
    assert packs.pack_state(meeting, visitor, at=BEFORE).is_outdated


def test_its_synthesis_answers_the_three_criteria(committee, meeting):
    item = meeting.items.order_by("rank").first()
    committee.referred(
        item, submitted_at=BEFORE, validated_at=BEFORE, validated_by=committee.operator,
        opinion="FAVOURABLE", project_rating=4, project_comment="Déjà engagé.",
        risks="Un seul client.",
    )  # fmt: skip
    visitor = Visitor(committee.people[1], frozenset({Role.MEMBER}), BEFORE.date())
    context = pack_document.pack_context(
        Pack(meeting=meeting, reader=committee.people[1], requested_at=BEFORE), [item], [], visitor
    )
    printed = render_to_string(pack_document.TEMPLATE, context)
    for said in ("Qualité du projet", "Très bon", "Déjà engagé.", "Un seul client."):
        assert printed.count(said) == 1


def test_a_picture_is_drawn(opened):
    last = opened[len(opened) - 1].render(scale=0.3).to_pil().convert("RGB")
    red, green, _ = last.getpixel((last.width // 2, last.height // 2))
    assert red > green + 40


def test_its_progress_is_that_of_its_steps(made):
    assert (made.steps, made.done) == (3, 3)


def test_its_reader_is_told(made, mailoutbox, committee):
    mail = next(mail for mail in mailoutbox if "Dossier de séance" in mail.subject)
    assert mail.to == [committee.people[1].email]
    assert "2 dossiers" in mail.subject


def test_nobody_else_opens_it(made, client_as, committee):
    url = f"/bassins/savoie/documents/{made.document_id}/"
    for role, person in ((Role.MEMBER, committee.people[2]), (Role.OPERATOR, committee.operator)):
        assert client_as(role, user=person).get(url).status_code == 404


def test_a_recused_file_is_not_inside(committee, meeting, run_outbox):
    item = meeting.items.order_by("rank").first()
    committee.answer(item, committee.people[1], "RECUSED", when=BEFORE)
    pack = ask(meeting, committee.people[1])
    run_outbox()
    pack.refresh_from_db()
    others = meeting.items.exclude(pk=item.pk)
    assert [project for project, _ in pack.contents] == [other.project_id for other in others]
    assert pack.document is not None


def test_a_recusal_while_it_is_made_takes_the_file_out(committee, meeting, run_outbox):
    item = meeting.items.order_by("rank").first()
    pack = ask(meeting, committee.people[1])
    committee.answer(item, committee.people[1], "RECUSED", when=BEFORE)
    run_outbox()
    pack.refresh_from_db()
    assert item.project_id not in [project for project, _ in pack.contents]


def test_a_recusal_closes_the_pack_already_made(made, committee, meeting, client_as):
    reader = client_as(Role.MEMBER, user=committee.people[1])
    committee.answer(meeting.items.first(), committee.people[1], "RECUSED", when=BEFORE)
    assert reader.get(f"/bassins/savoie/documents/{made.document_id}/").status_code == 404


def test_a_file_that_left_the_agenda_still_closes_the_pack_on_who_withdraws_from_it(
    made, committee, client_as
):
    reader, url = committee.people[1], f"/bassins/savoie/documents/{made.document_id}/"
    first = made.meeting.items.order_by("rank").first()
    operations.remove_from_agenda(item_id=first.pk, by=committee.operator, at=BEFORE)
    member = client_as(Role.MEMBER, user=reader)
    assert member.get(url).status_code == 200
    again = committee.planned(held_at=DAY + timedelta(days=30))
    item = operations.put_on_agenda(
        meeting_id=again.pk, project_id=first.project_id, by=committee.operator, at=BEFORE
    )
    committee.answer(item, reader, "RECUSED", when=BEFORE)
    assert member.get(url).status_code == 404


class TestAmongDownloads:
    """« Mes téléchargements » (interface.md 2)."""

    URL = "/bassins/savoie/telechargements/"

    @pytest.fixture
    def read(self, client_as, committee, time_machine):
        """The page of a member, on a day."""

        def page(person=None, *, on=BEFORE) -> str:
            time_machine.move_to(on)
            answer = client_as(Role.MEMBER, user=person or committee.people[1]).get(self.URL)
            return " ".join(answer.content.decode().split())

        return page

    def test_a_pack_is_found_again_while_it_is_made(self, committee, meeting, read):
        assert "Rien ces trente derniers jours" in read()
        ask(meeting, committee.people[1])
        page = read()
        assert "En préparation" in page
        assert '<span class="num">0/3</span>' in page
        assert "Actualiser" in page

    def test_a_pack_is_found_again_once_it_is_made(self, made, read):
        page = read()
        assert "Dossier de séance du" in page
        assert "Prêt" in page
        assert f"/bassins/savoie/documents/{made.document_id}/" in page
        assert "Actualiser" not in page

    def test_it_is_nobody_else_s_and_goes_after_thirty_days(self, committee, made, read):
        assert "Dossier de séance du" not in read(committee.people[2])
        assert "Dossier de séance du" in read(on=BEFORE + timedelta(days=29))
        assert "Dossier de séance du" not in read(on=BEFORE + timedelta(days=31))

    def test_withdrawing_from_a_file_closes_it_here_too(self, committee, meeting, made, read):
        committee.answer(meeting.items.first(), committee.people[1], "RECUSED", when=BEFORE)
        page = read()
        assert "Ne vous est plus ouvert" in page
        assert f"/documents/{made.document_id}/" not in page

    def test_one_that_fails_says_so_and_leads_to_its_meeting(self, committee, meeting, read):
        pack = ask(meeting, committee.people[1])
        Pack.objects.filter(pk=pack.pk).update(failed_at=BEFORE)
        page = read()
        assert "N&#x27;a pas abouti" in page or "N'a pas abouti" in page
        assert f"/comite/seances/{meeting.number}/" in page


def test_all_that_it_prints_outdates_it(committee, meeting):
    reader = committee.people[1]
    item = meeting.items.order_by("rank").first()
    known = [packs.contents_of([item], reader)]

    def changes() -> bool:
        known.append(packs.contents_of([item], reader))
        return known[-1] != known[-2]

    assert not changes()
    committee.propose(item, comment="En deux fois.")
    assert changes()
    attach(item, committee.operator, "devis.pdf", a_pdf(1))
    assert changes()
    Attachment.objects.filter(label="devis.pdf").update(
        removed_at=BEFORE, removed_by=committee.operator
    )
    assert changes()
    committee.referred(
        item, submitted_at=BEFORE, validated_at=BEFORE, validated_by=committee.operator,
        opinion="FAVOURABLE",
    )  # fmt: skip
    assert changes()
    Project.objects.filter(pk=item.project_id).update(revision=9)
    assert changes()
    operations.set_minutes(item_id=item.pk, minutes_planned=45, by=committee.operator, at=BEFORE)
    assert changes()
    Meeting.objects.filter(pk=meeting.pk).update(place="Préfecture")
    assert changes()
    Meeting.objects.filter(pk=meeting.pk).update(held_at=meeting.held_at + timedelta(hours=1))
    assert changes()


def test_one_is_made_at_a_time(committee, meeting):
    assert ask(meeting, committee.people[1]) == ask(meeting, committee.people[1])
    assert Pack.objects.count() == 1


def test_a_piece_too_long_or_of_another_kind_says_so():
    with pytest.raises(Unfit, match="pages"):
        piece_as_pdf(a_pdf(MAX_PAGES + 1), "application/pdf")
    with pytest.raises(Unfit, match="Word ou Excel"):
        piece_as_pdf(b"PK", "application/vnd.openxmlformats")
    with pytest.raises(Unfit, match="illisible"):
        piece_as_pdf(b"%PDF-1.4 broken", "application/pdf")


def test_sent_to_everybody_who_is_to_sit_once_as_the_agenda_stands(
    committee, meeting, run_outbox, mailoutbox, client_as
):
    publish = {"meeting_id": meeting.pk, "by": committee.operator, "at": BEFORE}
    Pack.objects.create(
        meeting=meeting,
        reader=committee.people[0],
        requested_at=BEFORE,
        contents=packs.contents_of(meeting.items.order_by("rank"), committee.people[0]),
        steps=3,
    )
    told = operations.publish_packs(**publish)
    assert {person.pk for person in told} == {person.pk for person in committee.people[1:]}
    with pytest.raises(ActionDenied, match="déjà son dossier"):
        operations.publish_packs(**publish)
    Pack.objects.exclude(reader=committee.people[1]).delete()
    run_outbox()
    (mail,) = (one for one in mailoutbox if "Dossier de séance disponible" in one.subject)
    assert (mail.to, mail.subject[-12:]) == ([committee.people[1].email], "(2 dossiers)")
    operator = client_as(Role.OPERATOR, user=committee.operator)
    page = f"/bassins/savoie/comite/seances/{meeting.number}/"
    assert "Envoyer leur dossier" in operator.get(page).content.decode()
    asked = operator.get(f"{page}dossier/envoyer/").context["confirmation"]
    waiting = {str(person) for person in committee.people} - {str(committee.people[1])}
    assert set(asked.told) == waiting
    assert operator.post(f"{page}dossier/envoyer/").status_code == 302
    assert operator.get(f"{page}dossier/envoyer/").url == page
    assert Pack.objects.count() == len(committee.people)


def test_nothing_is_sent_before_the_summons(committee):
    meeting = committee.planned()
    with pytest.raises(ActionDenied, match="après les convocations"):
        operations.publish_packs(meeting_id=meeting.pk, by=committee.operator, at=BEFORE)
