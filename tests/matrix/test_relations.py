"""Who sees which file, by role, state and relation, against a second table (security.md S12).

The table is that of security.md 2.2, written again; it knows nothing of the queries of the rooms.
Every file of the product is asked of anybody that chance gives roles to.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import product
from random import Random

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from alize.accounts.models import Person
from alize.common.dates import add_months
from basins.access import MATRIX, allows
from basins.enums import Role
from basins.homes import Visitor
from committees.enums import InterestAnswer
from committees.models import AgendaItem, InterestDeclaration, Meeting, Seat
from conventions.models import CooperationConvention, Signer
from conventions.queries.visible import conventions_visible_to
from funds.models import Advance
from funds.queries.visible import advances_visible_to
from partners.models import Partner
from projects import queries
from projects.models import PreliminaryDiagnosis, Project
from tests.builders import (
    START,
    make_beneficiary,
    make_contact,
    make_decision,
    make_meeting,
    make_partner,
    make_person,
    make_project,
    make_seat,
    told_by,
)
from tests.matrix.expected import ALLOWED, CODES, allowed

pytestmark = pytest.mark.django_db

# -- The second table ----------------------------------------------------------------------------
STATES = {
    "early": "CONTACT DRAFTING",
    "under way": "DIAGNOSIS READY SCHEDULED EXTRA_DIAGNOSIS WITHDRAWN DROPPED",
    "proclaimed": "DEFERRED APPROVED_CONDITIONS APPROVED REJECTED",
    "supported": "LABELLED REVIEW_DUE CLOSED INTERRUPTED",
}
FILE = {
    "AN": "r", "OP": "R", "FI": "r", "PC": "Rn", "MC": "Rn", "PA": "ro", "CP": "rp", "AU": "R",
}  # fmt: skip
"""Line « Dossier, finance plan, documents »: R whole, r its card."""
ADVANCE = {"OP": "R", "FI": "R", "PC": "Rn", "MC": "Rn", "AU": "R"}
"""Line « Advance recorded, schedule »; the amounts alone that `a` means are of other pages."""
CONVENTION = {"AN": "R", "OP": "R", "FI": "R", "PC": "R", "MC": "Ro", "CP": "Rp", "AU": "R"}
"""Line « Offer, convention, annex »: o is of one's own company, or of whom one follows up."""


@dataclass(frozen=True)
class Relation:
    """What ties somebody to a file."""

    status: str
    referrer: str
    """Of its diagnosis: nobody, asked, or asked and then replaced."""
    recusal: str
    """What their seat last answered on it; `other` is the withdrawal of another seat."""
    is_shared: bool
    origin: str
    """Who brought it: nobody, their structure, one that they have left."""

    @property
    def state(self) -> str:
        return next(name for name, known in STATES.items() if self.status in known.split())


EVERY_RELATION = product(
    " ".join(STATES.values()).split(),
    ("nobody", "asked", "replaced"),
    ("none", "withdrawn", "came back", "other"),
    (False, True),
    ("nobody", "mine", "left"),
)
RELATIONS = [Relation(*one) for one in Random(12).sample([*EVERY_RELATION], 180)]
"""As many as make, with sixty people, ten thousand cases."""


def reading_of_file(codes: Iterable[str], one: Relation) -> str:
    """« R » for the whole file, « r » for its card, nothing when it does not exist for them."""
    codes = set(codes)
    if one.recusal == "withdrawn":
        return ""  # SD5: their seat withdrew, whatever else they are
    seen = {FILE[code][0] for code in codes & set(FILE) if applies(code, one)}
    return "R" if "R" in seen else "r" if seen else ""


def applies(code: str, one: Relation) -> bool:
    """Whether the line of a role is about a file in this state, so related."""
    if code in {"PC", "MC"}:
        # Nothing is asked of the committee before; its referrer is asked first of all (PR).
        return one.state != "early" or one.referrer == "asked"
    if code == "CP":
        return one.state in {"proclaimed", "supported"}
    return code != "PA" or one.is_shared or one.origin == "mine"


