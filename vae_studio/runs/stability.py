"""Whether a training still holds, and what is tried when it does not."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from vae_studio.errors import ExportError, TrainingError
from vae_studio.training.events import EpochDone, Event, Progress, SetBack
from vae_studio.training.held_out import held_out_losses

if TYPE_CHECKING:
    from vae_studio.runs.run import Run

MOST_TRIES = 3
_PICTURES = 500  # tell well enough what an untrained network loses
_MARGIN = 10.0  # nats; a loss near 0 has no scale of its own


class Stability:
    """Knows what the untrained network loses: a training that loses twice as much has exploded."""

    def __init__(self) -> None:
        self.untrained: float | None = None  # nats of what is minimised; none for runs of before it was measured
        self.setbacks = 0  # how often the training broke, over all starts of the run

    def facts(self) -> dict[str, object]:
        """Return what the run's manifest keeps of it."""
        return {"untrained": self.untrained, "setbacks": self.setbacks}

    def restore(self, facts: dict[str, Any]) -> None:
        """Take over what a manifest holds; what is no number there was never measured."""
        untrained, setbacks = facts.get("untrained"), facts.get("setbacks")
        self.untrained = float(untrained) if isinstance(untrained, int | float) else None
        self.setbacks = setbacks if isinstance(setbacks, int) else 0

    def keep_up(self, run: "Run", leg: Callable[[], Iterator[Event]]) -> Iterator[Event]:
        """Train a leg; when it breaks, go back to the last saved state and try again with half the step size.

        Raises TrainingError when MOST_TRIES did not help, or when nothing is saved to go back to.
        """
        asked = _rates(run)
        self._look_at_the_start(run)
        for tries in range(MOST_TRIES + 1):
            try:
                yield from leg()
            except TrainingError as error:
                if not run.go_back():
                    raise
                self.setbacks += 1
                if tries == MOST_TRIES:
                    run.recipe = run.recipe.with_values(asked)
                    with contextlib.suppress(ExportError):  # what happened is kept for the diagnosis
                        run.save()
                    raise _given_up(error, asked["training.learning_rate"]) from error
                event = self._set_back(run, error)
                with contextlib.suppress(ExportError):  # the smaller steps hold even when it is killed now
                    run.save()
                yield event
            else:
                return

    def _look_at_the_start(self, run: "Run") -> None:
        if run.state.position.step == 0 and run.folder is not None:
            some = run.split.held_out[:_PICTURES]
            self.untrained = held_out_losses(run.model, run.objective, run.store, some).loss

    def check(self, event: Event) -> None:
        """Raise TrainingError when the loss has exploded.

        Only after an epoch, so that the clock decides nothing, and only when both parts say so: a peak that the
        training has got over is none, and what only the held-out pictures lose is overfitting.
        """
        if self.untrained is None or not isinstance(event, EpochDone):
            return
        loss = min(event.training.loss, event.held_out.loss)
        if loss > self.untrained + max(abs(self.untrained), _MARGIN):
            raise TrainingError(
                f"The loss has grown to {loss:,.0f} nats, from {self.untrained:,.0f} before any training "
                f"(step {event.progress.step}); the last saved state is kept. Lower the learning rate and train again."
            )

    def _set_back(self, run: "Run", error: TrainingError) -> SetBack:
        """Halve the step size of a run whose last saved state was restored."""
        halves = {key: rate / 2 for key, rate in _rates(run).items()}
        run.recipe = run.recipe.with_values(halves)
        run.state.halve_own_paces()
        position = run.state.position
        epoch = position.epoch + position.pictures / len(run.split.train)
        at = Progress(epoch, run.recipe.training.epochs, position.step, position.seconds)
        return SetBack(at, _reason(error), halves["training.learning_rate"])


def _rates(run: "Run") -> dict[str, float]:
    """Return the step sizes of a recipe by their keys: the schedule's highest, and a discriminator's own."""
    recipe = run.recipe
    own = getattr(recipe.objective, "discriminator_rate", 0.0)  # 0: it keeps to the schedule
    rates = {"training.learning_rate": recipe.training.learning_rate}
    return rates | ({"objective.discriminator_rate": own} if own else {})


def _given_up(error: TrainingError, asked: float) -> TrainingError:
    return TrainingError(
        f"{_reason(error)} {MOST_TRIES} more tries, each with half the step size, broke as well; the last saved state "
        f"is kept. Train anew with a learning rate far below {asked:g}."
    )


def _reason(error: TrainingError) -> str:
    """Return what happened, without what to do about it."""
    return f"{str(error).partition(';')[0]}."
