"""The errors a user may meet; each message is a finished sentence that says what to do."""


class StudioError(Exception):
    """Base of all errors meant for the user's eyes; `exit_code` is what the command line returns."""

    exit_code = 1


class UsageError(StudioError):
    """A value the user gave cannot be used: a bad option, a code of the wrong length."""

    exit_code = 2


class DataError(StudioError):
    """Pictures cannot be read, or there are none."""


class RunError(StudioError):
    """A run folder is missing, broken, or in the way."""


class DeviceError(StudioError):
    """The asked-for processor cannot train."""


class TrainingError(StudioError):
    """Training cannot go on, for instance because the loss is not a number."""


class UnsuitableError(StudioError):
    """A figure means nothing for this run, or lacks something that it is measured with."""


class ExportError(StudioError):
    """A file could not be written."""


class DisplayError(StudioError):
    """There is no screen to open a window on, or a system library for it is missing."""


class CancelledError(StudioError):
    """The user cancelled a long job; nothing was written."""
