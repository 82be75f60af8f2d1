"""Where each shipped model is to be seen."""

from __future__ import annotations

# The model, and the sequence and weights that show it.
SHOWN = {
    "counter": ("anbn", "trained-counter"),
    "latch-rnn": ("noise", "trained-latch"),
    "latch-lstm": ("noise", "trained-latch"),
    "latch-gru": ("noise", "trained-latch"),
    "order-rnn": ("order", "trained-order"),
    "order-lstm": ("order", "trained-order"),
    "order-gru": ("order", "trained-order"),
    "reber": ("reber", "trained-reber"),
    "rhyme": ("rhyme", "trained-rhyme"),
    "poem": ("poem", "trained-poem"),
}
