"""What is wrong with a run, or nothing, in plain words with its evidence; needs no torch."""

import math
from collections.abc import Callable

from vae_studio.evaluation.finding import Condition, Finding
from vae_studio.evaluation.recall import (
    NOTHING,
    healthy_recall,
    of_book,
    of_memoriser,
    percent,
    recall_rows,
)
from vae_studio.evaluation.symptoms import Symptoms
from vae_studio.plural import counted

ONE_BIT = math.log(2)  # nats; a code that carries less cannot tell two kinds of pictures apart
_FEWEST_ACTIVE = 3  # active units that no code is called collapsing with, however long it is
_FAST = 0.03  # learning rate, ten times the usual; what is lost with it, the steps have lost
_MEMORY = 0.15  # by so much more of the training pictures comes back than of the held-out ones
_MEMORY_OF_NONE = 0.05  # the same where the held-out ones come back no better than as the mean picture
_TURN, _TURN_SHARE = 0.05, 0.005  # of all that was learned, and of the loss itself: held out, that much was lost again
_MISMATCH, _MISMATCH_PER_DIM = 0.5, 0.02  # nats between the prior and the Gaussian with the codes' moments
_FEW = 200  # pictures that any network learns by heart
_TOO_EARLY = 0.2  # of the training


def findings(symptoms: Symptoms) -> tuple[Finding, ...]:
    """Return what is found, the gravest first; one finding of health, or that it is too early, when there is none."""
    if (broken := _diverging(symptoms)) is not None:
        return (broken,)
    if symptoms.epoch < max(1.0, _TOO_EARLY * symptoms.epochs):
        done = f"{symptoms.epoch:.1f} of {counted(symptoms.epochs, 'epoch')}"
        early = f"Only {done} done so far, and a young model looks like a sick one."
        return (Finding(Condition.UNKNOWN, early, ()),)
    found = [finding for check in _checks(symptoms) if (finding := check(symptoms)) is not None]
    return tuple(found) or (_healthy(symptoms),)


def _checks(symptoms: Symptoms) -> tuple[Callable[[Symptoms], Finding | None], ...]:
    """Return what such a model can suffer from, the gravest first."""
    if symptoms.memoriser:  # by heart is what it is for, and it has no prior
        return (of_memoriser,)
    if not symptoms.has_prior:
        return _lost, _overfitting, of_book, _prior_mismatch
    return _lost, _overfitting, _collapsing, _prior_mismatch


def _diverging(symptoms: Symptoms) -> Finding | None:
    evidence = [("learning rate", f"{symptoms.learning_rate:g}")]
    if not symptoms.is_finite:
        return Finding(Condition.DIVERGING, "Losses or codes are not numbers any more.", tuple(evidence))
    if symptoms.setbacks:
        times = "once" if symptoms.setbacks == 1 else f"{symptoms.setbacks} times"
        sentence = f"The training broke {times} and had to go back to a saved state: its steps are too large."
        return Finding(Condition.DIVERGING, sentence, (("setbacks", str(symptoms.setbacks)), *evidence))
    return None


def _lost(symptoms: Symptoms) -> Finding | None:
    """Find that the decoder draws the same whatever the code is."""
    explained = symptoms.explained_training
    nothing = explained is not None and explained < NOTHING
    if not (nothing or (symptoms.has_prior and symptoms.active_units == 0)):
        return None
    evidence = _of_code(symptoms)
    weight = symptoms.kl_weight
    if weight is not None and weight > 1:
        sentence = f"A weight of {weight:g} on the KL presses so hard that the code tells nothing of the pictures."
        return Finding(Condition.OVER_REGULARISED, sentence, evidence)
    if symptoms.learning_rate >= _FAST:
        sentence = "The steps are so large that the network has lost the pictures: all of them are drawn alike."
        return Finding(Condition.DIVERGING, sentence, (("learning rate", f"{symptoms.learning_rate:g}"), *evidence))
    if not symptoms.has_prior and explained is not None and explained <= -NOTHING:
        sentence = "What comes back is further from the pictures than their mean is: it has not learned them yet."
        return Finding(Condition.NOT_LEARNED, sentence, evidence)
    if symptoms.active_units and nothing:
        sentence = "The decoder ignores the code: it draws the mean picture wherever it is asked."
    else:
        sentence = "Every picture has the same code, so the decoder can only draw the mean picture."
    return Finding(Condition.COLLAPSED, sentence, evidence)


