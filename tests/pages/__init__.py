"""Tests of the pages without a browser. Importing the table makes the pages known by their addresses."""

import pages.table  # noqa: F401
