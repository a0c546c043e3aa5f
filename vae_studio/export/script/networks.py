"""The networks of a script."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from vae_studio.export.script.passage import Shape, plain, within, writer_of
from vae_studio.models.catalogue import ConvOptions, DenseOptions, NetworkOptions, PyramidOptions, ResidualOptions

_SMALLEST = 4  # pixels at the top of a pyramid, as in models/pyramid.py
_BLOCK = '''
class ResidualBlock(nn.Module):
    """x + {branch}"""

    def __init__(self, width):
        super().__init__()
        self.branch = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(){closing})

    def forward(self, x):
        return x + self.branch(x)


class Sine(nn.Module):
    """Waves over the code space: sin(W z + b), which lets the decoder tell neighbouring codes apart early."""

    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(LATENT, width)
        nn.init.normal_(self.linear.weight, std=0.6 / math.sqrt(LATENT))
        nn.init.uniform_(self.linear.bias, -math.pi, math.pi)

    def forward(self, z):
        return torch.sin(self.linear(z))
'''
_TWO_LAYERS = "W2 gelu(W1 norm(x))", ", nn.Linear(width, width)"
_CENTRED = '''
class Centred(nn.Module):
    """Brings pixels from [0, 1] to [-1, 1]."""

    def forward(self, x):
        return 2 * x - 1
'''
_GLOROT = """
for layer in self.modules():
    if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
"""
_HE = """
for layer in self.modules():
    if isinstance(layer, nn.Linear | nn.Conv2d):
        nn.init.kaiming_normal_(layer.weight)
        nn.init.zeros_(layer.bias)
nn.init.normal_(self.decoder[-1].weight, std=0.01)  # begin with an even grey
"""
_VAE = '''
{before}class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
{encoder}
        )
        self.decoder = nn.Sequential(
{decoder}
        )
{start}
    def encode(self, x):
        """Return mean and log variance of the posterior q(z|x), each [N, LATENT]."""
        mu, log_var = self.encoder(x).chunk(2, dim=1)
        return mu, log_var.clamp(max=10)

    def decode(self, z):
        """Return a picture's {output} for each code, [N, C, H, W]."""
        return self.decoder(z){crop}
