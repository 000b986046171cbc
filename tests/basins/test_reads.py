"""Reading a page never writes: what the guard takes for a write, wherever it stands."""

import pytest
from django.db import connection
from psycopg import sql

from basins.reads import WriteDuringRead, refuse_writes, writes


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO a VALUES (1)",
        '  update "basins_basin" SET name = 1',
        "UPDATE only b_0001.partners_group AS g SET name = 1",
        "DELETE FROM a",
        "TRUNCATE a",
        "WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone",
        "WITH made AS (\n  INSERT INTO a SELECT 1 RETURNING id) SELECT id FROM made",
        "SELECT * FROM public.alize_ledger_post(%s, %s, %s, %s)",
        sql.SQL("UPDATE {} SET name = 1").format(sql.Identifier("b_0001", "partners_group")),
    ],
)
def test_a_write_is_seen_wherever_it_stands(statement):
    assert writes(statement)
    with pytest.raises(WriteDuringRead):
        refuse_writes(lambda *_: None, statement, None, False, {})


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id, updated_at, deleted_on FROM a WHERE inserted FOR UPDATE",
        "SELECT id FROM a FOR NO KEY UPDATE OF a SKIP LOCKED",
        "SELECT set_config('search_path', %s, false)",
        "SAVEPOINT x",
    ],
)
def test_what_only_reads_or_holds_is_no_write(statement):
    assert not writes(statement)


@pytest.mark.django_db
def test_each_function_of_ours_that_writes_is_known_to_the_guard(savoie):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " AND proname LIKE 'alize%%' AND prorettype <> 'trigger'::regtype"
        )
        found = {name for name, body in cursor if writes(body)}
    assert found == {"alize_ledger_post"}
    assert all(writes(f"SELECT {name}()") for name in found)
