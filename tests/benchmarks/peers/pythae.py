"""pythae on the same networks: `python -m tests.benchmarks.peers.pythae train|encode dense|conv DATA`."""

import logging
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

from tests.benchmarks.children import answer
from tests.benchmarks.peers.work import BATCH, LATENT_DIM, PICTURES, networks, pictures


def measure(task: str, network: str, data: Path) -> dict[str, Any]:
    """Return pictures per second of pythae's own trainer or of its `embed`."""

    logging.disable(logging.WARNING)
    return {"rate": _encode(network, data) if task == "encode" else _train(network, data)}


def _train(network: str, data: Path) -> float:
    from pythae.data.datasets import BaseDataset
    from pythae.trainers import BaseTrainer, BaseTrainerConfig

    x = torch.from_numpy(pictures(data, PICTURES[network])).permute(0, 3, 1, 2)
    with tempfile.TemporaryDirectory() as folder:
        config = BaseTrainerConfig(output_dir=folder, per_device_train_batch_size=BATCH, learning_rate=1e-3)
        trainer = BaseTrainer(_model(network), BaseDataset(x, torch.zeros(len(x))), training_config=config)
        trainer.prepare_training()
        trainer.train_step(1)
        start = time.perf_counter()
        trainer.train_step(2)
        return len(x) / (time.perf_counter() - start)


def _encode(network: str, data: Path) -> float:
    x = torch.from_numpy(pictures(data, 70_000)).permute(0, 3, 1, 2)
    model = _model(network).eval()
    with torch.inference_mode():
        model.embed(x[:1000])
        start = time.perf_counter()
        for batch in x.split(1000):
            model.embed(batch)
        return len(x) / (time.perf_counter() - start)


def _model(network: str) -> Any:
    from pythae.models import VAE, VAEConfig
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder

    ours, back = networks(network)

    class Encoder(BaseEncoder):
        def __init__(self) -> None:
            super().__init__()
            self.net = ours

        def forward(self, x: torch.Tensor) -> Any:
            mu, log_var = self.net(x).chunk(2, dim=1)
            return ModelOutput(embedding=mu, log_covariance=log_var)

    class Decoder(BaseDecoder):
        def __init__(self) -> None:
            super().__init__()
            self.net = back

        def forward(self, z: torch.Tensor) -> Any:
            return ModelOutput(reconstruction=self.net(z).sigmoid())

    config = VAEConfig(input_dim=(1, 28, 28), latent_dim=LATENT_DIM, reconstruction_loss="bce")
    return VAE(config, encoder=Encoder(), decoder=Decoder())


if __name__ == "__main__":
    answer(measure, str, str, Path)
