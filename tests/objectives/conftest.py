"""One thread for tiny networks: starting several costs more than they save."""

from tests.small import one_thread

__all__ = ["one_thread"]
