"""The command line: options become configs, the library does the work, results are printed."""
