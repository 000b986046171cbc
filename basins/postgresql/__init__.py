"""The database engine: django-tenants' own, with one database role a schema."""
