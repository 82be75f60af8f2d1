"""The running of the tests: checkers beside them, the cases that a run takes, the tests that a change reaches."""
