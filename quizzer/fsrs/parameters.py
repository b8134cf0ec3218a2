"""The 21 parameters of FSRS-6: what they are by default, and within which bounds they make sense.

Source: the reference implementations py-fsrs 6.3 (MIT; `fsrs/scheduler.py`) and fsrs-rs 6.6
(BSD-3; `src/inference.rs`), which agree on all of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

COUNT = 21
DEFAULT = (
    *(0.212, 1.2931, 2.3065, 8.2956),  # w0-w3: stability, in days, after a first AGAIN, HARD, GOOD, EASY
    *(6.4133, 0.8334),  # w4, w5: difficulty after a first rating
    *(3.0194, 0.001),  # w6, w7: how far a rating moves difficulty, and how far it returns to the mean
    *(1.8722, 0.1666, 0.796),  # w8-w10: growth of stability after a recall
    *(1.4835, 0.0614, 0.2629, 1.6483),  # w11-w14: stability after a lapse
    *(0.6014, 1.8729),  # w15, w16: what HARD takes from that growth and EASY adds
    *(0.5425, 0.0912, 0.0658),  # w17-w19: reviews on the same day
    0.1542,  # w20: how fast the forgetting curve falls
)
LOWEST = (
    *(0.001, 0.001, 0.001, 0.001, 1.0, 0.001, 0.001, 0.001, 0.0, 0.0, 0.001),
    *(0.001, 0.001, 0.001, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.1),
)
HIGHEST = (
    *(100.0, 100.0, 100.0, 100.0, 10.0, 4.0, 4.0, 0.75, 4.5, 0.8, 3.5),
    *(5.0, 0.25, 0.9, 4.0, 1.0, 6.0, 2.0, 2.0, 0.8, 0.8),
)
LEAST_STABILITY = 0.001  # days
LEAST_DIFFICULTY = 1.0
GREATEST_DIFFICULTY = 10.0


def check_parameters(values: Sequence[float]) -> tuple[float, ...]:
    """Return `values` as parameters.

    Raises:
        ValueError: If there are not 21, or one is no number within its bounds; the text says which.
    """
    if len(values) != COUNT:
        raise ValueError(f"{COUNT} numbers were expected, {len(values)} were found")
    for index, (value, low, high) in enumerate(zip(values, LOWEST, HIGHEST, strict=True)):
        if not (math.isfinite(value) and low <= value <= high):
            raise ValueError(
                f"parameter {index} is {value:g}; a number from {low:g} to {high:g} was expected"
            )
    return tuple(float(value) for value in values)
