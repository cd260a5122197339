"""The errors that the user can mend."""

__all__ = ["InputError", "PluginWarning", "UnreadableError", "UnwritableError"]


class InputError(Exception):
    """Bad input, in one line: what was found, what was expected, what to do.

    Every package raises it for what a user can mend (a missing file, an edited run, an impossible
    number); the command line prints it without a traceback and exits with 1.
    """


class UnreadableError(InputError):
    """Bytes that cannot be read to their end, or are not in the encoding that was named."""


class UnwritableError(InputError):
    """A folder without room, or without permission, for what is to be written."""


class PluginWarning(UserWarning):
    """A plug-in that fails, in one line; what does not need it goes on."""
