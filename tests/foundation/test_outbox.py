"""Work after a commit: once, in its own basin, whatever dies in between (security.md D12, S06)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone

from alize.notifications.operations import Recipient, send_mail
from alize.outbox import handlers, operations
from alize.outbox.models import Entry
from alize.outbox.queries import stuck_work
from basins import tasks, tenancy
from basins.enums import Role
from partners.models import Group
from tests.builders import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(monkeypatch):
    """Two kinds of work that leave a trace in the schema they run in."""
    done = []

    def local(*, at, name):
        Group.objects.create(name=name)
        done.append((connection.schema_name, name))

    def national(*, at, schema, name):
        done.append((connection.schema_name, f"{schema} {name}"))

    known = {
        "test.local": handlers.Handler(local, False, "default"),
        "test.national": handlers.Handler(national, True, "default"),
        "test.patient": handlers.Handler(local, False, "default", hurried=False),
    }
    monkeypatch.setattr(handlers, "HANDLERS", {**handlers.HANDLERS, **known})
    monkeypatch.setattr(operations, "HANDLERS", handlers.HANDLERS)
    return done


def test_work_is_done_once_in_its_basin(works, savoie, run_outbox):
    with tenancy.inside(savoie), transaction.atomic():
        operations.enqueue("test.local", key="1", name="Une fois")
        operations.enqueue("test.local", key="1", name="Une fois")
    run_outbox()
    run_outbox()
    assert works == [("b_0001", "Une fois")]


def test_national_work_runs_in_public_and_knows_where_it_comes_from(works, meuse, run_outbox):
    with tenancy.inside(meuse), transaction.atomic():
        operations.enqueue("test.national", key="1", name="Un fait")
    run_outbox()
    assert works == [("public", "b_0002 Un fait")]


@pytest.mark.parametrize(("kind", "told"), [("test.local", 1), ("test.patient", 0)])
def test_the_broker_is_told_only_of_work_that_somebody_waits_for(
    kind, told, works, savoie, run_outbox, monkeypatch, django_capture_on_commit_callbacks
):
    messages = []
    monkeypatch.setattr(operations, "hurry", messages.append)
    with django_capture_on_commit_callbacks(execute=True), tenancy.inside(savoie):
        operations.enqueue(kind, key="1", name="Un fait")
    run_outbox()
    assert (len(messages), works) == (told, [("b_0001", "Un fait")])


@pytest.fixture
def committed(db):
    """Work of Savoie that every connection sees, and a connection of another worker."""
    with tenancy.owner_cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_entry (schema, national, kind, key, payload, attempts, last_error)"
            " VALUES ('b_0001', false, 'test.local', 'two', '{\"name\": \"Un\"}', 0, '')"
            " RETURNING id"
        )
        entry_id = cursor.fetchone()[0]
        cursor.connection.commit()
        yield entry_id, cursor
        cursor.connection.rollback()
        cursor.execute("DELETE FROM outbox_entry WHERE id = %s", [entry_id])


def test_what_another_worker_holds_is_left_to_it(works, savoie, committed):
    entry_id, other = committed
    now = timezone.now()
    other.execute("SELECT 1 FROM outbox_entry WHERE id = %s FOR UPDATE", [entry_id])
    with tenancy.inside(savoie):
        assert not operations.run(entry_id, at=now)
        assert works == []
        other.connection.rollback()
        with transaction.atomic():
            assert operations.run(entry_id, at=now)
            transaction.set_rollback(True)
    assert works == [("b_0001", "Un")]


def test_a_rolled_back_act_asks_for_nothing(works, savoie, run_outbox):
    with pytest.raises(ZeroDivisionError), tenancy.inside(savoie), transaction.atomic():
        operations.enqueue("test.local", key="1", name="Jamais")
        raise ZeroDivisionError
    run_outbox()
    assert works == []


def test_a_failure_is_kept_and_tried_later(works, savoie, run_outbox):
    with tenancy.inside(savoie), transaction.atomic():
        Group.objects.create(name="Déjà là")
        operations.enqueue("test.local", key="1", name="Déjà là")
    run_outbox()
    entry = Entry.objects.get(kind="test.local")
    assert entry.done_at is None
    assert (entry.attempts, "IntegrityError" in entry.last_error) == (1, True)
    assert entry.due_at > timezone.now() + timedelta(seconds=20)


def test_nothing_is_given_up_and_those_who_can_act_are_told(works, savoie, run_outbox, mailoutbox):
    make_user(Role.NATIONAL_STAFF)
    with tenancy.inside(savoie), transaction.atomic():
        blocking = Group.objects.create(name="Déjà là")
        operations.enqueue("test.local", key="1", name="Déjà là")
    waiting = Entry.objects.filter(kind="test.local")
    waits = []
    for _ in range(12):
        waiting.update(due_at=timezone.now())
        run_outbox()
        waits.append(round((waiting.get().due_at - timezone.now()).total_seconds() / 60))
    assert (waits[0], waits[7:]) == (0, [60] * 5)
    assert tasks.tell_stuck() == 1
    run_outbox()
    assert [mail.subject for mail in mailoutbox] == ["Travaux qui n'aboutissent pas : 1"]
    with tenancy.national():
        assert [(one.schema, one.count) for one in stuck_work()] == [("b_0001", 1)]
    with tenancy.inside(savoie):
        blocking.delete()
    run_outbox()
    assert works == []
    with tenancy.national(), transaction.atomic():
        assert operations.retry_stuck(at=timezone.now()) == 1
    run_outbox()
    assert works == [("b_0001", "Déjà là")]
    assert tasks.tell_stuck() == 0


def test_a_mail_to_the_longest_address_is_asked_for(savoie):
    longest = f"{'a' * 249}@x.fr"
    with tenancy.inside(savoie), transaction.atomic():
        send_mail("M23", to=Recipient(longest, ""), path="/", key=timezone.now().isoformat())
        asked = Entry.objects.get(kind="notifications.send")
    assert asked.payload["email"] == longest
    assert longest[:20] not in asked.key


def test_nothing_of_whom_a_mail_was_for_stays_in_the_outbox(savoie, run_outbox, mailoutbox):
    to = Recipient("CANARI@exemple.fr", "CANARI")
    for key in ("un", "un", "deux"):
        with tenancy.inside(savoie), transaction.atomic():
            send_mail("M32", to=to, path="/", key=key, change="un mot")
    run_outbox()
    assert len(mailoutbox) == 2
    with tenancy.inside(savoie), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(outbox_entry::text, ' ') FROM outbox_entry")
        assert "CANARI" not in cursor.fetchone()[0]


def test_what_is_due_later_waits(works, savoie, run_outbox):
    later = timezone.now() + timedelta(days=1)
    with tenancy.inside(savoie), transaction.atomic():
        operations.enqueue("test.local", key="1", due_at=later, name="Demain")
    run_outbox()
    assert works == []


def test_a_message_for_another_schema_does_nothing(works, savoie, meuse):
    with tenancy.inside(savoie), transaction.atomic():
        operations.enqueue("test.local", key="1", name="En Savoie")
    entry = Entry.objects.get(kind="test.local")
    with tenancy.inside(meuse):
        assert operations.run(entry.pk, at=timezone.now()) is False
    with tenancy.national():
        assert operations.run(entry.pk, at=timezone.now()) is False
    assert (works, Entry.objects.get(pk=entry.pk).attempts) == ([], 0)


def test_a_task_without_a_basin_refuses_to_run(db):
    with pytest.raises(tasks.NoBasin):
        tasks.run_entry(1)


def test_a_task_for_an_unknown_basin_refuses_to_run(db):
    with pytest.raises(tasks.NoBasin), tasks._schema("b_9998"):
        pass


def test_a_basin_that_cannot_be_entered_keeps_nobody_waiting(
    works, savoie, meuse, run_outbox, monkeypatch
):
    """Its role is gone: what waits there is tried later, and shown to those who can act."""
    for basin in (meuse, savoie):
        with tenancy.inside(basin), transaction.atomic():
            operations.enqueue("test.local", key="1", name=basin.name)
    enter = tasks._schema

    def refused(name: str):
        if name == meuse.schema_name:
            raise OperationalError(f'role "{name}" does not exist')
        return enter(name)

    monkeypatch.setattr(tasks, "_schema", refused)
    run_outbox()
    assert works == [("b_0001", "Savoie")]
    left = Entry.objects.get(kind="test.local", done_at=None)
    assert (left.schema, left.attempts) == (meuse.schema_name, 1)
    assert "does not exist" in left.last_error


def test_the_payload_is_forgotten_once_the_work_is_done(works, savoie, run_outbox):
    with tenancy.inside(savoie), transaction.atomic():
        operations.enqueue("test.local", key="1", name="Un nom")
    run_outbox()
    entry = Entry.objects.get(kind="test.local")
    assert (entry.payload, entry.done_at is not None) == ({}, True)


def test_a_basin_sees_only_its_own_work(works, savoie, meuse):
    with tenancy.inside(savoie), transaction.atomic():
        operations.enqueue("test.local", key="1", name="CANARI-SAVOIE")
    with tenancy.inside(meuse):
        assert not Entry.objects.exists()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Entry.objects.create(schema="b_0001", kind="test.local", key="2")


def test_work_outside_a_transaction_or_without_handler_is_refused(savoie):
    with tenancy.inside(savoie), pytest.raises(ValueError, match="No handler"):
        operations.enqueue("test.unknown", key="1")
