"""What a page costs: the smallest one against Django alone, the others against the smallest."""

from collections.abc import Callable
from uuid import uuid4

from django.urls import reverse

from alize.common.addresses import basin_reverse
from alize.demo.bench.measuring import Effort, Figure, in_turns, milliseconds, slow, typical
from alize.demo.bench.stage import Stage
from alize.demo.bench.visiting import DJANGO_ALONE, Browser, queries_of, server
from basins.enums import Role

LISTS = (
    "basin_home",
    "project_list",
    "meeting_list",
    "follow_up_list",
    "convention_list",
    "partner_list",
    "fund_home",
    "report_list",
)


def null_figure(stage: Stage, *, effort: Effort) -> Figure:
    """A page of one query / Django's own project with somebody signed in and the same query."""
    cookies = stage.cookies[Role.MEMBER]
    alone = Browser(cookies, server(DJANGO_ALONE))
    nothing = Browser(application=server([]))
    ours = stage.browser(Role.MEMBER)
    page = null_page(stage)
    times = in_turns(
        {
            "ours": lambda: ours.get(page),
            "signed in": lambda: alone.get(reverse("bench_signed_in")),
            "nothing": lambda: nothing.get(reverse("bench_bare")),
        },
        effort=effort,
    )
    best = {name: typical(found) for name, found in times.items()}
    return Figure(
        "null",
        best["ours"] / best["signed in"],
        1.6,
        f"page d'une requête {milliseconds(best['ours'])}, la même dans un projet Django neuf, "
        f"connecté, {milliseconds(best['signed in'])}, sans session ni rien autour "
        f"{milliseconds(best['nothing'])} (rapport {best['ours'] / best['nothing']:.1f})",
    )


def null_page(stage: Stage) -> str:
    """The address of the smallest page."""
    return basin_reverse("bench_null", basin=stage.basin)


def _against_null(
    stage: Stage, call: Callable[[], object], *, effort: Effort
) -> tuple[list[list[float]], list[list[float]]]:
    member = stage.browser(Role.MEMBER)
    page = null_page(stage)
    times = in_turns({"null": lambda: member.get(page), "page": call}, effort=effort)
    return times["page"], times["null"]


def vote_figure(stage: Stage, *, effort: Effort) -> Figure:
    """A member changes a vote / the smallest page, both at their 95th percentile (Q2)."""
    votes, null = _against_null(stage, voting(stage), effort=effort)
    return _slowest("vote", votes, null, 8)


def voting(stage: Stage) -> Callable[[], object]:
    """How a member votes on the open ballot, and again."""
    member = stage.browser(Role.MEMBER)
    seat = next(
        seat for seat in stage.sample.scene.seats if seat.holder_id == stage.sample.crew.member.pk
    )
    url = basin_reverse("ballot_detail", basin=stage.basin, ballot_id=stage.sample.ballot.pk)
    return lambda: member.post(url, seat=str(seat.pk), choice="FOR", command_key=str(uuid4()))


def file_figure(stage: Stage, *, effort: Effort) -> Figure:
    """The page of a file / the smallest page, both at their 95th percentile (Q3)."""
    operator = stage.browser(Role.OPERATOR)
    project = stage.sample.past[0]
    url = basin_reverse("project_detail", basin=stage.basin, reference=project.reference)
    pages, null = _against_null(stage, lambda: operator.get(url), effort=effort)
    return _slowest("file", pages, null, 15)


def _slowest(name: str, pages: list[list[float]], null: list[list[float]], bar: float) -> Figure:
    p95, null_p95 = slow(pages), slow(null)
    return Figure(
        name,
        p95 / null_p95,
        bar,
        f"p95 {milliseconds(p95)} contre {milliseconds(null_p95)}, une personne à la fois",
    )


def status_figure(stage: Stage, *, effort: Effort) -> Figure:
    """Answers a second of the status of a ballot / of the smallest page (Q1)."""
    member = stage.browser(Role.MEMBER)
    url = basin_reverse("ballot_state", basin=stage.basin, ballot_id=stage.sample.ballot.pk)
    answers, null = _against_null(stage, lambda: member.get(url), effort=effort)
    status, smallest = typical(answers), typical(null)
    return Figure(
        "status",
        smallest / status,
        0.6,
        f"{1 / status:.0f} réponses par seconde contre {1 / smallest:.0f}",
        at_least=True,
    )


def list_figure(small: Stage, large: Stage, *, effort: Effort) -> Figure:
    """The list that suffers most of ten times the rows: time, and as many queries (Q7)."""
    ratios, more_queries = {}, []
    for name in LISTS:
        calls = {
            size: _opening(stage, name) for size, stage in (("small", small), ("large", large))
        }
        times = in_turns(calls, effort=effort.lighter)
        ratios[name] = typical(times["large"]) / typical(times["small"])
        # Twice: a basin's row is read again every few seconds.
        counts = {size: min(queries_of(call), queries_of(call)) for size, call in calls.items()}
        if counts["large"] != counts["small"]:
            more_queries.append(f"{name} {counts['small']} puis {counts['large']} requêtes")
    worst = max(ratios, key=ratios.__getitem__)
    return Figure(
        "list",
        float("inf") if more_queries else ratios[worst],
        2,
        " ; ".join(more_queries)
        or "autant de requêtes partout ; "
        + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()),
    )


def _opening(stage: Stage, name: str) -> Callable[[], object]:
    operator = stage.browser(Role.OPERATOR)
    url = basin_reverse(name, basin=stage.basin)
    return lambda: operator.get(url)
