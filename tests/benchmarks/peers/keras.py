"""Keras on the same networks: `python -m tests.benchmarks.peers.keras train|encode dense|conv DATA`.

The model is put together as in the Keras VAE example: a custom train step under a gradient tape, traced by TensorFlow.
"""

import os
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.children import answer
from tests.benchmarks.peers.work import BATCH, LATENT_DIM, PICTURES, pictures


def measure(task: str, network: str, data: Path) -> dict[str, Any]:
    """Return pictures per second of Keras' own `fit` or `predict`."""
    os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
    if task == "encode":
        encoder, x = _networks(network)[0], pictures(data, 70_000)
        encoder.predict(x[:1000], batch_size=1000, verbose=0)
        start = time.perf_counter()
        encoder.predict(x, batch_size=1000, verbose=0)
        return {"rate": len(x) / (time.perf_counter() - start)}
    x = pictures(data, PICTURES[network])
    model = _model(network)
    model.fit(x, batch_size=BATCH, epochs=1, verbose=0)
    start = time.perf_counter()
    model.fit(x, batch_size=BATCH, epochs=1, verbose=0)
    return {"rate": len(x) / (time.perf_counter() - start)}


def _networks(network: str) -> tuple[Any, Any]:
    from keras import Sequential, layers

    if network == "dense":
        encoder = [layers.Flatten(), layers.Dense(512, "relu"), layers.Dense(256, "relu")]
        decoder = [layers.Dense(256, "relu"), layers.Dense(512, "relu"), layers.Dense(784, "sigmoid")]
        decoder.append(layers.Reshape((28, 28, 1)))
    else:
        same = {"padding": "same"}
        encoder = [layers.Conv2D(width, 3, 2, activation="relu", **same) for width in (64, 128)]
        encoder += [layers.Flatten(), layers.Dense(16, "relu")]
        decoder = [layers.Dense(7 * 7 * 64, "relu"), layers.Reshape((7, 7, 64))]
        decoder += [layers.Conv2DTranspose(width, 3, 2, activation="relu", **same) for width in (128, 64)]
        decoder.append(layers.Conv2DTranspose(1, 3, activation="sigmoid", **same))
    return (
        Sequential([layers.Input((28, 28, 1)), *encoder, layers.Dense(2 * LATENT_DIM)]),
        Sequential([layers.Input((LATENT_DIM,)), *decoder]),
    )


def _model(network: str) -> Any:
    import keras
    import tensorflow as tf

    class Vae(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.decoder = _networks(network)

        def train_step(self, x: Any) -> dict[str, Any]:
            with tf.GradientTape() as tape:
                mu, log_var = tf.split(self.encoder(x, training=True), 2, axis=1)
                z = mu + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(mu))
                cross = keras.losses.binary_crossentropy(x, self.decoder(z, training=True))
                kl = -0.5 * (1 + log_var - tf.square(mu) - tf.exp(log_var))
                loss = tf.reduce_mean(tf.reduce_sum(cross, axis=(1, 2))) + tf.reduce_mean(tf.reduce_sum(kl, axis=1))
            self.optimizer.apply_gradients(
                zip(tape.gradient(loss, self.trainable_weights), self.trainable_weights, strict=True)
            )
            return {"loss": loss}

    model = Vae()
    model.compile(optimizer=keras.optimizers.Adam(1e-3))
    return model


if __name__ == "__main__":
    answer(measure, str, str, Path)
