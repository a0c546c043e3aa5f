"""The rate of a training over a stretch of the wall clock."""

_WARM_UP, _SECONDS = 4.0, 12.0


class Rate:
    """Takes what the training reports and counts pictures between two moments; nothing is left out of the time."""

    def __init__(self, pictures_per_epoch: int) -> None:
        self._per_epoch = pictures_per_epoch
        self._begun: float | None = None
        self._first: tuple[float, float] | None = None
        self._last = (0.0, 0.0)

    def add(self, epoch: float, now: float) -> None:
        """Take in how many epochs were done at a moment, in seconds."""
        if self._begun is None and epoch > 0:
            self._begun = now
        if self._begun is None or now < self._begun + _WARM_UP or self.known:
            return
        self._first = self._first or (epoch, now)
        self._last = (epoch, now)

    @property
    def measuring(self) -> bool:
        """Whether the warm-up is over and the end not yet reached."""
        return self._first is not None and not self.known

    @property
    def known(self) -> bool:
        """Whether the training was watched for long enough."""
        return self._first is not None and self._last[1] - self._first[1] >= _SECONDS

    @property
    def value(self) -> float:
        """Pictures a second."""
        assert self._first is not None
        epochs, seconds = self._last[0] - self._first[0], self._last[1] - self._first[1]
        return epochs * self._per_epoch / seconds
