"""A version of a text, once published, never changes nor goes (A7)."""

from django.db import migrations

TRIGGERS = """
CREATE TRIGGER published_is_kept BEFORE UPDATE OR DELETE ON drafting_templateversion
FOR EACH ROW WHEN (OLD.published_at IS NOT NULL)
EXECUTE FUNCTION public.alize_append_only('template_version_published')
"""


class Migration(migrations.Migration):
    dependencies = [("drafting", "0001_initial"), ("common", "0001_database_functions")]
    operations = [
        migrations.RunSQL(TRIGGERS, "DROP TRIGGER published_is_kept ON drafting_templateversion"),
    ]
