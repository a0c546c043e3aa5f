"""What the training loop reports."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Losses:
    """Mean losses per picture, in nats, summed over pixels and dimensions."""

    loss: float  # what is minimised
    reconstruction: float
    kl: float

    @property
    def total(self) -> float:
        """The negative ELBO: reconstruction plus unweighted KL."""
        return self.reconstruction + self.kl


@dataclass(frozen=True)
class Progress:
    """Where the training stands."""

    epoch: float  # epochs done, with a fraction
    epochs: int  # epochs wanted in all
    step: int
    seconds: float  # spent training, over all starts of this run

    @property
    def seconds_left(self) -> float:
        """An estimate from the mean speed so far; infinite before the first step."""
        return self.seconds * (self.epochs - self.epoch) / self.epoch if self.epoch > 0 else float("inf")


@dataclass(frozen=True)
class Event:
    """Base of all events."""

    progress: Progress


@dataclass(frozen=True)
class Started(Event):
    """Training begins, or goes on."""


@dataclass(frozen=True)
class StepDone(Event):
    """Some steps are done; `training` is their mean. Sent at most some tens of times a second."""

    training: Losses
    learning_rate: float


@dataclass(frozen=True)
class EpochDone(Event):
    """An epoch is complete; `training` is its mean while learning, `held_out` is measured after it."""

    training: Losses
    held_out: Losses


@dataclass(frozen=True)
class SetBack(Event):
    """The training broke and goes on from the last saved state, which `progress` tells, with smaller steps."""

    reason: str  # a sentence
    learning_rate: float  # halved

    @property
    def sentence(self) -> str:
        """What happened and what is done about it."""
        return (
            f"{self.reason} Went back to epoch {self.progress.epoch:.1f}; "
            f"the learning rate is {self.learning_rate:g} from here on."
        )


@dataclass(frozen=True)
class Stopped(Event):
    """The user stopped; training can go on later from this very batch."""


@dataclass(frozen=True)
class Finished(Event):
    """All epochs are done."""
