"""Nothing names who was erased but what the law keeps; votes and journals still verify (S55)."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from alize.accounts.models import Person, User
from alize.audit import queries as journal
from alize.audit.models import AuditEvent
from alize.notifications.models import Mail
from basins import erasure, tenancy
from basins.enums import BasinStatus, Role
from basins.erasure import acts
from basins.models import Basin, Membership
from committees.models import Question, Seat, Vote
from committees.queries import verification
from partners.models import Contact
from projects.models import PreliminaryDiagnosis, Project
from tests.matrix.expected import allowed
from tests.matrix.pages import PAGES
from tests.matrix.reading import is_read, plain, read
from tests.matrix.world import Side, World, undone

READERS = (Role.OPERATOR, Role.AUDITOR, Role.PRESIDENT)
PHONE = "06 12 34 56 78"
OF_THE_LAW = {
    "ballot_detail", "convention_detail", "item_detail", "meeting_live", "meeting_screen",
}  # fmt: skip
"""The proposal as it was put to the vote, the convention as it was signed: whom they name stays."""


@pytest.fixture
def side(world: World) -> Iterator[Side]:
    with undone():
        yield world.savoie


def staff(world: World) -> str:
    return world.visitors[Role.NATIONAL_STAFF].user.email


def said(*given: str, **options) -> str:
    out = StringIO()
    call_command("erase", *given, stdout=out, **options)
    return out.getvalue()


def leave(side: Side, *people: Person) -> None:
    """They have no part in the basin any more: somebody else follows what they followed."""
    eve = timezone.localdate() - timedelta(days=1)
    left, other = [one.pk for one in people], side.people[Role.OPERATOR].pk
    with tenancy.national():
        Membership.objects.filter(person__in=left).update(ends_on=eve)
    with tenancy.inside(side.basin):
        Seat.objects.filter(holder__in=left).update(ends_on=eve)
        Contact.objects.filter(person__in=left).update(is_active=False)
        Project.objects.filter(follow_up_lead__in=left).update(follow_up_lead=other)
        under_way = PreliminaryDiagnosis.objects.under_way().filter(referrer__in=left)
        under_way.update(referrer=other)


def test_whoever_is_needed_is_not_erased_and_hears_why(world: World, side: Side):
    member = side.people[Role.MEMBER]
    shown = said(member.email)
    with pytest.raises(CommandError) as refused:
        said(member.email, by=staff(world))
    for reason in ("rôle en cours", "siège au comité", "contact en activité", "dossier en cours"):
        assert reason in shown
        assert reason in str(refused.value)
    with pytest.raises(CommandError, match="n'administre pas le réseau"):
        said(member.email, by=member.email)
    with tenancy.national():
        assert Person.objects.get(pk=member.pk).email == member.email


def test_a_member_who_voted_a_referrer_and_an_owner_are_named_nowhere(world: World, side: Side):
    referrer = side.people[Role.MEMBER]
    with tenancy.inside(side.basin):
        known = [person.pk for person in side.people.values()]
        vote = Vote.objects.exclude(person__in=known).select_related("person").first()
        member = vote.person
        ended = Project.objects.filter(status="REJECTED").first()
        PreliminaryDiagnosis.objects.filter(project=ended.pk).update(referrer=referrer.pk)
        Project.objects.filter(pk=ended.pk).update(owner_phone=PHONE, owner_background="Fondeur")
        owner = ended.owner_name, ended.owner_email, PHONE
        Question.objects.update(
            text=f"Que dit {referrer.full_name.upper()} de {ended.owner_name}, {PHONE} ?"
        )
        before = verification.verify().findings
    with tenancy.national():
        Mail.objects.update(html=f"<p>Bonjour {member.full_name.replace(chr(39), '&#x27;')}</p>")
    leave(side, member, referrer)
    emails = member.email, referrer.email, ended.owner_email
    asked = [erasure.asked_by(email) for email in emails]
    for email in emails:
        assert "effacé" in said(email)
        assert f"Effacé : {email}" in said(email, by=staff(world))

    left = [one for asking in asked for one in traces_everywhere(side, asking)]
    assert [str(one) for one in left if not one.ground] == []
    assert left != []
    words = {member.full_name, referrer.full_name, member.email, referrer.email, *owner}
    assert named_on_pages(world, side, words) == OF_THE_LAW
    with tenancy.inside(side.basin):
        assert verification.verify().findings == before
        assert journal.verify() is None
        event = AuditEvent.objects.filter(type="person.erased").first()
        assert set(event.facts) == {"rows"}
        assert Vote.objects.get(pk=vote.pk).person_id == member.pk
    with tenancy.national():
        assert journal.verify() is None
        assert Person.objects.get(pk=member.pk).last_name == f"Personne effacée {member.pk}"
        assert not User.objects.filter(pk=member.pk).exists()


def traces_everywhere(side: Side, asked: erasure.Asked) -> list[erasure.Trace]:
    with tenancy.inside(side.basin):
        found = list(erasure.traces(asked))
    with tenancy.national():
        return found + list(erasure.traces(asked))


def named_on_pages(world: World, side: Side, words: set[str]) -> set[str]:
    """The pages, lists and spreadsheets of the basin that still say one of these words."""
    found = set()
    for name in filter(is_read, PAGES):
        page = PAGES[name]
        reader = next((role for role in READERS if page.in_basin and role in allowed(page.act)), "")
        for _, answer in read(world.visitors[reader], page.url(name, side)) if reader else ():
            told = plain(answer.content_read).replace("&#x27;", "'")
            if any(word in told for word in words):
                found.add(name)
    return found


def test_a_closed_basin_forgets_too(world: World, side: Side):
    closed = world.meuse
    with tenancy.inside(closed.basin):
        ended = Project.objects.filter(status="REJECTED").first()
    with tenancy.national():
        Basin.objects.filter(pk=closed.basin.pk).update(status=BasinStatus.CLOSED)
    assert f"{closed.basin}, dossier" in said(ended.owner_email)
    assert f"Effacé : {ended.owner_email}" in said(ended.owner_email, by=staff(world))
    with tenancy.inside(closed.basin):
        ended.refresh_from_db()
        assert ended.owner_email == ""
        assert AuditEvent.objects.filter(type="person.erased").exists()


def test_what_a_closed_basin_still_counts_on_stops_nothing(world: World, side: Side):
    member, closed = side.people[Role.MEMBER], side.basin
    with tenancy.national():
        Basin.objects.filter(pk=closed.pk).update(status=BasinStatus.CLOSED)
    done = said(member.email, by=staff(world))
    assert f"Effacé : {member.email}" in done
    assert f"reste : {closed}, " in done
    assert "votes, décisions et procès-verbaux signés" in done
    with tenancy.inside(closed):
        assert Seat.objects.of_person(member.pk).exists()
    with tenancy.national():
        assert Person.objects.get(pk=member.pk).last_name == f"Personne effacée {member.pk}"


def test_a_closed_basin_to_which_they_owe_stays_and_the_rest_goes(
    world: World, side: Side, monkeypatch
):
    monkeypatch.setattr("projects.erasing.owed_by", lambda project: 1)
    for one in (world.savoie, world.meuse):
        with tenancy.inside(one.basin):
            Project.objects.filter(status="REJECTED").update(owner_email="anne@example.org")
    refused = pytest.raises(CommandError, match="avance à rembourser")
    with refused:
        said("anne@example.org", by=staff(world))
    with tenancy.national():
        pairs = [world.savoie.basin.pk, world.meuse.basin.pk]
        Basin.objects.filter(pk__in=pairs).update(status=BasinStatus.CLOSED)
    with tenancy.inside(side.basin):
        Project.objects.filter(owner_email="anne@example.org").update(owner_email="autre@b.fr")
    assert "reste tel quel : Meuse, bassin fermé : avance à rembourser" in said("anne@example.org")
    assert "reste : Meuse, bassin fermé : avance" in said("anne@example.org", by=staff(world))
    with tenancy.inside(world.meuse.basin):
        assert Project.objects.filter(owner_email="anne@example.org").exists()


def test_a_list_is_replayed_after_a_restore_even_without_the_person(
    world: World, side: Side, tmp_path
):
    with tenancy.inside(side.basin):
        Question.objects.update(text=f"Joindre Anne Roux au {PHONE.replace(' ', '')}.")
    asked = tmp_path / "demandes.txt"
    asked.write_text(f"anne@example.org;Anne Roux;{PHONE}\n\n")
    said(list=asked, by=staff(world))
    with tenancy.inside(side.basin):
        texts = set(Question.objects.values_list("text", flat=True))
    assert texts == {f"Joindre {erasure.ERASED} au {erasure.ERASED}."}
    said(list=asked, by=staff(world))
    with tenancy.inside(side.basin):
        assert AuditEvent.objects.filter(type="person.erased").count() == 1


def test_a_name_that_two_people_have_is_left_to_somebody_to_judge(world: World, side: Side):
    with tenancy.national():
        one, other = (
            Person.objects.create(email=f"{name}@example.org", first_name="Anne", last_name="Roux")
            for name in ("anne", "anne.roux")
        )
    with pytest.raises(CommandError, match="Anne Roux porte le même nom"):
        said(one.email, by=staff(world))
    with tenancy.national():
        assert {Person.objects.get(pk=pk).last_name for pk in (one.pk, other.pk)} == {"Roux"}


def test_an_owner_whose_name_another_owner_has_is_left_as_well(world: World, side: Side):
    with tenancy.inside(side.basin):
        one, other = Project.objects.order_by("pk")[:2]
        Project.objects.filter(pk=other.pk).update(owner_name=one.owner_name)
    with pytest.raises(CommandError, match=f"porte le même nom, dossier {other.reference}"):
        said(one.owner_email, by=staff(world))


def test_a_row_that_may_not_change_stops_it_in_a_sentence(world: World, side: Side, monkeypatch):
    def refuse(*_, **__):
        raise IntegrityError

    rewrite = acts._rewrite_and_tell
    seen = []

    def refuse_here(asked, changed, place, **who):
        seen.append(place)
        return (refuse if place == str(side.basin) else rewrite)(asked, changed, place, **who)

    monkeypatch.setattr(acts, "_rewrite_and_tell", refuse_here)
    with pytest.raises(CommandError, match=rf"anne@example\.org, {side.basin} : "):
        said("anne@example.org", by=staff(world))
    assert sorted(seen) == sorted([str(world.savoie.basin), str(world.meuse.basin)])


def test_what_is_asked_for_is_said(world: World, side: Side, tmp_path):
    with pytest.raises(CommandError, match="Donnez l'adresse"):
        said()
    with pytest.raises(CommandError, match="ne se lit pas"):
        said(list=tmp_path / "absente.txt")
