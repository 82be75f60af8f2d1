"""`python -m cells.train`: see `cells.training.command`. From Python, `cells.train` is the function of that name."""

import sys

from cells.training.command import main

if __name__ == "__main__":
    sys.exit(main())
