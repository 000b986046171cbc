"""The indicators of a basin as pure functions: no database, no clock, no float (kpis.md)."""
