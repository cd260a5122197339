"""Settings of steps of every kind, by name, which several tests go through."""

from textgan.config.presets import COLUMN_SETTINGS
from textgan.registry import CRITICS, GENERATORS, OBJECTIVES

PAIRS = {"columns": "pairs", **COLUMN_SETTINGS["pairs"]}
REGISTERED = {
    **{name: {"objective": name} for name in OBJECTIVES},
    **{f"critic {name}": {"critic": name} for name in CRITICS},
    **{f"generator {name}": {"generator": name} for name in GENERATORS if name != "unet"},
}
OPTIONS = {
    "labels and codes": {"columns": "labels", "codes": "3,c1"},
    "pairs": PAIRS,
    "feature matching": {"feature_matching": 1.0},
    "symbol matching": {"output": "softmax", "symbol_matching": 1.0},
    "critics, weak to strong": {"curriculum": "critics", "curriculum_steps": 3},
    "growing text": {"curriculum": "length", "curriculum_steps": 4},
}
