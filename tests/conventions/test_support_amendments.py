"""Amendments of a cooperation convention: what changes, who signs, when it takes effect."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import Role
from basins.homes import Visitor
from conventions import operations, queries
from conventions.documents.agreements import amendment_snapshot, preview_amendment
from conventions.documents.cooperation_amendment import changes
from conventions.models import Amendment, CooperationConvention, ToldStanding
from conventions.operations import Lent
from conventions.queries import amended
from conventions.queries.amended import standing
from partners.models import Contact, Partner
from projects import operations as projects
from projects.models import Project
from signatures import operations as signatures
from tests.builders import make_contact, make_person, make_seat, make_user
from tests.conventions.supporting import freeze, launch, plan, save, signed, words


@pytest.fixture
def convention(in_force):
    return in_force


# -- What it changes ---------------------------------------------------------------------------


def test_signed_by_all_it_changes_what_the_convention_says(scene, convention, newcomer, run_outbox):
    before = amended.content_of(convention)
    lead = make_user(Role.MEMBER, basin=scene.basin, first_name="Paul", last_name="Roch")
    contact = make_contact(newcomer, person=lead)
    until = before.ends_on + timedelta(days=184)
    amendment = save(
        scene,
        convention,
        skills=[
            Lent(scene.mill.pk, Decimal("5"), "Implantation d'atelier"),
            Lent(newcomer.pk, Decimal("4"), "Traitement thermique"),
        ],
        jobs_created=before.jobs_created + 1,
        jobs_retained=before.jobs_retained,
        lead_id=contact.pk,
        new_ends_on=until,
        changes="Un point mensuel avec le dirigeant.",
    )
    assert (amendment.number, amendment.takes_effect_on) == (1, None)
    assert list(amendment.incoming.all()) == [newcomer]
    assert amendment.jobs_retained is None  # as the convention says
    assert amended.content_of(convention) == before
    signed(scene, amendment, run_outbox)
    convention = CooperationConvention.objects.get(pk=convention.pk)
    after = amended.content_of(convention)
    assert [(one.organisation, one.days) for one in after.skills] == [
        ("Papeterie des Bauges", Decimal("5.0")),
        ("Forges du Lac", Decimal("4.0")),
    ]
    assert (after.jobs_created, after.ends_on) == (before.jobs_created + 1, until)
    assert after.lead == "Paul Roch (Forges du Lac)"
    assert (amendment.status, amendment.takes_effect_on) == ("SIGNED", timezone.localdate())
    project = Project.objects.get(pk=convention.project_id)
    assert (project.follow_up_lead.pk, project.support_until) == (lead.pk, until)
    # The end that was planned is put off.
    planned = timezone.now() + timedelta(days=560)
    assert not projects.end_support(project_id=project.pk, at=planned)
    assert projects.end_support(project_id=project.pk, at=planned + timedelta(days=365))


def test_the_parties_of_the_convention_sign_it_and_who_joins(scene, convention, newcomer):
    amendment = save(
        scene, convention, skills=[Lent(newcomer.pk, Decimal("4"), "Traitement thermique")]
    )
    lines = amendment_snapshot(amendment, on=timezone.localdate())["signers"]
    assert [(line["organisation"], line["name"], line["order"]) for line in lines] == [
        (scene.project.beneficiary.name, "Dominique Petit", 1),
        ("Énergie des Alpes", "Bruno Favre", 1),
        ("Forges du Lac", "Nora Vidal", 1),
        ("Papeterie des Bauges", "Anne Blanc", 1),
        ("Caisse de Tarentaise", "Hélène Garin", 1),
        ("Comité d'agrément ALIZE Savoie", "Claude Roux", 2),
        ("CCI de la Savoie", "Alix Morel", 1),
    ]


def test_the_document_says_each_article_before_and_after(scene, convention, newcomer):
    until = amended.content_of(convention).ends_on + timedelta(days=30)
    amendment = save(
        scene,
        convention,
        skills=[Lent(newcomer.pk, Decimal("4"), "Traitement thermique")],
        new_ends_on=until,
    )
    said = words(amendment_snapshot(amendment, on=timezone.localdate()))
    assert "Objet de l'avenant n° 1" in said
    assert convention.reference in said
    assert "Et ceux qui rejoignent la convention" in said
    assert "Papeterie des Bauges, 3,5 jours (Implantation d'atelier)" in said
    assert "Forges du Lac, 4 jours (Traitement thermique) ; 4 jours au total" in said
    assert "Annexe" not in said
    assert [words(article) for article, _, _ in changes(amendment)] == [
        '"Article 2. Moyens humains"',
        '"Article 6. Durée, terme"',
    ]
    assert preview_amendment(amendment, on=timezone.localdate()).startswith(b"%PDF")


def test_frozen_it_keeps_what_it_changed(scene, convention, run_outbox):
    more = amended.content_of(convention).jobs_created + 2
    amendment = signed(scene, save(scene, convention, jobs_created=more), run_outbox)
    [(_, before, after)] = changes(amendment)
    assert before != after
    assert after.startswith(str(more).partition(".")[0])


def test_an_amendment_that_changes_nothing_is_refused(scene, convention):
    content = amended.content_of(convention)
    as_it_is = [Lent(one.partner_id, one.days, one.topic) for one in content.skills]
    amendment = save(
        scene,
        convention,
        skills=as_it_is,
        jobs_created=content.jobs_created,
        lead_id=Contact.objects.get(person=scene.lead).pk,
    )
    assert (amendment.amends_skills, amendment.follow_up_lead) == (False, None)
    with pytest.raises(ActionDenied, match="ne change rien"):
        operations.freeze_amendment(amendment_id=amendment.pk, by=scene.operator, at=timezone.now())


def test_only_members_follow_up_and_only_partners_lend(scene, convention, newcomer):
    outside = make_contact(newcomer, person=make_person())
    with pytest.raises(InvalidInput, match="membre du comité d'agrément"):
        save(scene, convention, lead_id=outside.pk)
    content = amended.content_of(convention)
    kept = [Lent(one.partner_id, one.days + 1, one.topic) for one in content.skills]
    left = timezone.localdate()
    Partner.objects.filter(pk__in=[newcomer.pk, *(one.partner_id for one in kept)]).update(
        left_on=left
    )
    with pytest.raises(InvalidInput, match="Forges du Lac n'est plus partenaire"):
        save(scene, convention, skills=[*kept, Lent(newcomer.pk, Decimal("2"), "Achats")])
    assert save(scene, convention, skills=kept).amends_skills


# -- When it may be prepared -------------------------------------------------------------------


def test_a_convention_that_is_not_signed_is_not_amended(scene):
    draft = operations.prepare_convention(
        decision_id=scene.decision.pk, by=scene.operator, at=timezone.now()
    )
    with pytest.raises(ActionDenied, match="signée de tous"):
        save(scene, draft, changes="x")


def test_the_second_waits_for_the_first(scene, convention, run_outbox):
    first = save(scene, convention, changes="Un point mensuel.")
    with pytest.raises(ActionDenied, match="L'avenant n° 1 n'est pas encore signé"):
        save(scene, convention, changes="Deux points.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Amendment.objects.create(cooperation=convention, number=2, reason="x")
    signed(scene, first, run_outbox)
    second = save(scene, convention, changes="Deux points par mois.")
    said = words(amendment_snapshot(second, on=timezone.localdate()))
    assert (second.number, "déjà été modifiée par l'avenant n° 1" in said) == (2, True)


def test_the_new_term_follows_the_old_one(scene, convention):
    with pytest.raises(InvalidInput, match="suit l'ancien"):
        save(scene, convention, new_ends_on=amended.content_of(convention).ends_on)


def test_the_same_company_is_not_lent_twice(scene, convention):
    twice = [Lent(scene.mill.pk, Decimal("1"), topic) for topic in ("Achats", "Qualité")]
    with pytest.raises(InvalidInput, match="deux lignes"):
        save(scene, convention, skills=twice)


@pytest.mark.parametrize("ending", ["cancelled", "refused"])
def test_given_up_it_leaves_the_convention_as_it_was(scene, convention, newcomer, ending):
    before = amended.content_of(convention)
    lending = [Lent(newcomer.pk, Decimal("4"), "Traitement thermique")]
    launched = launch(scene, freeze(scene, save(scene, convention, skills=lending)))
    asked = {"by": scene.operator, "at": timezone.now()}
    if ending == "refused":
        signatures.cancel(circuit_id=launched.circuit.pk, reason="Un refus", **asked)
        with pytest.raises(ActionDenied, match="L'avenant n° 1"):
            save(scene, convention, changes="x")
    operations.cancel_amendment(amendment_id=launched.pk, **asked)
    assert amended.content_of(convention) == before
    assert save(scene, convention, changes="Autre chose.").number == 2


def test_once_the_support_is_over_only_the_schedule_changes(scene, convention, monkeypatch):
    version = plan(scene, convention)
    Project.objects.filter(pk=convention.project_id).update(status="REVIEW_DUE")
    with pytest.raises(ActionDenied, match="n'est pas remboursée"):
        save(scene, convention, schedule_id=version.pk)
    monkeypatch.setattr(standing, "owed", lambda advance: 2_000_000)
    with pytest.raises(InvalidInput, match="que l'échéancier"):
        save(scene, convention, jobs_created=Decimal("9"))
    assert save(scene, convention, schedule_id=version.pk).schedule == version


# -- Register, readers -------------------------------------------------------------------------


def test_the_register_is_told_that_the_convention_is_amended(scene, convention, run_outbox):
    signed(scene, save(scene, convention, changes="Un point mensuel."), run_outbox)
    last = ToldStanding.objects.get(document=convention.circuit.sealed_document)
    assert (last.standing, last.replaced_by) == ("AMENDED", f"{convention.reference}-A1")
    later = timezone.now() + timedelta(days=600)
    assert operations.tell_standings(at=later) == 2
    assert operations.tell_standings(at=later) == 0


def test_a_member_of_a_company_that_joins_sees_the_convention(
    scene, convention, newcomer, run_outbox
):
    member = make_person(first_name="Nora", last_name="Siège")
    make_seat(partner=newcomer, holder=member)
    visitor = Visitor(member, frozenset({Role.MEMBER}), timezone.localdate())
    seen = queries.conventions_visible_to(visitor)
    assert not seen.filter(pk=convention.pk).exists()
    lending = [Lent(newcomer.pk, Decimal("4"), "Traitement thermique")]
    amendment = signed(scene, save(scene, convention, skills=lending), run_outbox)
    assert seen.all().filter(pk=convention.pk).exists()
    assert queries.amendments_visible_to(visitor).filter(pk=amendment.pk).exists()
