"""A steering committee is convened, concluded, and its minutes end with a signature (R84, P3)."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pypdfium2
import pytest
from django.db import IntegrityError, transaction

from alize.audit.models import AuditEvent
from alize.common.dates import short_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents import storage
from alize.documents.models import StoredFile
from alize.notifications.models import Mail
from alize.seals.models import SealStanding
from basins import tenancy
from basins.enums import Role
from signatures import operations as signatures
from signatures.documents import sheet_lines
from signatures.enums import Settlement
from steering import documents
from steering.enums import STEERING_TRANSITIONS, SteeringStatus
from steering.models import SteeringMeeting
from steering.operations import meetings as operations
from steering.queries import meetings
from steering.queries.lists import steering_meetings
from tests.builders import make_user
from tests.signatures.acts import scan
from tests.signatures.conftest import LAUNCH, PHONE, TODAY, facts, sign
from tests.steering.meetings import CONCLUSIONS, ROOM, SUMMONS, reread
from tests.words import plain

pytestmark = pytest.mark.django_db
PREFECT = facts("Jeanne Morel", capacity="Présidence du comité local")
CHAIRS = operations.GivenMandate("STATUTORY")


@pytest.fixture
def president(savoie):
    return make_user(Role.PRESIDENT, basin=savoie)


@pytest.fixture
def launched(held, operator):
    ask_signature(held, operator)
    return reread(held)


def ask_signature(meeting, by, *, signer=PREFECT, mandate=CHAIRS, at=LAUNCH):
    return operations.sign_minutes(
        meeting_id=meeting.pk,
        signer=signer,
        mandate=mandate,
        expires_on=TODAY + timedelta(days=30),
        message="",
        by=by,
        at=at,
    )


def standings() -> list[str]:
    with tenancy.national():
        return list(SealStanding.objects.values_list("standing", flat=True))


def words_of(document) -> str:
    with storage.opened(document.key) as file:
        pdf = pypdfium2.PdfDocument(file.read())
    pages = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    return " ".join(pages.split())


ALLOWED = {("CONVENED", "HELD"), ("HELD", "SIGNED"), ("SIGNED", "HELD")}


@pytest.mark.parametrize(("current", "target"), [*product(SteeringStatus, repeat=2)])
def test_a_state_follows_another_only_where_the_table_says(current, target):
    allowed = (current.value, target.value) in ALLOWED
    assert STEERING_TRANSITIONS.allows(current, target) is allowed


class TestConvening:
    def test_the_number_follows_the_last_one(self, convened, operator):
        assert (convened.number, meetings.next_number()) == (12, 13)
        assert AuditEvent.objects.get(type="steering.convened").facts["number"] == 12

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"number": 12}, "n° 12 existe déjà"),
            ({"held_on": TODAY - timedelta(days=1)}, "Cette date est passée"),
        ],
    )
    def test_what_does_not_stand_is_refused(self, held, operator, changed, reason):
        values = {**SUMMONS, "number": 13, **changed}
        with pytest.raises(InvalidInput, match=reason):
            operations.convene_meeting(values=values, by=operator, at=LAUNCH)

    def test_one_at_a_time(self, convened, operator):
        with pytest.raises(ActionDenied, match="n° 12 est déjà convoqué"):
            operations.convene_meeting(values={**SUMMONS, "number": 13}, by=operator, at=LAUNCH)
        twin = {"number": 14, "held_on": TODAY, "convened_at": LAUNCH, "convened_by": operator}
        with (
            pytest.raises(IntegrityError, match="steering_meeting_one_convened"),
            transaction.atomic(),
        ):
            SteeringMeeting.objects.create(**twin)

    def test_put_off_it_keeps_its_number(self, convened, operator):
        later = TODAY + timedelta(days=15)
        values = {**SUMMONS, "held_on": later}
        told = {"by": operator, "at": LAUNCH}
        operations.move_meeting(meeting_id=convened.pk, values=values, **told)
        moved = reread(convened)
        assert (moved.number, moved.held_on) == (12, later)
        assert steering_meetings(as_of=later) == []

    def test_it_is_not_counted_before_it_is_held(self, convened, operator):
        assert steering_meetings(as_of=TODAY) == []


class TestConclusions:
    def test_they_make_the_minutes(self, held):
        assert held.document.reference == "COPIL-SAV-12"
        words = words_of(held.document)
        for said in (
            "Relevé de décisions du comité de pilotage n° 12",
            "Le préfet de la Savoie",
            "Mairie de Chambéry",
            "Orientations",
            "Prospecter la Maurienne, par l'opérateur local.",
        ):
            assert said in words.replace("’", "'").replace("\xa0", " ")
        assert [one["number"] for one in steering_meetings(as_of=TODAY)] == [12]

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"held_on": TODAY + timedelta(days=1)}, "held_on"),
            ({"orientations": " \n "}, "orientations"),
        ],
    )
    def test_what_does_not_stand_is_refused(self, convened, operator, changed, field):
        with pytest.raises(InvalidInput) as refused:
            operations.close_meeting(
                meeting_id=convened.pk, values={**CONCLUSIONS, **changed}, by=operator, at=LAUNCH
            )
        assert refused.value.field == field
        assert reread(convened).status == SteeringStatus.CONVENED

    def test_once_and_the_summons_changes_no_more(self, held, operator):
        told = {"meeting_id": held.pk, "by": operator, "at": LAUNCH}
        with pytest.raises(ActionDenied, match="déjà enregistrées"):
            operations.close_meeting(values=CONCLUSIONS, **told)
        with pytest.raises(ActionDenied, match="s'est tenu"):
            operations.move_meeting(values=SUMMONS, **told)

    def test_corrected_they_make_another_version(self, held, operator, run_outbox):
        values = {**CONCLUSIONS, "orientations": "Une seule orientation."}
        told = {"by": operator, "at": LAUNCH + timedelta(minutes=1)}
        operations.correct_minutes(meeting_id=held.pk, values=values, **told)
        with pytest.raises(ActionDenied, match="pas encore mis en page"):
            ask_signature(held, operator)
        run_outbox()
        assert (held.document.version, reread(held).document.version) == (1, 2)


class TestSignature:
    def test_under_signature_nothing_is_corrected(self, launched, operator):
        with pytest.raises(ActionDenied, match="en signature"):
            operations.correct_minutes(
                meeting_id=launched.pk, values=CONCLUSIONS, by=operator, at=LAUNCH
            )
        with pytest.raises(ActionDenied, match="en signature"):
            ask_signature(launched, operator)

    def test_given_up_it_is_corrected_and_starts_again(self, launched, operator, run_outbox):
        told = {"by": operator, "at": LAUNCH + timedelta(minutes=1)}
        signatures.cancel(circuit_id=launched.circuit.pk, reason="Une date est fausse", **told)
        operations.correct_minutes(meeting_id=launched.pk, values=CONCLUSIONS, **told)
        run_outbox()
        assert ask_signature(launched, operator).pk != launched.circuit.pk

    def test_past_its_term_the_former_version_is_given_up(self, launched, operator, run_outbox):
        after = LAUNCH + timedelta(days=31)
        signatures.expire(circuit_id=launched.circuit.pk, at=after)
        told = {"by": operator, "at": after}
        operations.correct_minutes(meeting_id=launched.pk, values=CONCLUSIONS, **told)
        launched.circuit.refresh_from_db()
        assert launched.circuit.status == "CANCELLED"

    def test_signed_it_is_final_and_the_basin_is_told(
        self, launched, operator, president, quick_seals, run_outbox, client_as
    ):
        sign(launched.circuit.signers.get(), run_outbox)
        run_outbox()
        signed = reread(launched)
        assert (signed.status, signed.signed_on) == (SteeringStatus.SIGNED, TODAY)
        with tenancy.national():
            mails = Mail.objects.filter(code="M22")
            assert {mail.to_email for mail in mails} == {operator.email, president.email}
            assert f"{ROOM}comites/12/" in mails[0].text
        with pytest.raises(ActionDenied, match="est signé"):
            operations.correct_minutes(
                meeting_id=signed.pk, values=CONCLUSIONS, by=operator, at=LAUNCH
            )
        for change in (
            lambda rows: rows.update(orientations="Autre chose"),
            lambda rows: rows.update(document=None),
            lambda rows: rows.delete(),
        ):
            with pytest.raises(IntegrityError, match=r"are signed|only ever"), transaction.atomic():
                change(SteeringMeeting.objects.filter(pk=signed.pk))
        page = plain(client_as(Role.PREFECTURE).get(f"{ROOM}comites/12/"))
        assert "Relevé signé" in page
        assert "signé et scellé" in page

    def test_who_chairs_signs_by_their_office_and_a_delegate_under_an_act(
        self, held, operator, run_outbox
    ):
        ask_signature(held, operator)
        [signer] = reread(held).circuit.signers.all()
        assert (signer.mandate_kind, signer.mandate_sha256) == ("Par sa fonction", "")
        signatures.cancel(circuit_id=signer.circuit_id, reason="Non", by=operator, at=LAUNCH)
        since = TODAY - timedelta(days=9)
        asked = operations.GivenMandate("DELEGATION", since)
        with pytest.raises(InvalidInput, match="Joignez l'acte") as refused:
            ask_signature(held, operator, mandate=asked)
        assert refused.value.field == "document"
        ask_signature(held, operator, mandate=replace(asked, document=scan()))
        [signer] = reread(held).circuit.signers.all()
        assert signer.mandate_kind == "Délégation de signature"
        assert signer.mandate_sha256 == StoredFile.objects.get().sha256
        sign(signer, run_outbox)
        told = f"Délégation de signature, depuis le {short_date(since)}"
        assert sheet_lines(signer.circuit)[0]["mandate"] == f"{told}, selon l'acte « signée.pdf »"

    def test_a_signature_set_aside_is_made_good_by_the_minutes_signed_anew(
        self, held, operator, savoie, quick_seals, run_outbox, client_as
    ):
        """Contested once sealed, then set aside: the same words make a version that replaces it."""
        with tenancy.national():
            staff = make_user(Role.NATIONAL_STAFF)
        other, page = make_user(Role.FINANCE, basin=savoie), f"{ROOM}comites/12/"

        def signed_on_paper(at):
            ask_signature(held, operator, at=at)
            here = {"circuit_id": reread(held).circuit.pk, "at": at}
            signer = reread(held).circuit.signers.get()
            copy = {"signer_ids": [signer.pk], "signed_on": TODAY, "scan": scan()}
            kept = signatures.record_paper(**here, **copy, by=operator)
            signatures.confirm_paper(**here, scan_id=kept.pk, by=other)
            run_outbox()
            return signer

        again = {"meeting_id": held.pk, "by": operator, "at": LAUNCH + timedelta(hours=2)}
        assert "Remplace" not in dict(documents.minutes_context(held)["rows"])
        first = signed_on_paper(LAUNCH)
        later = {"signer_id": first.pk, "at": LAUNCH + timedelta(hours=1)}
        signatures.dispute(**later, trace=PHONE)
        reader = client_as(Role.OPERATOR, user=operator)
        assert "ASTREES y donne suite" in plain(reader.get(page))
        with pytest.raises(ActionDenied, match="est signé"):
            operations.correct_minutes(values=CONCLUSIONS, **again)
        with pytest.raises(IntegrityError, match="are signed"), transaction.atomic():
            SteeringMeeting.objects.filter(pk=held.pk).update(status="HELD", signed_on=None)
        how = {"settlement": Settlement.SET_ASIDE, "reason": "Le registre dit autre chose."}
        signatures.settle_dispute(**later, **how, by=staff)
        run_outbox()
        assert standings() == ["LACKING"]
        assert "Reprendre le relevé" in plain(reader.get(page))
        todo = "Reprendre le relevé du comité de pilotage n° 12 : une signature est écartée"
        assert todo in plain(reader.get("/bassins/savoie/"))
        with pytest.raises(ActionDenied, match="Enregistrez-le d'abord"):
            ask_signature(held, operator)
        operations.correct_minutes(values=CONCLUSIONS, **again)
        run_outbox()
        opened = reread(held)
        assert (opened.status, opened.signed_on, opened.document.version) == ("HELD", None, 2)
        assert standings() == ["LACKING"], "it was in force: nothing replaces it yet"
        rows = dict(documents.minutes_context(opened)["rows"])
        assert rows["Remplace"] == "La version 1, dont une signature a été écartée"
        second = signed_on_paper(LAUNCH + timedelta(hours=3))
        assert standings() == ["LACKING", "REPLACED"]
        document = reread(held).document
        with tenancy.national():
            by = SealStanding.objects.last().replaced_by
        assert by == f"{document.reference}, version 2"
        first.refresh_from_db()
        assert (reread(held).status, first.made_good_by) == ("SIGNED", second.circuit)
        assert todo not in plain(reader.get("/bassins/savoie/"))

    def test_its_effect_comes_once(self, launched, quick_seals, run_outbox):
        sign(launched.circuit.signers.get(), run_outbox)
        run_outbox()
        operations.note_signed(circuit_id=launched.circuit.pk, at=LAUNCH)
        assert AuditEvent.objects.filter(type="steering.signed").count() == 1
