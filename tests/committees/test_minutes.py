"""Minutes written by two, countersigned, given back, approved, remarked on (O5, C8, 5.3)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents.models import GeneratedDocument
from alize.outbox.models import Entry
from basins import tenancy
from basins.enums import Role
from basins.models import Membership
from committees import operations, permissions
from committees.documents import minutes_context, presidency_of
from committees.enums import MeetingMode
from committees.models import CommitteeRules, Minutes
from committees.operations import Corrections, Hands
from committees.operations.approvals import approve_tacitly
from committees.queries import drafting, meetings
from committees.queries.drafting import GENERAL, field_of, mark
from signatures.models import Circuit
from signatures.queries import verify
from tests.builders import make_user, set_rules
from tests.committees.conftest import DAY
from tests.words import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_seals")]
PAGE = "/bassins/savoie/comite/seances/2026-01/proces-verbal/"


@pytest.fixture
def minutes(committee) -> Minutes:
    return operations.close_meeting(
        meeting_id=committee.opened().pk, by=committee.president, at=DAY + timedelta(hours=1)
    )


def save(committee, minutes, text, **more):
    return operations.save_minutes(
        minutes_id=minutes.pk, narrative=text, items={}, by=committee.operator, at=DAY, **more
    )


def signed(committee, minutes) -> Minutes:
    operations.send_minutes(
        minutes_id=minutes.pk, by=committee.operator, at=DAY + timedelta(hours=2)
    )
    return operations.sign_minutes(
        minutes_id=minutes.pk, by=committee.president, at=DAY + timedelta(days=1)
    )


class TestTwoWriters:
    def test_nothing_is_lost_and_both_are_told(self, committee, minutes):
        start = {GENERAL: mark("")}
        save(committee, minutes, "Texte de Léa.", marks=start)
        saved = save(committee, minutes, "Texte de Paul.", marks=start)
        clash = saved.clashes[0]
        assert (clash.theirs, clash.mine) == ("Texte de Léa.", "Texte de Paul.")
        minutes.refresh_from_db()
        assert minutes.narrative == "Texte de Léa."
        assert not save(
            committee, minutes, "Les deux.", marks=start, keep=frozenset({GENERAL})
        ).clashes
        minutes.refresh_from_db()
        assert (minutes.narrative, minutes.revision) == ("Les deux.", 2)

    def test_one_who_typed_nothing_clashes_with_nobody(self, committee, minutes):
        save(committee, minutes, "Texte de Léa.", marks={GENERAL: mark("")})
        assert not save(committee, minutes, "", marks={GENERAL: mark("")}).clashes
        minutes.refresh_from_db()
        assert minutes.narrative == "Texte de Léa."

    def test_on_the_page_with_and_without_javascript(self, committee, minutes, client_as):
        operator = client_as(Role.OPERATOR, user=committee.operator)
        typed = {"narrative": "Texte de Paul.", f"mark_{GENERAL}": mark("")}
        save(committee, minutes, "Texte de Léa.")
        page = operator.post(PAGE, typed)
        assert page.status_code == 422
        body = page.content.decode()
        assert "Texte de Léa." in body
        assert "Texte de Paul." in body
        assert f'name="mark_{GENERAL}" value="{mark("")}"' in body
        live = operator.post(PAGE, typed, headers={"HX-Request": "true"}).content.decode()
        assert "Texte de Léa." in live
        assert operator.post(PAGE, typed | {"keep": GENERAL}).status_code == 302
        minutes.refresh_from_db()
        assert minutes.narrative == "Texte de Paul."

    def test_a_page_never_brings_back_what_it_read_before(self, committee, minutes, client_as):
        operator = client_as(Role.OPERATOR, user=committee.operator)
        item = minutes.meeting.items.get()
        part = field_of(item.pk)
        page = {GENERAL: "", part: "", f"mark_{GENERAL}": mark(""), f"mark_{part}": mark("")}
        save(committee, minutes, "Texte de Léa.")
        for text in ("Texte de Paul.", "Texte de Paul, suite."):
            page |= {part: text}
            live = operator.post(PAGE, page, headers={"HX-Request": "true"}).content.decode()
            page |= dict(re.findall(r'name="(mark_\w+)" value="(\w+)"', live))
        for stored in (minutes, item):
            stored.refresh_from_db()
        assert (minutes.narrative, item.narrative) == ("Texte de Léa.", "Texte de Paul, suite.")
        disputed = page | {part: "Texte d'Anne.", f"mark_{part}": mark("")}
        again = operator.post(PAGE, disputed)
        assert (again.status_code, again.context["form"][GENERAL].value()) == (422, "Texte de Léa.")
        assert again.context["form"][part].value() == "Texte d'Anne."
        assert again.context["marks"] == {GENERAL: mark("Texte de Léa."), part: mark("")}


class TestSignatures:
    def test_two_when_the_rules_say_so(self, committee, minutes, client_as):
        CommitteeRules.objects.update_or_create(pk=1, defaults={"minutes_signatures": 2})
        operator = client_as(Role.OPERATOR, user=committee.operator)
        assert operator.post(f"{PAGE}envoyer/").url == f"{PAGE}contresigner/"
        assert operator.post(f"{PAGE}contresigner/").status_code == 302
        minutes.refresh_from_db()
        assert minutes.countersigned_by_id == committee.operator.pk
        operations.sign_minutes(minutes_id=minutes.pk, by=committee.president, at=DAY)

    def test_a_countersignature_is_of_what_was_read(self, committee, client_as):
        """A decision put right changes what was countersigned: the secretary reads it again."""
        set_rules(minutes_signatures=2)
        meeting = committee.opened()
        decision = operations.record_without_ballot(
            item_id=meeting.items.get().pk, outcome="DEFERRED",
            particulars=operations.Particulars(reason="Incomplet."), by=committee.president, at=DAY,
        )  # fmt: skip
        minutes = operations.close_meeting(
            meeting_id=meeting.pk, by=committee.president, at=DAY + timedelta(hours=1)
        )
        send = {"minutes_id": minutes.pk, "by": committee.operator}
        operations.send_minutes(at=DAY + timedelta(hours=2), **send)
        president = client_as(Role.PRESIDENT, user=committee.president)
        page = president.get(f"/bassins/savoie/comite/decisions/{decision.reference}/rectifier/")
        assert "déjà contresigné, revient au secrétariat" in page.content.decode()
        rectified = DAY + timedelta(hours=3)
        operations.rectify_decision(
            decision_id=decision.pk, corrections=Corrections(reason="Devis manquant."),
            why="Erreur de frappe", by=committee.president, at=rectified,
        )  # fmt: skip
        minutes.refresh_from_db()
        assert (minutes.status, minutes.countersigned_at) == ("DRAFT", None)
        assert f"{decision.reference} a été rectifiée" in minutes.return_reason
        told = Entry.objects.get(payload__code="M54").payload["email"]
        assert told == committee.operator.email
        operations.send_minutes(at=DAY + timedelta(hours=4), **send)
        signed = operations.sign_minutes(
            minutes_id=minutes.pk, by=committee.president, at=DAY + timedelta(days=1)
        )
        assert signed.countersigned_at == DAY + timedelta(hours=4)

    def test_the_president_waits_for_the_secretary(self, committee, minutes):
        operations.send_minutes(minutes_id=minutes.pk, by=committee.operator, at=DAY)
        CommitteeRules.objects.update_or_create(pk=1, defaults={"minutes_signatures": 2})
        with pytest.raises(ActionDenied, match="contresigne d'abord"):
            operations.sign_minutes(minutes_id=minutes.pk, by=committee.president, at=DAY)

    def test_given_back_what_changed_is_shown(self, committee, minutes, client_as):
        save(committee, minutes, "Le comité échange longuement.")
        operations.send_minutes(minutes_id=minutes.pk, by=committee.operator, at=DAY)
        back = {"minutes_id": minutes.pk, "by": committee.president, "at": DAY}
        with pytest.raises(InvalidInput):
            operations.return_minutes(reason=" ", **back)
        operations.return_minutes(reason="Trop vague.", **back)
        page = client_as(Role.OPERATOR, user=committee.operator).get(PAGE).content.decode()
        assert "Trop vague." in page
        save(committee, minutes, "Le comité échange sur le marché.")
        operations.send_minutes(minutes_id=minutes.pk, by=committee.operator, at=DAY)
        minutes.refresh_from_db()
        kinds = [piece.kind for piece in drafting.changes_since(minutes)[0].pieces]
        assert {"kept", "added", "removed"} == set(kinds)
        page = client_as(Role.PRESIDENT, user=committee.president).get(PAGE).content.decode()
        assert "<del>longuement.</del>" in page

    @pytest.mark.parametrize(
        "values", [{"narrative": "Autre"}, {"status": "DRAFT"}, {"signed_at": DAY}]
    )
    def test_the_database_keeps_them_as_signed(self, committee, minutes, values):
        signed(committee, minutes)
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Minutes.objects.filter(pk=minutes.pk).update(**values)
        assert sentence_of(error.value) == "Le procès-verbal est signé : il ne se modifie plus."

    def test_nor_what_they_say(self, committee, minutes):
        signed(committee, minutes)
        meeting = minutes.meeting
        for rows, values in (
            (meeting.attendances, {"left_at": None}),
            (meeting.items, {"narrative": "Autre"}),
        ):
            with pytest.raises(IntegrityError) as error, transaction.atomic():
                rows.update(**values)
            assert "ce qu'il constate ne change plus" in sentence_of(error.value)


class TestSubstitute:
    """The president did not come: a company seat took the chair (R30)."""

    @pytest.fixture
    def minutes(self, committee) -> Minutes:
        meeting, substitute = committee.convened(), committee.people[1]
        for person in committee.people[1:]:
            committee.arrive(meeting, person)
        operations.open_meeting(meeting_id=meeting.pk, by=substitute, at=DAY)
        return operations.close_meeting(
            meeting_id=meeting.pk, by=substitute, at=DAY + timedelta(hours=1)
        )

    def test_they_read_and_sign_and_the_presidency_is_told(self, committee, minutes, client_as):
        substitute, other = committee.people[1:3]
        operations.send_minutes(minutes_id=minutes.pk, by=committee.operator, at=DAY)
        mails = Entry.objects.filter(payload__code="M08")
        told = set(mails.values_list("payload__email", flat=True))
        assert told == {substitute.email, committee.president.email}
        stranger = client_as(Role.MEMBER, user=other)
        assert stranger.get(PAGE).status_code == 404
        assert stranger.post(f"{PAGE}signer/").status_code == 404
        chair = client_as(Role.MEMBER, user=substitute)
        assert "Signer le procès-verbal" in chair.get("/bassins/savoie/").content.decode()
        assert f'href="{PAGE}signer/"' in chair.get(PAGE).content.decode()
        assert chair.get(f"{PAGE}rendre/").status_code == 200
        assert chair.post(f"{PAGE}signer/").status_code == 302
        minutes.refresh_from_db()
        assert (minutes.status, minutes.signed_by_id) == ("SIGNED", substitute.pk)

    def test_the_presidency_that_was_away_signs_as_itself(self, committee, minutes):
        for seat, capacity in ((1, "Présidence de la séance"), (0, "Présidence du comité")):
            person, *told = presidency_of(minutes)
            assert person.pk == committee.people[seat].pk
            assert told == [capacity, str(committee.seats[seat].partner)]
            minutes = signed(committee, minutes) if seat else minutes


class TestANewPresidency:
    def test_reads_who_signs_and_is_offered_nothing_that_fails(self, committee, minutes, client_as):
        operations.send_minutes(minutes_id=minutes.pk, by=committee.operator, at=DAY)
        new = make_user(Role.PRESIDENT, basin=committee.basin)
        with tenancy.national():
            Membership.objects.filter(person=new).update(starts_on=DAY + timedelta(days=1))
        client = client_as(Role.PRESIDENT, user=new)
        page = client.get(PAGE).content.decode()
        assert f"{committee.president}, qui présidait cette séance" in page
        assert "Votre présidence a commencé après" in page
        assert "signer/" not in page
        assert "rendre/" not in page
        assert "Signer le procès-verbal" not in client.get("/bassins/savoie/").content.decode()


class TestAfterwards:
    def next_meeting(self, committee):
        return committee.opened(held_at=DAY + timedelta(days=40))

    def test_approved_tacitly_at_the_end_of_the_next_meeting(self, committee, minutes):
        signed(committee, minutes)
        later = self.next_meeting(committee)
        operations.close_meeting(
            meeting_id=later.pk, by=committee.president, at=DAY + timedelta(days=40, hours=1)
        )
        minutes.refresh_from_db()
        assert (minutes.approved_in, minutes.approval) == (later, "TACIT")

    def test_never_by_a_consultation_that_nobody_sits_in(self, committee, minutes):
        signed(committee, minutes)
        later = self.next_meeting(committee)
        later.mode = MeetingMode.WRITTEN
        when = {"by": committee.president, "at": DAY + timedelta(days=40, hours=1)}
        assert approve_tacitly(later, **when) == []
        assert not permissions.approve_minutes.allows(minutes, later)

    def test_or_by_a_vote(self, committee, minutes):
        CommitteeRules.objects.update_or_create(pk=1, defaults={"minutes_approval": "VOTE"})
        signed(committee, minutes)
        later = self.next_meeting(committee)
        act = {"minutes_id": minutes.pk, "meeting_id": later.pk, "by": committee.president}
        when = {"at": DAY + timedelta(days=40)}
        with pytest.raises(InvalidInput, match="5 sièges"):
            operations.approve_minutes(hands=Hands(9, 0, 0), **act, **when)
        with pytest.raises(InvalidInput, match="n'est pas approuvé"):
            operations.approve_minutes(hands=Hands(1, 2, 0), **act, **when)
        operations.approve_minutes(hands=Hands(4, 0, 1), **act, **when)
        minutes.refresh_from_db()
        assert minutes.approval_votes == "4 pour, 0 contre, 1\u00a0abstention"

    def test_or_under_the_replacement_of_a_chair_who_left(self, committee, minutes, client_as):
        CommitteeRules.objects.update_or_create(pk=1, defaults={"minutes_approval": "VOTE"})
        minutes = signed(committee, minutes)
        later, replacement = self.next_meeting(committee), committee.people[1]
        when = DAY + timedelta(days=40, minutes=10)
        there = later.attendances.get(seat=committee.seats[0])
        operations.check_out(attendance_id=there.pk, by=committee.president, at=when)
        act = {"minutes_id": minutes.pk, "meeting_id": later.pk, "hands": Hands(3, 0, 1)}
        for person, meeting in ((committee.people[2], None), (replacement, later)):
            assert meetings.approving(minutes, person) == meeting
        with pytest.raises(ActionDenied, match="préside"):
            operations.approve_minutes(by=committee.people[2], at=when, **act)
        operations.approve_minutes(by=replacement, at=when, **act)
        minutes.refresh_from_db()
        assert (minutes.approved_in, minutes.approved_by_id) == (later, replacement.pk)

    def test_a_remark_is_annexed_and_nothing_is_edited(self, committee, minutes, run_outbox):
        remark = {"minutes_id": minutes.pk, "by": committee.people[2], "at": DAY}
        with pytest.raises(ActionDenied, match="une fois signé"):
            operations.add_remark(text="Je demandais autre chose.", **remark)
        signed(committee, minutes)
        run_outbox()
        minutes.refresh_from_db()
        document = minutes.document_id
        operations.add_remark(text="Je demandais autre chose.", **remark)
        run_outbox()
        minutes.refresh_from_db()
        assert minutes.document_id == document
        assert minutes.remarks.get().made_by_id == committee.people[2].pk


def test_signed_their_page_waits_for_their_document(committee, minutes, client_as, run_outbox):
    president = client_as(Role.PRESIDENT, user=committee.president)
    assert "Le PDF n'est pas encore produit." in plain(president.get(PAGE))
    signed(committee, minutes)
    said = "Le procès-verbal se met en page"
    page = plain(president.get(PAGE))
    assert said in page
    assert "progress.js" in page
    assert "pas encore produit" not in page
    run_outbox()
    assert said not in plain(president.get(PAGE))


def test_who_reads_the_nominal_list(committee, client_as, run_outbox):
    meeting = committee.opened()
    ballot = committee.ballot(meeting)
    for person in committee.people:
        committee.vote(ballot, person)
    committee.close(ballot)
    committee.proclaim(ballot)
    minutes = operations.close_meeting(
        meeting_id=meeting.pk, by=committee.president, at=DAY + timedelta(hours=1)
    )
    signed(committee, minutes)
    run_outbox()
    minutes.refresh_from_db()
    path = f"/bassins/savoie/documents/{minutes.annex_id}/"
    for role, user, status in (
        (Role.OPERATOR, committee.operator, 200),
        (Role.PRESIDENT, committee.president, 200),
        (Role.AUDITOR, None, 200),
        (Role.MEMBER, committee.people[1], 404),
        (Role.PREFECTURE, None, 404),
    ):
        assert client_as(role, user=user).get(path).status_code == status, role


def test_where_nobody_voted_no_list_is_annexed_nor_promised(committee, minutes, run_outbox):
    signed(committee, minutes)
    run_outbox()
    minutes.refresh_from_db()
    assert minutes.document_id is not None
    assert minutes.annex_id is None
    assert "nominative" not in minutes_context(minutes)["closing"]


class TestSeal:
    def test_signed_minutes_are_sealed_with_who_signed_them(
        self, committee, minutes, run_outbox, client_as
    ):
        signed(committee, minutes)
        run_outbox()
        minutes.refresh_from_db()
        circuit = Circuit.objects.get(document=minutes.document)
        assert circuit.status == "SEALED"
        [signer] = circuit.signers.all()
        assert (signer.account_id, signer.way) == (committee.president.pk, "ACCOUNT")
        assert signer.signed_at == DAY + timedelta(days=1)
        assert verify(circuit) is None
        forged = GeneratedDocument.objects.get(pk=minutes.document_id)
        forged.pk, forged.version, forged.key = None, 9, "forged"
        forged.created_at += timedelta(days=1)
        forged.save(force_insert=True)
        page = client_as(Role.PRESIDENT).get(PAGE).content.decode()
        assert f"/documents/{circuit.sealed_document_id}/" in page
        assert f"/documents/{forged.pk}/" not in page
