"""Memory that this process may still take."""

import os
import sys
from pathlib import Path

import psutil
import torch

if sys.platform != "win32":
    import resource

__all__ = ["free_memory"]


def free_memory(device: str = "cpu") -> int | None:
    """Return bytes of memory that this process may still take; None where that is not known.

    The least of what the system, a limit on the process and its control groups leave; on CUDA what
    the device has free.
    """
    if device == "cuda" or (device == "auto" and torch.cuda.is_available()):
        return torch.cuda.mem_get_info()[0] if torch.cuda.is_available() else None
    found = [_of_system(), _of_process(), *_of_groups()]
    return min((left for left in found if left is not None), default=None)


def _of_system() -> int | None:
    """Return the bytes that are free or can be freed; None where the system does not say."""
    try:
        return int(psutil.virtual_memory().available)
    except (OSError, RuntimeError):
        return None


def _of_process() -> int | None:
    """Return the bytes of addresses that `ulimit -v` leaves; None without a limit."""
    if sys.platform == "win32":
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    statm = Path("/proc/self/statm")
    if limit == resource.RLIM_INFINITY or not statm.exists():
        return None
    taken = int(statm.read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return max(0, limit - taken)


def _of_groups(
    root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")
) -> list[int]:
    """Return the bytes that each control group of this process with a limit leaves.

    Pages of files that were not used lately are free for the taking, though they count as used.
    """
    left = []
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            base, limit, usage, idle = root, "memory.max", "memory.current", "inactive_file"
        elif "memory" in controllers.split(","):
            base, limit = root / "memory", "memory.limit_in_bytes"
            usage, idle = "memory.usage_in_bytes", "total_inactive_file"
        else:
            continue
        group = base / path.strip("/")
        for folder in (group, *group.parents):
            if not folder.is_relative_to(base):
                break
            try:
                most = int((folder / limit).read_text(encoding="ascii"))
                used = int((folder / usage).read_text(encoding="ascii"))
                stat = (folder / "memory.stat").read_text(encoding="ascii").split()
            except (OSError, ValueError):  # "max", or a group that is not seen from here
                continue
            reclaimable = int(stat[stat.index(idle) + 1]) if idle in stat else 0
            left.append(max(0, most - used + reclaimable))
    return left
