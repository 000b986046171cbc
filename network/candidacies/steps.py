"""The steps of the journey of a candidacy, done or to do (A3)."""

from collections.abc import Sequence

from django.urls import reverse

from alize.common.dates import short_date
from alize.common.screen import Progress, Step, StepState
from basins.enums import BasinStatus
from conventions.rules.partnership import Gap
from network.candidacies.enums import CandidacyStatus
from network.candidacies.models import Candidacy
from network.candidacies.rules import Stage

_TITLES = {
    Stage.TERRITORY: "Territoire",
    Stage.PARTNERS: "Partenaires",
    Stage.OPERATOR: "Opérateur",
    Stage.BUDGET: "Budget",
}


def address(name: str, candidacy: Candidacy, **kwargs: object) -> str:
    """A page of a candidacy."""
    return reverse(name, kwargs={"candidacy_id": candidacy.pk, **kwargs})


def _stage_of(gap: Gap) -> str:
    """The step where a gap is filled."""
    return Stage.PARTNERS if gap.partner_id else gap.section


def progress(candidacy: Candidacy, gaps: Sequence[Gap]) -> Progress:
    """The steps of the journey, done or to do; the first that is not done is the current one."""
    page = address("candidacy_detail", candidacy)
    lacking = {stage: [gap for gap in gaps if _stage_of(gap) == stage] for stage in Stage}
    steps = [
        (title, f"{page}#{stage}", not lacking[stage], _lacks(len(lacking[stage])))
        for stage, title in _TITLES.items()
    ]
    is_accepted = candidacy.status == CandidacyStatus.ACCEPTED
    steps.append(("Comité national", f"{page}#comite", is_accepted, _meeting(candidacy)))
    is_open = candidacy.basin.opened_at is not None
    space = f"{page}#espace" if is_accepted else ""
    steps.append(("Espace", space, is_open, "ouvert" if is_open else ""))
    is_installed = candidacy.basin.status == BasinStatus.INSTALLED
    steps.append(("Convention", space, is_installed, _convention(candidacy)))
    return _as_progress(steps)


def _as_progress(steps: Sequence[tuple[str, str, bool, str]]) -> Progress:
    first = next((rank for rank, step in enumerate(steps) if not step[2]), len(steps))
    return Progress(
        done=sum(is_done for _, _, is_done, _ in steps),
        total=len(steps),
        label="étapes",
        steps=[
            Step(label, _state(rank, first, is_done=is_done), detail=detail, url=url)
            for rank, (label, url, is_done, detail) in enumerate(steps)
        ],
    )


def _state(rank: int, first: int, *, is_done: bool) -> StepState:
    if is_done:
        return "done"
    return "current" if rank == first else "todo"


def _lacks(count: int) -> str:
    if not count:
        return "complet"
    return f"{count} action{'s' if count > 1 else ''} restante{'s' if count > 1 else ''}"


def _meeting(candidacy: Candidacy) -> str:
    if candidacy.status == CandidacyStatus.SUBMITTED and candidacy.meeting_on:
        return f"le {short_date(candidacy.meeting_on)}"
    last = list(candidacy.decisions.all())[-1:]
    return last[0].get_outcome_display().lower() if last else ""


def _convention(candidacy: Candidacy) -> str:
    """The last step is lived in the basin itself: all sign, then the basin is installed (R52)."""
    basin = candidacy.basin
    if basin.status == BasinStatus.INSTALLED:
        return "signée"
    if basin.first_convention_on is not None:
        return f"signée, à partir du {short_date(basin.first_convention_on)}"
    return "en préparation" if basin.opened_at else ""
