"""The optimiser of a script."""

from vae_studio.training.options import TrainingOptions

_MUON = '''\
def orthogonal(matrix):
    """Return a matrix whose blocks of up to 64 rows have singular values near 1: three Newton-Schulz rounds."""
    height, width = matrix.shape
    rows = max((size for size in range(16, min(64, width) + 1) if height % size == 0), default=height)
    x = matrix.reshape(-1, rows, width)
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(3):
        square = x @ x.mT
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return x.reshape(height, width)


class Muon(torch.optim.AdamW):
    """AdamW, but hidden matrices step along orthogonal directions (Jordan et al., 2024)."""

    def __init__(self, model):
        linear = [
            [layer.weight for layer in network.modules() if isinstance(layer, nn.Linear)]
            for network in (model.encoder, model.decoder)
        ]
        hidden = linear[0][:-1] + linear[1][1:]  # not the layers into and out of the code
        self.momentum = {weight: torch.zeros_like(weight) for weight in hidden if min(weight.shape) >= 32}
        others = [weight for weight in model.parameters() if weight not in self.momentum]
        super().__init__(others, lr=RATE, betas=(0.9, 0.99), weight_decay=DECAY)

    @torch.no_grad()
    def step(self):
        super().step()
        rate = 8 * self.param_groups[0]["lr"]
        for weight, momentum in self.momentum.items():
            momentum.lerp_(weight.grad, 0.1)
            direction = orthogonal(weight.grad.lerp(momentum, 0.9))
            longer = max(1, weight.shape[0] / weight.shape[1]) ** 0.5
            weight.mul_(1 - rate * DECAY).sub_(rate * longer * direction)'''


def write_optimiser(training: TrainingOptions) -> tuple[str, str]:
    """Return what a script defines for its optimiser, and the expression that makes it for `model`."""
    if training.optimiser == "muon":
        return _MUON, "Muon(model)"
    if training.optimiser == "adam":
        return "", "torch.optim.Adam(model.parameters(), lr=RATE, eps=1e-7)"
    return "", "torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.99), weight_decay=DECAY)"
