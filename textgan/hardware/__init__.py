"""Hardware: device, threads, precision and memory."""
