"""What is taken along of a study."""

from __future__ import annotations

import csv
import io

from pages.shared.jobs.studies import Seen


def as_csv(seen: Seen) -> bytes:
    """A line a training: what it was, what came of it, and after how many updates."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(["task", "cell", "lag", "seed", "units", "updates", "success", "trouble"])
    for run, result in seen.results.items():
        recipe = seen.study.recipes[run]
        trouble = str(result.trouble) if result.trouble else ""
        lines.writerow([recipe.task, *run, recipe.units, result.update, result.success, trouble])
    return written.getvalue().encode()
