"""Trainings that run elsewhere, so that they never keep a page waiting. See `Runs`."""

from pages.shared.jobs.run import Seen, Status
from pages.shared.jobs.runs import RUNS, Runs

__all__ = ["RUNS", "Runs", "Seen", "Status"]
