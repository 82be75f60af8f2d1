#!/bin/sh
# Say in one sentence, and at once, why nothing can be run here: before minutes have been spent on installing or testing.
# Argument: the command that has been asked for.
set -eu

command=$1

stop() {
  echo "$1" >&2
  exit 1
}

# As root `test -w` is true of a folder on a read-only disk too: only writing tells.
may_write() { (: >".writable.$$") 2>/dev/null && rm -f ".writable.$$"; }
is_known() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }

# The app runs from a folder in which nothing can be written, once it is installed there.
{ [ "$command" = run ] && [ -e .venv/for-app ]; } || may_write ||
  stop "Nothing can be written to $(pwd): copy the project to a folder of your own and run make $command there."

[ ! -e .venv ] || is_known .venv/bin/python ||
  stop "The .venv that is here is of another Python than 3.11, 3.12 or 3.13, or of none that still exists: make clean removes it, then make $command makes a new one."
