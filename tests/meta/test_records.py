"""What a use case writes, the journal says: who did it, on what, when (security.md 3.8)."""

import ast
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from tests.meta.test_transactions import ROOMS, called

Name = tuple[str, str]
"""A module and one of its functions."""

RECORDS = {
    ("alize.audit.operations", "record"),
    ("signatures.operations.base", "note"),  # the chain of a circuit is its own journal
}
WRITES = {
    "bulk_create", "bulk_update", "create", "delete", "enqueue", "get_or_create", "save",
    "send_mail", "update", "update_or_create",
}  # fmt: skip
CARRIES_OUT = "carries out what an act that is recorded has asked for"
OWN = "one's own mark or words, which nobody else reads"
COUNTED = "computed again from what is recorded; whoever reads it acts on nothing"
UNRECORDED = {
    ("alize.accounts.encryption", "reencrypt"): "the same secrets, under another key",
    ("alize.accounts.links", "use_code"): "its tries are counted; the sign-in is recorded",
    ("alize.accounts.operations", "known_person"): "a name without a right: its act is recorded",
    ("alize.accounts.operations", "open_account"): "opens nothing: the role given is recorded",
    ("alize.drafting.operations", "add_first"): "the words that come with the application",
    ("alize.notifications.operations", "choose_mails"): OWN,
    ("alize.notifications.operations", "send_mail"): CARRIES_OUT,
    ("alize.outbox.operations", "postpone"): CARRIES_OUT,
    ("alize.outbox.operations", "run"): CARRIES_OUT,
    ("alize.outbox.operations", "take_waiting"): CARRIES_OUT,
    ("alize.outbox.operations", "try_again"): CARRIES_OUT,
    ("basins.operations.roles", "introduce"): "a name without a right: what names them is recorded",
    ("basins.operations.registers", "ask_for_seals"): "the register and the check are kept as made",
    ("committees.operations.answers", "mark_read"): OWN,
    ("committees.operations.letters", "send_letter"): CARRIES_OUT,
    ("conventions.operations.signing", "wait_for_effect"): CARRIES_OUT,
    ("funds.operations.letters", "mail_paper"): CARRIES_OUT,
    ("funds.operations.letters", "mail_reminder"): CARRIES_OUT,
    ("network.operations", "ask_for_checks"): COUNTED,
    ("network.operations", "check"): COUNTED,
    ("network.operations", "refresh"): COUNTED,
    ("projects.operations.diagnoses", "keep_diagnosis_typing"): OWN,
    ("projects.operations.diagnoses", "note_opened"): "the tracking tells it to the operator",
    ("projects.operations.diagnoses", "save_diagnosis_draft"): OWN,
    ("projects.operations.sections", "discard_draft"): OWN,
    ("projects.operations.sections", "save_draft"): OWN,
    ("projects.operations.sheets", "ask_sheet"): "the sheet is kept as laid out, with who asked",
    ("projects.operations.telling", "tell"): CARRIES_OUT,
    ("steering.operations.validations", "say"): "its committee is recorded as closed or corrected",
}
"""Use cases that no journal tells, and why."""


def name_of(path: Path) -> str:
    """The module of a file, as it is imported."""
    parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {name_of(path): ast.parse(path.read_text()) for path in ROOMS}
FUNCTIONS: dict[Name, ast.FunctionDef] = {
    (module, node.name): node
    for module, tree in TREES.items()
    for node in tree.body
    if isinstance(node, ast.FunctionDef)
}
PLACES: defaultdict[str, list[str]] = defaultdict(list)
for _place, _name in FUNCTIONS:
    PLACES[_name].append(_place)


def is_of_operations(module: str) -> bool:
    return any(part.endswith("operations") for part in module.split("."))


def is_use_case(name: Name, asked: set[Name]) -> bool:
    """What the rooms ask of their operations, and what is a transaction of its own elsewhere."""
    decorators = map(ast.unparse, FUNCTIONS[name].decorator_list)
    is_asked = is_of_operations(name[0]) and name in asked
    return not name[1].startswith("_") and (is_asked or "transaction.atomic" in decorators)


def used(nodes: Iterable[ast.AST], module: str, imported: dict[str, str]) -> set[Name]:
    """The functions that code names: those of its module, and those it imports, by any package."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Name):
            words = imported.get(node.id, f"{module}.{node.id}")
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            words = f"{imported.get(node.value.id, '')}.{node.attr}"
        else:
            continue
        place, _, name = words.rpartition(".")
        found |= {
            (other, name)
            for other in PLACES[name]
            if other == place or other.startswith(f"{place}.")
        }
    return found


def reaching(wanted: set[Name], uses: dict[Name, set[Name]]) -> set[Name]:
    """These functions, and all that end in one of them."""
    found = set(wanted)
    while more := {name for name, them in uses.items() if name not in found and them & found}:
        found |= more
    return found


def test_a_use_case_that_writes_is_recorded():
    uses: dict[Name, set[Name]] = {}
    asked: set[Name] = set()
    for module, tree in TREES.items():
        nodes = list(ast.walk(tree))
        imported = {
            one.asname or one.name: f"{node.module}.{one.name}"
            for node in nodes
            if isinstance(node, ast.ImportFrom)
            for one in node.names
        }
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                name = (module, node.name)
                uses[name] = used(ast.walk(node), module, imported) - {name}
        if not is_of_operations(module):
            asked |= used(nodes, module, imported)
    recorded = reaching(RECORDS, uses)
    writes = reaching({name for name, node in FUNCTIONS.items() if called(node) & WRITES}, uses)
    acts = {name for name in writes if is_use_case(name, asked)}
    assert FUNCTIONS.keys() >= RECORDS
    assert len(acts) > 300
    assert acts - recorded == UNRECORDED.keys()
