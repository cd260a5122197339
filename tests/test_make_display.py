"""docs/make_display.py: the display of a real run as a picture that fetches nothing."""

import re

from docs.make_display import drawn


def test_the_display_of_a_run_is_drawn():
    small = {"generator_width": 8, "critic_width": 8, "batch_size": 8, "samples": 64}
    svg = drawn(2, log_every=1, **small)
    assert svg.startswith("<svg")
    text = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", svg).replace("&#160;", " "))
    for said in ("textgan train us-baby-names", "step 2", "on held-out", "JSD-4", "floor"):
        assert said in text
    assert "@font-face" not in svg
    assert not re.search(r"url\([^#]|href", svg)
