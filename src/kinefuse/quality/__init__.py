"""Checks: each a measure, a limit, a unit and a source."""
