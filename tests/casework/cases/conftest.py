"""The team of tests/factories/cases.py, at work on SQLite and on PostgreSQL."""

from tests.factories.case_fixtures import clock, kept_db, team

__all__ = ["clock", "kept_db", "team"]
