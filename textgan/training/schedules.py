"""Schedules: functions of the step alone, so that a run can stop and resume anywhere.

None depends on the length of the run; a schedule that ends has a horizon.
"""

import math

__all__ = ["average_decay", "noise_level", "progress", "rate_factor", "visible_length"]


def average_decay(step: int, decay: float, share: float) -> float:
    """Return β after step s: `decay`, or 1 − 1/(share · s) once that is more.

    The average then remembers the last share · s steps, ever more as rates fall, whatever the
    horizon (Karras et al. 2024, section 3.1). With share 0 it is `decay` throughout, and with
    `decay` 0 it is 0: there is no average.
    """
    return max(decay, 1 - 1 / (share * step)) if share and decay else decay


def rate_factor(step: int, decay_steps: int) -> float:
    """Return 1/√(1 + (s − 1)/d), the factor of learning rates at step s, with d = `decay_steps`.

    With d = 0 rates are constant.
    """
    return 1 / math.sqrt(1 + (step - 1) / decay_steps) if decay_steps else 1.0


def progress(step: int, horizon: int) -> float:
    """Return the progress at step s: 0 at step 1, 1 from `horizon` on, linear between."""
    return 1.0 if step >= horizon else (step - 1) / (horizon - 1)


def noise_level(step: int, level: float, horizon: int) -> float:
    """Return σ of instance noise at step s, falling linearly from `level` to 0 at `horizon`.

    Source: Arjovsky and Bottou 2017, section 3; annealed as in Sønderby et al. 2017.
    """
    return level * (1 - progress(step, horizon))


def visible_length(step: int, length: int, horizon: int) -> int:
    """Return L at step s, the positions that the critic sees: 1 at first, T from `horizon` on.

    Source: Press et al. 2017, section 3.
    """
    return 1 + math.floor((length - 1) * progress(step, horizon))
