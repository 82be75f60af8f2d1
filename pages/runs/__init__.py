"""Trainings that run elsewhere, so that they never keep a page waiting. See `Runs`."""

from pages.runs.run import Seen, Status
from pages.runs.runs import RUNS, Runs

__all__ = ["RUNS", "Runs", "Seen", "Status"]
