"""What a benchmark is measured on."""

import os
import platform
import subprocess
from pathlib import Path

import torch

from textgan.hardware.processors import processors


def machine() -> str:
    """Return what it is measured on, in one line."""
    names = Path("/proc/cpuinfo")
    lines = names.read_text(encoding="utf-8").splitlines() if names.exists() else []
    name = next((line.split(":")[1].strip() for line in lines if "model name" in line), "")
    return (
        f"{processors()} cores of {name or platform.processor() or platform.machine()}; torch "
        f"{torch.__version__}, {torch.get_num_threads()} threads; {load()}"
    )


def load() -> str:
    """Return how busy the machine is."""
    return f"load {os.getloadavg()[0]:.1f}"


def commit() -> str:
    """Return the commit that these files are of, nothing where git does not know it."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
