"""Who changes the rules of the committee, and what stays locked (voting.md 5.1 and 5.3)."""

from dataclasses import asdict
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from alize.audit.models import AuditEvent
from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, InvalidInput, Refusal
from alize.documents.pdf import render
from basins.enums import Role
from committees import operations
from committees.models import CommitteeRules, RulesChange
from committees.models.rules import LIMITS
from committees.queries import rules as rules_queries
from committees.queries.rules import committee_rules, voting_rules
from committees.rulebook import SETTINGS
from committees.rules import Majority, VotingRules
from tests.builders import make_contact, make_partner, make_seat, make_user, set_rules
from tests.committees.conftest import DAY
from tests.committees.test_database_guards import name_of, stuff

pytestmark = pytest.mark.django_db
PAGE = "/bassins/savoie/comite/regles/"


@pytest.fixture
def operator(in_savoie):
    return make_user(Role.OPERATOR, basin=in_savoie)


@pytest.fixture
def president(in_savoie):
    return make_user(Role.PRESIDENT, basin=in_savoie)


def propose(by, **values):
    return operations.propose_rules(values=values, reason="Mieux siéger", by=by, at=DAY)


def attach(by):
    file = ContentFile(render("<p>Règlement</p>"), name="Règlement.pdf")
    return operations.propose_regulations(file=file, reason="Adopté", by=by, at=DAY)


def test_every_rule_of_a_basin_stands_in_the_rulebook():
    columns = {field.attname for field in CommitteeRules._meta.fields} - {"id", "regulations_id"}
    told = [column for one in SETTINGS.values() for column in (one.columns or (one.name,))]
    assert set(told) == columns
    assert len(told) == len(columns)


def test_defaults_are_those_of_the_specification(in_savoie):
    assert voting_rules() == VotingRules()
    for setting in SETTINGS.values():
        assert setting.accepts(setting.default()), setting.name
        assert setting.label, setting.explanation
        assert setting.explanation.endswith(".")
        assert setting.in_words(setting.default())


@pytest.mark.parametrize("name", LIMITS)
def test_the_database_keeps_each_number_within_its_limits(in_savoie, name):
    least, most = LIMITS[name]
    for value in (least, most):
        set_rules(**{name: value})
    for value in (least - 1, most + 1):
        with pytest.raises(IntegrityError), transaction.atomic():
            set_rules(**{name: value})


def test_every_voting_rule_is_taken_from_the_row(in_savoie):
    wanted = VotingRules(
        quorum_numerator=2,
        quorum_denominator=3,
        quorum_strict=True,
        proxies_count_in_quorum=False,
        recused_in_base=True,
        floor=4,
        majority=Majority.SEATS,
        casting_vote=False,
        tie_outcome="REJECTED",
        max_proxies=2,
        min_companies=1,
        approved_as="soutenu",
        rejected_as="non soutenu",
        deferred_as="à revoir",
    )
    names = {
        "approved_label": "Soutenu",
        "rejected_label": "Non soutenu",
        "deferred_label": "À revoir",
    }
    kept = {field.name for field in CommitteeRules._meta.fields}
    told = {name: value for name, value in asdict(wanted).items() if name in kept}
    set_rules(**told, **names)
    assert voting_rules() == wanted


def test_a_higher_majority_above_an_amount(in_savoie):
    set_rules(high_amount=3_000_000, high_majority="TWO_THIRDS")
    assert voting_rules().majority is Majority.CAST
    assert voting_rules(3_000_000).majority is Majority.CAST
    assert voting_rules(3_000_001).majority is Majority.TWO_THIRDS


