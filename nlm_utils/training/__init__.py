"""Training a language model: `fit` (loop.py), and beside it one room for each thing that a loop needs.

rows.py           the text in rows, and which rows make the batch of each step
schedule.py       the learning rate of each step
measuring.py      losses on held-out rows, and sums over the steps since the last measurement
history.py        what was measured: the `History` that `fit` returns and that draws itself
early_stopping.py the best weights so far, and when to stop waiting for better ones
curvature.py      the estimates that Sophia asks for
randomness.py     the random numbers of a run that are not the order of its rows
checkpoints.py    a run in a file, and how it goes on from there
processes.py      several processes that train together
console.py        the progress bar, and Ctrl-C

Lectures 08 to 13 train with it, lecture 07 takes `Rows` and `mean_loss`; `python -m nlm_utils.train` is its command.
"""

from .history import History, Measurement
from .loop import fit
from .measuring import mean_loss, measured
from .rows import Rows

__all__ = ["History", "Measurement", "Rows", "fit", "mean_loss", "measured"]