def _collapsing(symptoms: Symptoms) -> Finding | None:
    """Find that the code carries next to nothing."""
    if not symptoms.latent_dim or _lost(symptoms) is not None:
        return None  # what is lost is not getting lost
    active, dim, total = symptoms.active_units, symptoms.latent_dim, float(symptoms.kl_per_dim.sum())
    idle = active < min(dim, _FEWEST_ACTIVE)
    if not idle and (total >= ONE_BIT or symptoms.has_labels):
        return None
    evidence = _of_code(symptoms)
    weight = symptoms.kl_weight
    if weight is not None and weight > 1:
        sentence = (
            f"A weight of {weight:g} on the KL leaves the code {total:.2f} nats and {counted(active, 'active unit')}."
        )
        return Finding(Condition.OVER_REGULARISED, sentence, evidence)
    if total < ONE_BIT:
        sentence = f"The code carries {total:.2f} nats, less than one bit: it hardly tells the pictures apart."
    else:
        sentence = f"Only {active} of {dim} dimensions of the code are used."
    return Finding(Condition.COLLAPSING, sentence, evidence)


def _overfitting(symptoms: Symptoms) -> Finding | None:
    """Find that the network learns its pictures by heart."""
    curve = symptoms.curve
    evidence = [("trained on", counted(symptoms.pictures, "picture"))]
    own, others = symptoms.explained_training, symptoms.explained
    by_heart = own is not None and others is not None and own - others > (_MEMORY if others > 0 else _MEMORY_OF_NONE)
    if own is not None and others is not None:
        evidence.append(
            ("comes back", f"{percent(own)} of the training pictures' differences, {percent(others)} held out")
        )
    lost = 0.0
    if len(curve.epochs) and math.isfinite(curve.gap):
        best = curve.best
        lost = float(curve.held_out[-1] - curve.held_out[best])
        evidence.append(
            (
                "held out",
                f"{curve.held_out[-1]:.2f} nats, {curve.held_out[best]:.2f} after epoch {curve.epochs[best]:.0f}",
            )
        )
        evidence.append(("gap to training", f"{curve.gap:+.2f} nats"))
        learned = float(abs(curve.held_out[0] - curve.held_out[best]))
        turned = lost > max(_TURN * learned, _TURN_SHARE * abs(float(curve.held_out[best])))
        still = curve.training[-1] < curve.training[best]
        by_heart = by_heart or (turned and still and curve.gap > 0)
    if not by_heart:
        return None
    sentence = "It learns its pictures by heart, and pictures it has not seen gain nothing from that."
    if symptoms.pictures < _FEW:
        sentence = f"{sentence} {symptoms.pictures:,} are few: more of them would help most."
    return Finding(Condition.OVERFITTING, sentence, tuple(evidence))


def _prior_mismatch(symptoms: Symptoms) -> Finding | None:
    """Find that codes drawn from the prior are not such as the decoder knows."""
    moments = symptoms.moments
    if moments is None or not symptoms.standard_prior:
        return None
    if moments.distance <= _MISMATCH + _MISMATCH_PER_DIM * len(moments.mean):
        return None
    worst = moments.worst
    evidence = (
        ("distance", f"{moments.distance:.2f} nats between the prior and the codes' mean and covariance"),
        (
            f"dimension {worst + 1}",
            f"mean {moments.mean[worst]:+.2f}, variance {moments.variance[worst]:.2f}; 0 and 1 wanted",
        ),
    )
    sentence = "The codes as a whole do not lie where the prior is, so what is drawn from it is often no picture."
    return Finding(Condition.PRIOR_MISMATCH, sentence, evidence)


def _healthy(symptoms: Symptoms) -> Finding:
    if not symptoms.has_prior:
        return healthy_recall(symptoms)
    if symptoms.active_units < symptoms.latent_dim:
        idle = symptoms.latent_dim - symptoms.active_units
        sentence = f"Nothing is wrong. {idle} of {symptoms.latent_dim} dimensions lie idle: a shorter code would do."
    else:
        sentence = "Nothing is wrong. All dimensions of the code are used."
    return Finding(Condition.HEALTHY, sentence, _of_code(symptoms))


def _of_code(symptoms: Symptoms) -> tuple[tuple[str, str], ...]:
    rows = []
    if symptoms.has_prior and symptoms.latent_dim:
        rows.append(("active units", f"{symptoms.active_units} of {symptoms.latent_dim}"))
        rows.append(("KL", f"{float(symptoms.kl_per_dim.sum()):.2f} nats"))
    rows += recall_rows(symptoms)
    if symptoms.kl_weight is not None:
        rows.append(("weight on the KL", f"{symptoms.kl_weight:g}"))
    if symptoms.moments is not None and symptoms.standard_prior:
        rows.append(("codes to prior", f"{symptoms.moments.distance:.2f} nats"))
    return tuple(rows)
