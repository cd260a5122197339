"""The device, threads, precision and memory of this machine."""
