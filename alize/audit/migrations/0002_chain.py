"""The journal chains itself and refuses every change."""

from django.db import migrations

from alize.common.database import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("common", "0001_database_functions")]
    operations = [
        migrations.RunSQL(
            "INSERT INTO audit_audithead (id, sequence, digest) VALUES (1, 0, repeat('0', 64))",
            "DELETE FROM audit_audithead",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER chain BEFORE INSERT ON audit_auditevent "
            "FOR EACH ROW EXECUTE FUNCTION public.alize_audit_chain()",
            "DROP TRIGGER chain ON audit_auditevent",
        ),
        append_only("audit_auditevent"),
        append_only("audit_command"),
    ]
