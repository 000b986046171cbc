"""`manage.py migrate`: another name of `migrate_schemas`, as with django-tenants."""

from basins.management.commands import migrate_schemas

Command = migrate_schemas.Command