'''


@dataclass(frozen=True)
class _Layers:
    encoder: list[str]
    decoder: list[str]
    start: str = ""  # how the weights begin, where PyTorch's own way is not it
    before: str = ""
    decoded: tuple[int, int] | None = None  # height and width that the decoder makes, where they are cut to size


def write_network(options: NetworkOptions, shape: Shape, output: str) -> str:
    """Return the class of the model; `output` says what its decoder's numbers are. Raises UsageError."""
    layers = writer_of("network", options.kind, _WRITERS)(options, shape)
    height, width, _ = shape
    cut = layers.decoded not in (None, (height, width))
    start = "".join(f"        {line}\n" if line else "\n" for line in plain(layers.start).splitlines())
    return plain(_VAE).format(
        before=plain(layers.before) + "\n\n\n" if layers.before else "",
        encoder=within(layers.encoder, 12),
        decoder=within(layers.decoder, 12),
        start=start,
        output=output,
        crop=f"[:, :, :{height}, :{width}]" if cut else "",
    )


def _dense(options: DenseOptions, shape: Shape) -> _Layers:
    height, width, channels = shape
    pixels = height * width * channels
    widths = (pixels, *options.widths)
    down = [layer for below, above in pairwise(widths) for layer in (_linear(below, above), "nn.ReLU()")]
    up = [layer for below, above in pairwise(widths[:0:-1]) for layer in (_linear(below, above), "nn.ReLU()")]
    centred = options.inputs == "-1..1"
    return _Layers(
        ["nn.Flatten()", *(["Centred()"] if centred else []), *down, _linear(widths[-1], "2 * LATENT")],
        [_linear("LATENT", widths[-1]), "nn.ReLU()", *up, _linear(widths[1], pixels), _pictures(shape)],
        _GLOROT,
        before=_CENTRED if centred else "",
    )


def _residual(options: ResidualOptions, shape: Shape) -> _Layers:
    height, width, channels = shape
    pixels = height * width * channels
    blocks = [f"*[ResidualBlock({options.width}) for _ in range({options.blocks})]"] if options.blocks else []
    branch, closing = ("gelu(W norm(x))", "") if options.layers == 1 else _TWO_LAYERS
    return _Layers(
        ["nn.Flatten()", _linear(pixels, options.width), "nn.GELU()", *blocks, _linear(options.width, "2 * LATENT")],
        [f"Sine({options.width})", *blocks, _linear(options.width, pixels), _pictures(shape)],
        before=_BLOCK.format(branch=branch, closing=closing),
    )


def _conv(options: ConvOptions, shape: Shape) -> _Layers:
    height, width, channels = shape
    steps = len(options.channels)
    rows, columns = -(-height // 2**steps), -(-width // 2**steps)
    first, top = options.channels[0], rows * columns * options.channels[-1]
    rising = (first, *reversed(options.channels))
    down = [
        layer
        for below, above in pairwise((channels, *options.channels))
        for layer in (f"nn.Conv2d({below}, {above}, 3, stride=2, padding=1)", "nn.ReLU()")
    ]
    up = [
        layer
        for below, above in pairwise(rising)
        for layer in (f"nn.ConvTranspose2d({below}, {above}, 3, stride=2, padding=1, output_padding=1)", "nn.ReLU()")
    ]
    return _Layers(
        [*down, "nn.Flatten()", _linear(top, options.hidden), "nn.ReLU()", _linear(options.hidden, "2 * LATENT")],
        [
            _linear("LATENT", rows * columns * first),
            "nn.ReLU()",
            f"nn.Unflatten(1, ({first}, {rows}, {columns}))",
            *up,
            f"nn.ConvTranspose2d({rising[-1]}, {channels}, 3, padding=1)",
        ],
        _GLOROT,
        decoded=(rows * 2**steps, columns * 2**steps),
    )


def _pyramid(options: PyramidOptions, shape: Shape) -> _Layers:
    height, width, channels = shape
    steps = 1
    while -(-max(height, width) // 2**steps) > _SMALLEST:
        steps += 1
    widths = tuple(options.width * min(2**step, 8) for step in range(steps))
    rows, columns = -(-height // 2**steps), -(-width // 2**steps)
    whole = (rows * 2**steps, columns * 2**steps)
    padding = [f"nn.ZeroPad2d((0, {whole[1] - width}, 0, {whole[0] - height}))"] if whole != (height, width) else []
    down = [
        layer
        for below, above in pairwise((channels, *widths))
        for layer in (f"nn.Conv2d({below}, {above}, 4, stride=2, padding=1)", _norm(above), "nn.SiLU()")
    ]
    up = [
        layer
        for below, above in pairwise(reversed(widths))
        for layer in (
            "nn.Upsample(scale_factor=2)", f"nn.Conv2d({below}, {above}, 3, padding=1)", _norm(above), "nn.SiLU()"
        )
    ]  # fmt: skip
    top = rows * columns * widths[-1]
    code = [_linear(top, options.hidden), "nn.SiLU()", _linear(options.hidden, "2 * LATENT")]
    return _Layers(
        [*padding, *down, "nn.Flatten()", *code],
        [
            _linear("LATENT", options.hidden),
            "nn.SiLU()",
            _linear(options.hidden, top),
            "nn.SiLU()",
            f"nn.Unflatten(1, ({widths[-1]}, {rows}, {columns}))",
            *up,
            "nn.Upsample(scale_factor=2)",
            f"nn.Conv2d({widths[0]}, {channels}, 3, padding=1)",
        ],
        _HE,
        decoded=whole,
    )


def _linear(below: int | str, above: int | str) -> str:
    return f"nn.Linear({below}, {above})"


def _norm(channels: int) -> str:
    return f"nn.GroupNorm({math.gcd(8, channels)}, {channels})"


def _pictures(shape: Shape) -> str:
    height, width, channels = shape
    return f"nn.Unflatten(1, ({channels}, {height}, {width}))"


_WRITERS: dict[str, Callable[..., _Layers]] = {
    "dense": _dense,
    "residual": _residual,
    "conv": _conv,
    "pyramid": _pyramid,
}
