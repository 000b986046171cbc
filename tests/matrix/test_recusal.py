"""After a recusal, nothing of the file is left for that person (security.md S09, SD5, T7)."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from basins import tenancy
from basins.enums import Role
from committees.models import AgendaItem, InterestDeclaration, Seat
from projects.models import Project
from tests.matrix.expected import allowed
from tests.matrix.pages import PAGES
from tests.matrix.world import Side, World, undone

WITHDRAWN = (Role.PRESIDENT, Role.MEMBER)
OF_THE_FILE = {
    "advance", "attachment", "ballot", "condition", "convention", "decision", "diagnosed",
    "document", "draft", "item", "labelled", "order", "question", "repayment", "reversal", "review",
}  # fmt: skip
"""The objects of `world.py` that belong to one file."""
STAYS = {
    "interest_edit": "one's own answer, to take it back",
    "convention_detail": "who signs a convention reads it, whatever the vote (security.md 2.2)",
    "convention_list": "the same",
    "convention_void": "who signed it reads there who decides in their place",
}


def files(side: Side) -> dict[str, int]:
    """The project behind each of those objects."""
    labelled = side.objects["labelled"].pk
    under_way = side.objects["item"].project_id
    others = {
        "item": under_way,
        "ballot": under_way,
        "question": side.objects["question"].item.project_id,
        "draft": side.objects["draft"].pk,
        "diagnosed": side.objects["diagnosed"].pk,
        "condition": side.objects["condition"].decision.project_id,
    }
    return {name: others.get(name, labelled) for name in OF_THE_FILE}


def withdraw(side: Side, project_id: int) -> None:
    """Every seat withdraws from a file, put on the agenda of the meeting under way if need be."""
    now = timezone.now()
    with tenancy.inside(side.basin):
        item, _ = AgendaItem.objects.get_or_create(
            meeting=side.objects["meeting"], project_id=project_id, defaults={"rank": 91}
        )
        InterestDeclaration.objects.bulk_create(
            InterestDeclaration(
                item=item, seat=seat, person=seat.holder, answer="RECUSED", declared_at=now
            )
            for seat in Seat.objects.select_related("holder")
        )
        # Who follows a company up keeps reading its reviews (security.md 2.2, MA).
        other = side.people[Role.OPERATOR].pk
        Project.objects.filter(pk=project_id).update(follow_up_lead=other)


def addresses(role: Role) -> Iterator[tuple[str, str]]:
    """The addresses of one file that a role may open, with the object they name."""
    for name, page in PAGES.items():
        named = {path.partition(".")[0] for path in page.arguments.values()} & OF_THE_FILE
        if page.in_basin and named and name not in STAYS and role in allowed(page.act):
            yield name, named.pop()


@pytest.mark.parametrize("role", WITHDRAWN)
def test_every_address_of_the_file_is_gone(world: World, role: Role):
    side, visitor = world.savoie, world.visitors[role]
    with tenancy.inside(side.basin):
        projects = files(side)
    left = []
    for name, named in addresses(role):
        url = PAGES[name].url(name, side)
        with undone():
            withdraw(side, projects[named])
            for method in ("GET", "POST"):
                status = visitor.ask(method, url).status_code
                if status not in {404, 405}:
                    left.append(f"{method} {url} ({name}): {status}")
    assert left == []


LISTS = sorted(
    name
    for name, page in PAGES.items()
    if page.in_basin and (not page.has_object or name == "partner_detail")
)


@pytest.mark.parametrize("named", ["labelled", "item.project"])
@pytest.mark.parametrize("role", WITHDRAWN)
def test_no_list_no_search_no_count_speaks_of_it(world: World, role: Role, named: str):
    side, visitor = world.savoie, world.visitors[role]
    with tenancy.inside(side.basin):
        project = side.find(named)
        words = [project.beneficiary.name, project.reference]
    found = []
    with undone():
        withdraw(side, project.pk)
        for name in LISTS:
            if name in STAYS or role not in allowed(PAGES[name].act):
                continue
            url = PAGES[name].url(name, side)
            for query in ("", f"?q={words[0]}", f"?q={words[1]}"):
                answer = visitor.ask("GET", url + query)
                text = answer.content_read.decode(errors="ignore").replace(query[3:] or "\0", "")
                found += [f"{url}{query} ({name}): {word}" for word in words if word in text]
    assert found == []
