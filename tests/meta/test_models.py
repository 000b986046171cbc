"""What holds for every model, whatever its room."""

import re

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations import CreateModel
from django.db.migrations.loader import MigrationLoader

from alize.common.database import InitialMigration
from alize.common.management.commands.draw_states import PAGE, drawn, transition_tables
from basins import tenancy

ROOMS = (
    "alize",
    "basins",
    "signatures",
    "partners",
    "projects",
    "committees",
    "funds",
    "conventions",
    "steering",
    "network",
)
OURS = [
    model
    for model in apps.get_models()
    if model.__module__.partition(".")[0] in ROOMS and not model._meta.auto_created
]
UNPAIRED = {
    "drafting.templateversion.created": "the first versions come with the application",
    "drafting.templateversion.published": "likewise",
    "documents.generateddocument.created": "the application makes some by itself",
    "documents.storedfile.uploaded": "nobody is known behind a single-use link",
}
"""« model.stem » of an instant and a person that may stand without one another, and why."""
ENUMERATIONS = r"""
SELECT relname, attname, pg_get_constraintdef(pg_constraint.oid)
FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE contype = 'c' AND cardinality(conkey) = 1
    AND connamespace IN ('public'::regnamespace, %s::regnamespace)
    AND pg_get_constraintdef(pg_constraint.oid)
        ~ '^CHECK \(\(+[a-z_]+\)?(::[a-z\[\]]+)? (= ANY|<@) '
"""
VALUE = re.compile(r"'([^']*)'|\b(\d+)[],]")


def named(model: type[models.Model]) -> str:
    return model._meta.label_lower


@pytest.mark.parametrize("model", OURS, ids=named)
def test_no_number_is_a_float(model):
    assert [
        field.name for field in model._meta.fields if isinstance(field, models.FloatField)
    ] == []


@pytest.mark.parametrize("model", OURS, ids=named)
def test_no_index_is_the_beginning_of_another(model):
    """Django gives a foreign key an index of its own: a wider one of its table serves as well."""
    unconditional = [
        *(one.fields for one in model._meta.indexes if one.condition is None),
        *(
            one.fields
            for one in model._meta.constraints
            if isinstance(one, models.UniqueConstraint) and one.condition is None
        ),
    ]
    firsts = {fields[0].removeprefix("-") for fields in unconditional if fields}
    assert [
        field.name
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.db_index and field.name in firsts
    ] == []


@pytest.mark.parametrize("model", OURS, ids=named)
def test_instants_and_their_people_are_set_together(model):
    fields = {field.name: field for field in model._meta.fields}
    checked = str(
        [
            constraint.condition
            for constraint in model._meta.constraints
            if isinstance(constraint, models.CheckConstraint)
        ]
    )
    for name, field in fields.items():
        stem = name.removesuffix("_at")
        if stem == name or f"{stem}_by" not in fields or f"{named(model)}.{stem}" in UNPAIRED:
            continue
        both_required = not field.null and not fields[f"{stem}_by"].null
        tied = f"'{name}__isnull'" in checked and f"'{stem}_by__isnull'" in checked
        assert both_required or tied, f"{named(model)}: {stem}_at and {stem}_by are not tied"


def test_the_database_knows_the_choices_of_every_field(savoie):
    """Whoever writes a row: `one_of`, or `each_of` of a list, says them in the constraints."""
    known: dict[tuple[str, str], list[set[str]]] = {}
    with tenancy.owner_cursor() as cursor:
        for table, column, definition in cursor.execute(ENUMERATIONS, [savoie.schema_name]):
            values = {quoted or bare for quoted, bare in VALUE.findall(definition)}
            known.setdefault((table, column), []).append(values)
    unknown = []
    for model in OURS:
        for field in model._meta.local_fields:
            chosen = field.flatchoices or getattr(field, "base_field", field).flatchoices
            allowed = {str(value) for value, _ in chosen} | ({""} if field.blank else set())
            held = known.get((model._meta.db_table, field.column), [])
            if chosen and not any(values <= allowed for values in held):
                unknown.append(f"{named(model)}.{field.name}")
    assert unknown == []


@pytest.mark.parametrize("model", OURS, ids=named)
def test_every_model_has_a_french_name_and_says_what_it_is(model):
    assert model._meta.original_attrs.get("verbose_name"), "verbose_name is missing"
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")


@pytest.mark.parametrize("table", transition_tables(), ids=lambda table: table.statuses.__name__)
def test_every_state_can_be_reached_and_says_what_follows(table):
    assert set(table.rows) == set(table.statuses)
    reached = {target for targets in table.rows.values() for target in targets}
    assert reached <= set(table.statuses)
    first = next(iter(table.statuses))
    assert set(table.statuses) - reached <= {first}


def test_every_model_of_states_has_its_table():
    assert len(transition_tables()) >= 6


def test_the_diagrams_of_states_are_those_of_the_tables():
    assert PAGE.read_text() == drawn(), "run `python3 manage.py draw_states`"


def test_models_that_come_together_are_drawn_together():
    """Or a new basin takes as long as all of them drawn again for each of them."""
    apart = [
        key
        for key, migration in MigrationLoader(None).disk_migrations.items()
        if type(migration).__module__.partition(".")[0] in ROOMS
        and sum(isinstance(one, CreateModel) for one in migration.operations) > 1
        and not isinstance(migration, InitialMigration)
    ]
    assert apart == []


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("basins.LocalOperator", "representative"),
        ("conventions.Signer", "name"),
        ("conventions.AmendmentMandate", "name"),
        ("signatures.CircuitSigner", "name"),
        ("signatures.CircuitSigner", "typed_name"),
    ],
)
def test_the_longest_name_of_a_person_fits_where_it_is_copied(model, field):
    def room(model: str, field: str) -> int:
        return apps.get_model(model)._meta.get_field(field).max_length

    for whose, prefix in (
        ("accounts.Person", ""),
        ("network.Candidacy", "representative_"),
        ("network.CandidatePartner", "signatory_"),
    ):
        names = [room(whose, f"{prefix}{name}") for name in ("first_name", "last_name")]
        assert sum(names) + 1 <= room(model, field)
