"""Run every benchmark in this folder: `python -m tests.benchmarks`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path


def main() -> None:
    """Run the `main()` of each bench_*.py, in the order of their names."""
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"\n{path.stem}\n{'-' * len(path.stem)}", flush=True)
        import_module(f"{__package__}.{path.stem}").main()


if __name__ == "__main__":
    main()
