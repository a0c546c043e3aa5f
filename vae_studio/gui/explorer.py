"""The explorer: the cloud on the map, the point that is looked at, and what the decoder says of it."""

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from vae_studio.data.image_set import ImageSet, Pictures
from vae_studio.gui.chart import Chart
from vae_studio.gui.workers.book_requests import draw_code
from vae_studio.gui.workers.decode_worker import Answer, DecodeWorker
from vae_studio.gui.workers.requests import NEAREST, look_around, show_code
from vae_studio.gui.workers.tasks import EncodedFile
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats
from vae_studio.latent.plane import Plane
from vae_studio.latent.prior import NORMAL, CodePrior

_AROUND_MS = 120  # the real pictures around a point follow the hand at this pace, its picture at the hand's own


class Explorer(QObject):
    """Knows where one is in the code space; asks the decoder what lies there."""

    cloud_changed = Signal()
    images_changed = Signal()  # other real pictures, or none
    code_changed = Signal(object)  # the code [D] that is looked at
    shown = Signal(object)  # Shown, the newest only
    surroundings_found = Signal(object)  # Surroundings, a little later
    file_shown = Signal(object)  # EncodedFile
    picture_shown = Signal(int)  # the number of the real picture whose code is looked at
    weights_changed = Signal()  # all that was decoded before is of the past
    failed = Signal(str)
    noted = Signal(str)  # a sentence on what is seen, of no lasting interest

    def __init__(self, decoder: DecodeWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.chart = Chart(self)
        self.cloud: Cloud | None = None
        self.images: ImageSet | None = None
        self.code: Floats = np.zeros(2, np.float32)
        self._picked: tuple[Floats, Plane, tuple[float, float]] | None = None  # a code, and where on which plane it is
        self._decoder = decoder
        self._stamps = {"point": 0, "around": 0}
        self._nearest = NEAREST
        self._look_around = QTimer(self)
        self._look_around.setSingleShot(True)
        self._look_around.setInterval(_AROUND_MS)
        self._look_around.timeout.connect(self._ask_around)
        for signal in (decoder.point_answered, decoder.answered):
            signal.connect(self._on_decoder_answered)

    def end(self) -> None:
        """Ask nothing more."""
        self._look_around.stop()

    @property
    def plane(self) -> Plane:
        """The plane of the map."""
        return self.chart.plane

    @property
    def prior(self) -> CodePrior:
        """What the codes on the map are measured against and drawn from."""
        return NORMAL if self.cloud is None else self.cloud.codes.prior

    def begin(self, images: ImageSet | None, latent_dim: int) -> None:
        """Forget the last run; the map is empty until codes come."""
        self._decoder.forget()
        self._look_around.stop()
        self.cloud, self.images = None, images
        self.images_changed.emit()
        self.chart.begin(latent_dim)
        self.cloud_changed.emit()
        self.look_at(np.zeros(latent_dim, np.float32))

    def set_images(self, images: ImageSet) -> None:
        """Take the pictures that the codes belong to, for thumbnails."""
        self.images = images
        self.images_changed.emit()
        self._ask_point()  # the real pictures around it can be shown now

    def set_cloud(self, cloud: Cloud) -> None:
        """Show these codes."""
        self.cloud = cloud
        sentence = self.chart.set_cloud(cloud)
        self.cloud_changed.emit()
        if sentence:
            self.noted.emit(sentence)
        self._ask_point()

    def snapshot_changed(self) -> None:
        """Decode the point anew, and tell the others: the weights have changed."""
        self._ask_point()
        self.weights_changed.emit()

    def look_at(self, code: Floats) -> None:
        """Look at a code [D], or at where it belongs: on a sphere a code is a direction."""
        self.code = self.prior.project(code)
        self.code_changed.emit(self.code)
        self._ask_point()

    def look_at_middle(self) -> None:
        """Look at the real picture's code in the middle of the cloud: the origin itself may be empty land."""
        if self.cloud is not None and len(self.cloud.codes):
            mu = self.cloud.codes.mu
            self.look_at(mu[np.nanargmin(((mu - np.nanmean(mu, axis=0)) ** 2).sum(axis=1))])

    def pick(self, x: float, y: float) -> None:
        """Look at a place on the map; on a bent map at the picture nearest to it."""
        number = None if self.chart.exact else self.chart.picture_at(x, y)
        if number is None:
            code = self.chart.code_at(x, y)
            # A plane of one dimension shows all its codes on one line, wherever beside it they are picked.
            self._picked = (code, self.plane, (x, y)) if self.chart.exact and self.plane.dim > 1 else None
            self.look_at(code)
        else:
            self.look_at_picture(number)
            self.noted.emit(f"The picture nearest to the click is #{number}; between pictures a bent map has no codes.")

    def code_at(self, x: float, y: float) -> Floats:
        """Return the code of a place on the map: exact on a plane, of the nearest picture on a bent map."""
        return self.prior.project(self.chart.code_at(x, y))

    def place_of(self, code: Floats) -> tuple[float, float]:
        """Return where a code is seen on the map; what was picked there need not be looked for."""
        if (picked := self._picked) is not None and code is picked[0] and self.plane is picked[1] and self.chart.exact:
            return picked[2]
        x, y = self.chart.to_map(code[None])[0]
        return float(x), float(y)

    def set_depth(self, share: float) -> None:
        """Move the plane, and the point that is looked at onto it."""
        place = self.chart.to_map(self.code[None])
        self.chart.set_depth(share)
        self.look_at(self.plane.to_code(place)[0])

    def set_nearest(self, count: int) -> None:
        """Find so many real pictures around a point from now on."""
        self._nearest = count
        self._ask_around()

    def code_of(self, index: int) -> Floats | None:
        """Return the code of a picture by its number, if it is on the map."""
        if self.cloud is None:
            return None
        rows = np.flatnonzero(self.cloud.indices == index)
        return self.cloud.codes.mu[rows[0]] if len(rows) else None

    def look_at_picture(self, index: int) -> None:
        """Look at the code of a real picture."""
        code = self.code_of(index)
        if code is not None:
            self.look_at(code)
            self.picture_shown.emit(index)

    def draw(self, seed: int) -> None:
        """Look at a code drawn from the prior of the newest weights."""
        self._stamps["sample"] = self._decoder.ask("sample", draw_code(seed))

    def show_file(self, file: EncodedFile) -> None:
        """Look at a picture from outside."""
        self.look_at(file.code)
        self.file_shown.emit(file)

    def thumbnail(self, index: int) -> Pictures | None:
        """Return a real picture [H, W, C], or nothing while the pictures are loaded."""
        if self.images is None or not 0 <= index < len(self.images):
            return None
        return self.images.picture(index)

    def _ask_point(self) -> None:
        self._stamps["point"] = self._decoder.ask("point", show_code(self.code))
        if not self._look_around.isActive():
            self._look_around.start()

    def _ask_around(self) -> None:
        self._stamps["around"] = self._decoder.ask("around", look_around(self.code, self.cloud, self._nearest))

    def _on_decoder_answered(self, answer: Answer) -> None:
        if answer.stamp != self._stamps.get(answer.lane):
            return
        if answer.failure:
            self.failed.emit(answer.failure)
        elif answer.lane == "point":
            self.shown.emit(answer.result)
        elif answer.lane == "sample":
            self.look_at(answer.result)
        else:
            self.surroundings_found.emit(answer.result)
