"""What is signed: each room above says where its page is, and who may still sign it."""

from collections.abc import Callable, Collection, Iterable
from datetime import date

from django.db.models import Q

from alize.accounts.models import Person
from alize.common.screen import Link
from signatures.models import Circuit, CircuitSigner
from signatures.rules import Delegate, Mandate

Page = Callable[[str], Link | None]
Renewed = Callable[[Circuit, Collection[CircuitSigner], date], dict[int, Mandate]]
Lapsed = Callable[[Circuit, Collection[CircuitSigner], date], set[int]]
Deadline = Callable[[str], date | None]
Delegates = Callable[[CircuitSigner, date], list[Delegate]]
Hidden = Callable[[Person, date], Collection[str]]
_PAGES: dict[str, Page] = {}
_LAPSED: dict[str, Lapsed] = {}
_RENEWED: dict[str, Renewed] = {}
_DEADLINES: dict[str, Deadline] = {}
_DELEGATES: dict[str, Delegates] = {}
_HIDDEN: dict[str, Hidden] = {}


def register(target_type: str, page: Page) -> None:
    """Say, for one kind of object, where its page is, from its identifier."""
    _PAGES[target_type] = page


def owner_of(circuit: Circuit) -> Link | None:
    """The page of what a circuit signs, when its room has one."""
    document = circuit.document
    page = _PAGES.get(document.target_type)
    return page(document.target_id) if page else None


def register_mandates(target_type: str, lapsed: Lapsed) -> None:
    """Say, for one kind of object, which of the signers of a circuit may sign no more on a day."""
    _LAPSED[target_type] = lapsed


def lapsed(circuit: Circuit, signers: Collection[CircuitSigner], *, on: date) -> set[int]:
    """Whose right to sign, known at the launch, no longer holds on a day (signature.md 6.2).

    A delegate signs under the mandate that was validated for them.
    """
    own = [signer for signer in signers if signer.replaces_id is None]
    function = _LAPSED.get(circuit.document.target_type)
    return function(circuit, own, on) if function and own else set()


def register_renewals(target_type: str, renewed: Renewed) -> None:
    """Say, for one kind of object, under which mandate of a day each signer would sign it."""
    _RENEWED[target_type] = renewed


def renewed(circuit: Circuit, signer: CircuitSigner, *, on: date) -> Mandate | None:
    """The mandate that lets a signer sign on a day, once that of the launch is over.

    The same person for the same structure: a delegate signs under what was validated for them.
    """
    return renewals(circuit, [signer], on=on).get(signer.pk)


def renewals(circuit: Circuit, signers: Iterable[CircuitSigner], *, on: date) -> dict[int, Mandate]:
    """The same of several signers of a circuit, by signer."""
    function = _RENEWED.get(circuit.document.target_type)
    over = [
        signer
        for signer in signers
        if signer.replaces_id is None and signer.mandate_ends_on and signer.mandate_ends_on < on
    ]
    return function(circuit, over, on) if function and over else {}


def is_over(circuit: Circuit, signer: CircuitSigner, *, on: date) -> bool:
    """Whether the mandate of a signer has ended by a day, and nothing renews it."""
    ends = signer.mandate_ends_on
    return ends is not None and ends < on and renewed(circuit, signer, on=on) is None


def register_delegates(target_type: str, delegates: Delegates) -> None:
    """Say, for one kind of object, who else holds a mandate on record for whom a signer signs."""
    _DELEGATES[target_type] = delegates


def delegates(signer: CircuitSigner, *, on: date) -> list[Delegate]:
    """Those whom a signer may delegate to without any other paper: never the signer (P4)."""
    function = _DELEGATES.get(signer.circuit.document.target_type)
    found = function(signer, on) if function else []
    return [one for one in found if one.email.lower() != signer.email.lower()]


def register_hidden(target_type: str, hidden: Hidden) -> None:
    """Say, for one kind of object, which ones a withdrawal hides from a person on a day."""
    _HIDDEN[target_type] = hidden


def hidden_from(person: Person, *, on: date) -> Q:
    """Which circuits sign something from which a person has withdrawn (SD5)."""
    hidden = Q(pk=None)
    for target_type, function in _HIDDEN.items():
        ids = function(person, on)
        hidden |= Q(document__target_type=target_type, document__target_id__in=ids)
    return hidden


def readers(circuit: Circuit, people: Iterable[Person], *, on: date) -> list[Person]:
    """Those of these people who have not withdrawn from what a circuit signs (SD5)."""
    return readers_of([circuit], people, on=on)[circuit.pk]


def readers_of(
    circuits: Iterable[Circuit], people: Iterable[Person], *, on: date
) -> dict[int, list[Person]]:
    """The same of several circuits, by circuit."""
    found: dict[int, list[Person]] = {circuit.pk: [] for circuit in circuits}
    known = Circuit.objects.filter(pk__in=found)
    for person in people if found else ():
        for pk in known.exclude(hidden_from(person, on=on)).values_list("pk", flat=True):
            found[pk].append(person)
    return found


def register_deadline(target_type: str, deadline: Deadline) -> None:
    """Say, for one kind of object, the last day when it may still be signed, if there is one."""
    _DEADLINES[target_type] = deadline


def deadline(circuits: Iterable[Circuit]) -> date | None:
    """The last day when what these circuits sign may still be signed; None when nothing says."""
    documents = [circuit.document for circuit in circuits]
    days = [
        _DEADLINES[document.target_type](document.target_id)
        for document in documents
        if document.target_type in _DEADLINES
    ]
    return min((day for day in days if day is not None), default=None)
