"""Trainings that run elsewhere, so that they never keep a page waiting. See README.md."""

from pages.shared.jobs.training_job import Status, TrainingView
from pages.shared.jobs.training_jobs import TRAINING_JOBS, TrainingJobs

__all__ = ["TRAINING_JOBS", "Status", "TrainingJobs", "TrainingView"]