class TestTwoPeople:
    def test_one_proposes_another_applies(self, operator, president):
        change = propose(operator, floor=4, quorum="2/3", casting_vote=True)
        assert change.before == {"floor": 3, "quorum": "1/2"}
        assert voting_rules() == VotingRules()
        operations.apply_rules(change_id=change.pk, by=president, at=DAY)
        rules = voting_rules()
        assert (rules.floor, rules.quorum_numerator, rules.quorum_denominator) == (4, 2, 3)
        journal = AuditEvent.objects.filter(type__startswith="rules.").order_by("sequence")
        assert [event.type for event in journal] == ["rules.proposed", "rules.applied"]
        assert journal[1].by_id == president.pk

    def test_nobody_applies_their_own(self, operator):
        change = propose(operator, floor=4)
        with pytest.raises(ActionDenied, match="validé par une autre"):
            operations.apply_rules(change_id=change.pk, by=operator, at=DAY)
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            RulesChange.objects.update(applied_at=DAY, applied_by=operator)
        assert "validé par une autre" in sentence_of(error.value)

    def test_one_waits_at_a_time(self, operator):
        propose(operator, floor=4)
        with pytest.raises(ActionDenied, match="attend déjà"):
            propose(operator, floor=5)
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            RulesChange.objects.create(reason="Encore", proposed_at=DAY, proposed_by=operator)
        assert "attend déjà" in sentence_of(error.value)

    def test_decided_once(self, operator, president):
        change = propose(operator, floor=4)
        operations.refuse_rules(change_id=change.pk, by=president, at=DAY)
        for act in (operations.apply_rules, operations.refuse_rules):
            with pytest.raises(ActionDenied, match="écarté"):
                act(change_id=change.pk, by=president, at=DAY)
        assert voting_rules().floor == 3
        assert propose(operator, floor=5).pk != change.pk

    def test_what_was_proposed_is_kept(self, operator, president):
        change = propose(operator, floor=4)
        for values in ({"values": {}}, {"reason": "Autre"}, {"before": {}}):
            with pytest.raises(IntegrityError), transaction.atomic():
                RulesChange.objects.filter(pk=change.pk).update(**values)
        with pytest.raises(IntegrityError), transaction.atomic():
            RulesChange.objects.all().delete()

    def test_an_open_ballot_keeps_its_rules(self, committee):
        ballot = committee.ballot(committee.opened())
        frozen = dict(ballot.rules)
        change = propose(committee.operator, floor=9, majority="SEATS")
        operations.apply_rules(change_id=change.pk, by=committee.president, at=DAY)
        ballot.refresh_from_db()
        assert ballot.rules == frozen


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Aucune règle ne change"),
        ({"floor": 3}, "Aucune règle ne change"),
        ({"floor": 0}, "Votants présents"),
        ({"floor": "4"}, "Votants présents"),
        ({"floor": True}, "Votants présents"),
        ({"majority": "MOST"}, "Majorité"),
        ({"max_proxies": 3}, "Pouvoirs reçus"),
        ({"min_companies": 4}, "Entreprises partenaires"),
        ({"quorum": "1/7"}, "Part des sièges"),
        ({"quorum": "1/1", "quorum_strict": True}, "tous les sièges"),
        ({"recusal_links": ["FRIEND"]}, "Liens qui obligent"),
        ({"high_amount": 3_000_000}, "va avec sa majorité"),
        ({"high_majority": "SEATS"}, "va avec sa majorité"),
        ({"second_min_days": 29}, "Au plus tôt après"),
        ({"consultation_min_days": 2}, "Durée au minimum"),
    ],
)
def test_a_value_that_no_rule_takes(operator, values, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        propose(operator, **values)


class TestRegulations:
    LOCKED = ("remote_meetings", "consultations", "phone_votes", "proxies_in_consultation")

    def test_the_locked_ones_are_known(self):
        assert {one.name for one in SETTINGS.values() if one.needs_regulations} == {*self.LOCKED}

    @pytest.mark.parametrize("name", LOCKED)
    def test_nothing_is_unlocked_without_them(self, operator, name):
        with pytest.raises(ActionDenied, match="règlement du comité"):
            propose(operator, **{name: True})
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            CommitteeRules.objects.create(**{name: True})
        assert "Joignez d'abord" in sentence_of(error.value)

    def test_attached_then_allowed(self, operator, president):
        change = attach(operator)
        with pytest.raises(Refusal):
            propose(operator, remote_meetings=True)
        operations.apply_rules(change_id=change.pk, by=president, at=DAY)
        assert committee_rules().regulations == change.regulations
        allowed = propose(operator, **dict.fromkeys(self.LOCKED, True))
        operations.apply_rules(change_id=allowed.pk, by=president, at=DAY)
        assert committee_rules().consultations

    def test_a_file_that_is_no_document_is_refused(self, operator):
        with pytest.raises(InvalidInput):
            operations.propose_regulations(
                file=ContentFile(b"MZ", name="virus.exe"), reason="Adopté", by=operator, at=DAY
            )

    @pytest.mark.parametrize("mode", ["REMOTE", "MIXED"])
    def test_a_meeting_from_afar_needs_them(self, committee, mode):
        CommitteeRules.objects.update(remote_meetings=False)
        with pytest.raises(ActionDenied, match="règlement du comité"):
            committee.planned(mode=mode)
        assert committee.planned(mode="IN_PERSON").mode == "IN_PERSON"


def test_the_operator_keeps_its_voice_while_it_has_a_deliberative_seat(operator, president):
    set_rules(operator_votes=True)
    seat = make_seat(holder=operator, partner=make_partner(name="Chambre"))
    ends = {"seat_id": seat.pk, "by": operator, "at": DAY}
    for ends_on in (None, DAY.date()):
        operations.end_seat(ends_on=ends_on, **ends)
        with pytest.raises(ActionDenied, match="Chambre"):
            propose(operator, operator_votes=False)
    operations.end_seat(ends_on=DAY.date() - timedelta(days=1), **ends)
    make_seat(partner=make_partner(name="Banque")).alternates.add(operator)
    with pytest.raises(ActionDenied, match="Banque"):
        propose(operator, operator_votes=False)


def test_alternates_are_done_without_once_no_seat_has_any(committee, operator):
    seat = committee.seats[1]
    act = {"seat_id": seat.pk, "by": operator, "at": DAY}
    colleague = make_contact(seat.partner).person
    operations.set_alternates(people=[colleague.pk], **act)
    for ends_on in (None, DAY.date()):
        operations.end_seat(ends_on=ends_on, **act)
        with pytest.raises(ActionDenied, match="a des suppléants"):
            propose(operator, alternates_allowed=False)
    operations.set_alternates(people=[], **act)
    propose(operator, alternates_allowed=False)
    set_rules(alternates_allowed=False)
    with pytest.raises(ActionDenied, match="ne prévoient pas de suppléants"):
        operations.set_alternates(people=[colleague.pk], **act)


class TestPages:
    @pytest.fixture
    def pages(self, operator, president, client_as):
        return (
            client_as(Role.OPERATOR, user=operator),
            client_as(Role.PRESIDENT, user=president),
        )

    def text(self, client, path=PAGE):
        answer = client.get(path)
        assert answer.status_code == 200
        return answer.content.decode()

    def test_every_rule_is_told_with_its_reason(self, pages):
        text = unescape(self.text(pages[0]))
        for setting in SETTINGS.values():
            assert setting.label in text
            assert setting.explanation in text
        assert text.count("Attend le règlement") == 4

    def form(self, client, **changes):
        """What the browser would send: the form as it is shown, with some changes."""
        fields = client.get(f"{PAGE}modifier/").context["form"]
        sent = {}
        for bound in fields:
            value = bound.value()
            if value is not None and value is not False and value != "":
                sent[bound.name] = "on" if value is True else value
        return sent | changes

    def test_proposed_by_one_applied_by_the_other(self, pages):
        operator, president = pages
        sent = self.form(operator, floor="4", high_amount="30 000", high_majority="TWO_THIRDS")
        answer = operator.post(f"{PAGE}modifier/", sent | {"reason": "Gros montants"})
        assert answer.status_code == 302, answer.context["form"].errors
        change = RulesChange.objects.get()
        assert change.values == {
            "floor": 4,
            "high_amount": 3_000_000,
            "high_majority": "TWO_THIRDS",
        }
        text = self.text(president)
        assert "Mettre en vigueur" in text
        assert "Gros montants" in text
        assert "Mettre en vigueur" not in self.text(operator)
        assert "Retirer ma proposition" in self.text(operator)
        assert operator.post(f"{PAGE}changements/{change.pk}/valider/").status_code == 403
        president.post(f"{PAGE}changements/{change.pk}/valider/")
        assert voting_rules(4_000_000).majority is Majority.TWO_THIRDS
        assert "4\u00a0votants" in self.text(president)

    def test_what_was_typed_is_kept_when_refused(self, pages):
        sent = self.form(pages[0], floor="4", high_amount="30 000", reason="Gros montants")
        answer = pages[0].post(f"{PAGE}modifier/", sent)
        assert answer.status_code == 422
        assert "va avec sa majorité" in answer.content.decode()
        assert 'value="Gros montants"' in answer.content.decode()

    def test_taken_back(self, pages, operator):
        change = propose(operator, floor=4)
        pages[0].post(f"{PAGE}changements/{change.pk}/ecarter/")
        assert rules_queries.waiting_change() is None
        for act, who in (("ecarter", pages[0]), ("valider", pages[1])):
            late = who.post(f"{PAGE}changements/{change.pk}/{act}/")
            assert late.url == PAGE

    def test_regulations_are_read_by_those_who_read_the_rules(self, pages, client_as, operator):
        assert pages[0].get(f"{PAGE}reglement/").status_code == 404
        file = ContentFile(render("<p>Règlement</p>"), name="Règlement.pdf")
        answer = pages[0].post(f"{PAGE}reglement/joindre/", {"file": file, "reason": "Adopté"})
        assert answer.status_code == 302, answer.content.decode()
        change = RulesChange.objects.get()
        proposed = f"{PAGE}changements/{change.pk}/reglement/"
        assert pages[1].get(proposed).status_code == 200
        pages[1].post(f"{PAGE}changements/{change.pk}/valider/")
        assert pages[1].get(f"{PAGE}reglement/").status_code == 200
        assert client_as(Role.ASSOCIATE).get(f"{PAGE}reglement/").status_code == 403

    def test_regulations_of_no_change(self, pages, operator):
        change = propose(operator, floor=4)
        assert pages[0].get(f"{PAGE}changements/{change.pk}/reglement/").status_code == 404


class TestOnTheBallot:
    """What the database holds of the rules that a ballot was opened with."""

    def test_a_lead_kept_out_is_not_on_the_list(self, committee):
        set_rules(lead_votes=False, remote_meetings=True)
        lead = committee.people[2]
        ballot = committee.ballot(
            committee.opened(
                follow_up_lead_id=lead.pk,
                follow_up_partner_id=committee.seats[2].partner_id,
            )
        )
        assert str(committee.seats[2].pk) not in ballot.rules["seats"]
        with pytest.raises(ActionDenied):
            committee.vote(ballot, lead)
        assert name_of(stuff(committee, ballot)) == "vote_seat_is_on_the_list"

    def test_no_abstention_where_it_is_not_provided(self, committee):
        set_rules(abstention_allowed=False, remote_meetings=True)
        ballot = committee.ballot(committee.opened())
        with pytest.raises(Refusal):
            committee.vote(ballot, committee.people[2], "ABSTAIN")
        error = stuff(committee, ballot, choice="ABSTAIN")
        assert name_of(error) == "vote_abstention_is_allowed"
