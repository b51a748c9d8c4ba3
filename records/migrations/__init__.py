"""The schema's history, one file per step; applied by records.database.migrate."""