# -- The same files, in a basin -------------------------------------------------------------------
@dataclass(frozen=True)
class Scene:
    """Somebody, and one file for each relation."""

    person: Person
    seat: Seat
    files: dict[int, Relation]


@pytest.fixture
def scene(in_savoie) -> Scene:
    person, other = make_person(), make_person()
    seat = make_seat(holder=person)
    own, left = make_partner(kind="ASSOCIATE"), make_partner(kind="ASSOCIATE")
    make_contact(own, person=person)
    make_contact(left, person=person, is_active=False)
    meeting = make_meeting()
    company = make_beneficiary()
    projects = Project.objects.bulk_create(
        project_of(rank, one, company, other, {"nobody": None, "mine": own, "left": left})
        for rank, one in enumerate(RELATIONS)
    )
    pairs = list(zip(projects, RELATIONS, strict=True))
    ask_diagnoses(pairs, person, other, own)
    withdraw(pairs, meeting, seat, make_seat(holder=other))
    return Scene(person, seat, {project.pk: one for project, one in pairs})


def project_of(rank: int, one: Relation, company, other: Person, origins: dict) -> Project:
    more = {}
    if one.state == "supported":
        more = {"labelled_on": START, "follow_up_lead": other}
    if one.status == "CLOSED":
        more["closed_on"] = add_months(START, 18)
    return Project(
        reference=f"2026-SAV-{rank + 5000}",
        beneficiary=company,
        status=one.status,
        status_since=START,
        need="Agrandir l'atelier",
        contacted_on=START,
        operator=other,
        is_shared=one.is_shared,
        origin_partner=origins[one.origin],
        **told_by(one.status),
        **more,
    )


def ask_diagnoses(pairs, person: Person, other: Person, partner: Partner) -> None:
    at = timezone.now()
    PreliminaryDiagnosis.objects.bulk_create(
        PreliminaryDiagnosis(
            project=project,
            referrer=person,
            partner=partner,
            asked_at=at,
            asked_by=other,
            due_on=START,
            cancelled_at=at if one.referrer == "replaced" else None,
            cancelled_by=other if one.referrer == "replaced" else None,
        )
        for project, one in pairs
        if one.referrer != "nobody"
    )


def withdraw(pairs, meeting: Meeting, mine: Seat, theirs: Seat) -> None:
    """What each seat answered on each file, the last answer counting."""
    asked = [pair for pair in pairs if pair[1].recusal != "none"]
    items = AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, project=project, rank=rank)
        for rank, (project, _) in enumerate(asked, start=1)
    )
    answers = {
        "withdrawn": [(mine, InterestAnswer.NONE), (mine, InterestAnswer.RECUSED)],
        "came back": [(mine, InterestAnswer.RECUSED), (mine, InterestAnswer.NONE)],
        "other": [(theirs, InterestAnswer.RECUSED)],
    }
    InterestDeclaration.objects.bulk_create(
        InterestDeclaration(
            item=item, seat=seat, person=seat.holder, answer=answer, declared_at=timezone.now()
        )
        for item, (_, one) in zip(items, asked, strict=True)
        for seat, answer in answers[one.recusal]
    )


HELD = st.frozensets(st.sampled_from(sorted(CODES)), min_size=1, max_size=3)
"""Somebody holds one role most often, never ten."""


def roles_of(codes: Iterable[str]) -> frozenset[Role]:
    return frozenset(CODES[code] for code in codes)


def differences(scene: Scene, found: dict[int, str], wanted: Callable) -> list[str]:
    """What the product answers otherwise than the table."""
    return [
        f"{one}: {found[pk]!r}, not {wanted(one)!r}"
        for pk, one in scene.files.items()
        if found[pk] != wanted(one)
    ]


# -- The comparison -------------------------------------------------------------------------------
def test_the_matrix_is_the_table_and_roles_add_up():
    assert {act: allowed(act) for act in ALLOWED} == MATRIX

    @given(HELD, st.sampled_from(sorted(MATRIX)))
    def compare(codes, act):
        assert allows(roles_of(codes), act) is any(code in ALLOWED[act].split() for code in codes)

    compare()


