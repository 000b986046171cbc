"""The access rules of allauth's views, by URL name."""

