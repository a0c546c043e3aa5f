"""The plural: a count with its noun, as people write it."""


def counted(count: int, noun: str, many: str = "") -> str:
    """Return "1 picture", "0 pictures" or "1,797 pictures"; `many` is a plural that does not just end in s."""
    return f"{count:,} {noun if count == 1 else many or f'{noun}s'}"