def test_a_file_is_read_as_the_table_says(scene):
    @settings(max_examples=60)
    @given(HELD)
    def compare(codes):
        visitor = Visitor(scene.person, roles_of(codes), timezone.localdate())
        card, whole = set(), set()
        if allows(visitor.roles, "project.read"):
            card = set(queries.visible_to(visitor).values_list("pk", flat=True))
            whole = set(queries.visible_whole_to(visitor).values_list("pk", flat=True))
        found = {pk: "R" if pk in whole else "r" if pk in card else "" for pk in scene.files}
        assert differences(scene, found, partial(reading_of_file, codes)) == []

    compare()


def test_an_advance_is_read_as_the_table_says(scene):
    lent = lend(scene)
    assert set(lent.values()) == {"none", "withdrawn", "came back", "other"}

    @settings(max_examples=40)
    @given(HELD)
    def compare(codes):
        visitor = Visitor(scene.person, roles_of(codes), timezone.localdate())
        seen = set(advances_visible_to(visitor).values_list("pk", flat=True))
        for pk, recusal in lent.items():
            # SD5, as for the file: whatever else they are.
            wanted = bool(codes & set(ADVANCE)) and recusal != "withdrawn"
            assert (pk in seen) is wanted, (codes, recusal)

    compare()


def lend(scene: Scene) -> dict[int, str]:
    """An advance on a file of each recusal."""
    approved = {one.recusal: pk for pk, one in scene.files.items() if one.status == "APPROVED"}
    lent = {}
    for rank, (recusal, pk) in enumerate(approved.items()):
        decision = make_decision(project=Project.objects.get(pk=pk))
        advance = Advance.objects.create(
            reference=f"A-{rank}",
            project_id=pk,
            decision=decision,
            granted_amount=2_000_000,
            granted_on=START,
            lines=30,
        )
        lent[advance.pk] = recusal
    return lent


CONVENTIONS = list(product(("DRAFT", "SIGNED"), ("mine", "alternate", "theirs"), (False, True)))
"""State, who of whose company signs, whether one follows the company up."""


@pytest.fixture
def conventions(in_savoie) -> tuple[Person, dict[int, tuple[str, str, bool]]]:
    person, other = make_person(), make_person()
    seats = {name: make_seat(holder=other) for name in ("alternate", "theirs")}
    seats["alternate"].alternates.add(person)
    seats["mine"] = make_seat(holder=person)
    written = {}
    for status, seat, leads in CONVENTIONS:
        project = make_project(status="APPROVED", follow_up_lead=person if leads else other)
        convention = write_convention(make_decision(project=project), status, other)
        Signer.objects.create(
            convention=convention,
            rank=1,
            capacity="COMPANY",
            partner=seats[seat].partner,
            organisation=seats[seat].partner.name,
        )
        written[convention.pk] = (status, seat, leads)
    return person, written


def write_convention(decision, status: str, by: Person) -> CooperationConvention:
    at = timezone.now()
    signed = {
        "frozen_at": at,
        "frozen_by": by,
        "snapshot": {},
        "text_version": 1,
        "signed_on": START,
        "recorded_at": at,
        "recorded_by": by,
    }
    return CooperationConvention.objects.create(
        reference=f"C-{decision.reference}",
        project=decision.project,
        decision=decision,
        status=status,
        starts_on=START,
        created_at=at,
        created_by=by,
        **(signed if status == "SIGNED" else {}),
    )


def test_a_convention_is_read_as_the_table_says(conventions):
    person, written = conventions

    @settings(max_examples=40)
    @given(HELD)
    def compare(codes):
        found = conventions_visible_to(Visitor(person, roles_of(codes), timezone.localdate()))
        seen = set(found.values_list("pk", flat=True))
        rights = {CONVENTION[code] for code in codes & set(CONVENTION)}
        for pk, (status, seat, leads) in written.items():
            own = seat != "theirs" or leads
            wanted = (
                "R" in rights or ("Ro" in rights and own) or ("Rp" in rights and status == "SIGNED")
            )
            assert (pk in seen) is wanted, (codes, written[pk])

    compare()
