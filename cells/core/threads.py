"""The number of threads that many small products are worth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

WORTH_SHARING = 128  # units: a product of matrices of this size takes longer than waiting for another thread


@contextmanager
def one_thread_below(units: int) -> Iterator[None]:
    """Compute products of matrices of so many units by this thread alone, unless they are large.

    A walk makes thousands of small products one after another. Shared by two threads each takes no less time, and on a
    machine that has other things to do each waits for the later of the two, up to fifty times as long.
    """
    threads = torch.get_num_threads()
    if units >= WORTH_SHARING or threads == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
