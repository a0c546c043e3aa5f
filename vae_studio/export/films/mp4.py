"""A film as an MP4: H.264 in the colours that every player knows."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress
from vae_studio.errors import ExportError
from vae_studio.export.film_formats import Mp4Options
from vae_studio.export.reel import Reel
from vae_studio.files import replacing

_WORST = 51  # the constant rate factor of H.264 goes from 0, lossless, to 51
_BT709, _LIMITED = 1, 1  # as players take video for that says nothing


def write(path: Path, reel: Reel, options: Mp4Options, progress: Progress) -> None:
    """Write an MP4; odd sizes get a row or column more, since its colours are stored for squares of four pixels."""
    import av

    with replacing(path) as file:
        try:
            with av.open(file, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
                _encode(container, reel, options, progress)
        except av.error.FFmpegError as error:
            raise _cause(path, error) from error


def _encode(container: Any, reel: Reel, options: Mp4Options, progress: Progress) -> None:
    import av

    stream = container.add_stream("libx264", rate=Fraction(reel.fps).limit_denominator(1000))
    stream.width, stream.height = (side + side % 2 for side in reel.size)
    stream.pix_fmt = "yuv420p"
    stream.options = {
        "crf": str(round((100 - options.quality) * _WORST / 100)),
        "preset": "medium",
        "x264-params": "threads=1:cpu-independent=1",  # the encoder's best word for the same bytes from the same film
    }
    coder = stream.codec_context
    coder.colorspace = coder.color_primaries = coder.color_trc = _BT709
    coder.color_range = _LIMITED
    for frame in reel.watched(progress):
        drawn = av.VideoFrame.from_ndarray(_even(frame), format="rgb24")
        container.mux(stream.encode(drawn.reformat(format="yuv420p", dst_colorspace="ITU709")))
    container.mux(stream.encode())


def _cause(path: Path, error: BaseException) -> Exception:
    """Return what the disk said, where that is why av gave up."""
    before = error.__context__
    while before is not None:
        if isinstance(before, OSError):
            return before
        before = before.__context__
    return ExportError(f"{path} could not be written as MP4 ({error}); choose another size or format.")


def _even(frame: Pictures) -> Pictures:
    """Return a frame [H, W, C] in colour, its last row and column doubled where their number is odd."""
    height, width, _ = frame.shape
    padded = np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return np.ascontiguousarray(np.broadcast_to(padded, (*padded.shape[:2], 3)))
