"""Memory that this process can still allocate."""

import os
import sys
from pathlib import Path

import psutil
import torch

if sys.platform != "win32":
    import resource

__all__ = ["free_memory"]


def free_memory(device: str = "cpu") -> int | None:
    """Return the bytes of memory that this process can still allocate; None where it is unknown.

    The minimum of what the system, a limit of the process and its control groups leave; on CUDA the
    free memory of the device.
    """
    if device == "cuda" or (device == "auto" and torch.cuda.is_available()):
        return torch.cuda.mem_get_info()[0] if torch.cuda.is_available() else None
    limits = [_of_system(), _of_process(), *_of_groups()]
    return min((left for left in limits if left is not None), default=None)


def _of_system() -> int | None:
    """Return the bytes that are free or can be freed; None where that is unknown."""
    try:
        return int(psutil.virtual_memory().available)
    except (OSError, RuntimeError):
        return None


def _of_process() -> int | None:
    """Return the bytes of address space that `ulimit -v` leaves; None without a limit."""
    if sys.platform == "win32":
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    statm = Path("/proc/self/statm")
    if limit == resource.RLIM_INFINITY or not statm.exists():
        return None
    used = int(statm.read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return max(0, limit - used)


def _of_groups(
    root: Path = Path("/sys/fs/cgroup"), groups: Path = Path("/proc/self/cgroup")
) -> list[int]:
    """Return the bytes that each control group of this process with a limit leaves.

    Inactive pages of files count as used there, but can be reclaimed.
    """
    left = []
    try:
        lines = groups.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            base, limit, usage, inactive = root, "memory.max", "memory.current", "inactive_file"
        elif "memory" in controllers.split(","):
            base, limit = root / "memory", "memory.limit_in_bytes"
            usage, inactive = "memory.usage_in_bytes", "total_inactive_file"
        else:
            continue
        group = base / path.strip("/")
        for folder in (group, *group.parents):
            if not folder.is_relative_to(base):
                break
            try:
                total = int((folder / limit).read_text(encoding="ascii"))
                used = int((folder / usage).read_text(encoding="ascii"))
                stat = (folder / "memory.stat").read_text(encoding="ascii").split()
            except (OSError, ValueError):  # "max", or a group outside of this namespace
                continue
            reclaimable = int(stat[stat.index(inactive) + 1]) if inactive in stat else 0
            left.append(max(0, total - used + reclaimable))
    return left
