# SPDX-License-Identifier: Apache-2.0
"""When two answers agree: numbers within a tolerance, counts with a distribution by a stated test."""
import math

import numpy as np
from scipy.stats import chi2

TOLERANCE = 1e-9
IMPOSSIBLE = 1e-11  # an outcome that the exact distribution gives less than this must never be seen
LEAST_EXPECTED = 10.0  # cells of the G-test below this are pooled


def as_array(value):
    """Lists with [re, im] pairs at the bottom, numpy arrays, dicts of amplitudes: one array of numbers."""
    if isinstance(value, dict):
        return np.array([complex(*v) if isinstance(v, (list, tuple)) else complex(v) for _, v in sorted(value.items())])
    return np.asarray(value)


def values(kind, theirs, ours):
    """None when the two values of one result type agree within TOLERANCE, else a sentence."""
    if kind in ("statevector", "densitymatrix") and not np.iscomplexobj(ours):
        pairs = np.asarray(ours, dtype=float)
        ours = pairs[..., 0] + 1j * pairs[..., 1]
    left, right = as_array(theirs), as_array(ours)
    if left.shape != right.shape:
        return f"{kind}: shape {right.shape} where the reference has {left.shape}"
    difference = float(np.max(np.abs(left - right))) if left.size else 0.0
    if not difference <= TOLERANCE:  # also for NaN
        return f"{kind}: differs by {difference:.3g}"
    return None


def g_test(counts, exact):
    """(statistic, degrees of freedom) of the log-likelihood-ratio test of counts against exact probabilities.

    Outcomes expected fewer than LEAST_EXPECTED times are pooled into one cell (with the next larger one, should the
    pool itself stay below). Returns None with no freedom left: everything is in one cell."""
    shots = sum(counts.values())
    cells = sorted((p * shots, counts.get(bits, 0)) for bits, p in exact.items())
    pooled, seen, kept = 0.0, 0, []
    for expected, observed in cells:
        if pooled < LEAST_EXPECTED and (expected < LEAST_EXPECTED or pooled > 0):
            pooled, seen = pooled + expected, seen + observed
        else:
            kept.append((expected, observed))
    if pooled > 0:
        kept.append((pooled, seen))
    if len(kept) < 2:
        return None
    statistic = 2 * sum(o * math.log(o / e) for e, o in kept if o > 0)
    return max(statistic, 0.0), len(kept) - 1


def p_value(statistic, freedom):
    return float(chi2.sf(statistic, freedom))


def impossible(counts, exact):
    """Outcomes that were seen and that the exact distribution does not know."""
    return [bits for bits in counts if exact.get(bits, 0.0) < IMPOSSIBLE]
