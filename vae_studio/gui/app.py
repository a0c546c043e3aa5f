"""The application: one process, one window, and the last resort for every error."""

import logging
import os
import signal
import sys
import threading
from pathlib import Path
from types import TracebackType

import platformdirs

if sys.platform == "win32":  # there torch's libraries only load before Qt's (WinError 1114)
    from vae_studio.gui.workers import preload  # noqa: F401

from PySide6.QtCore import QMessageLogContext, QSettings, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from vae_studio.gui.garbage import GarbageCollector
from vae_studio.gui.theme import apply_theme, icon
from vae_studio.gui.window import MainWindow
from vae_studio.gui.workers.late_threads import any_late

log = logging.getLogger(__name__)


def open_window(path: Path | None = None) -> int:
    """Open the window on the example or on `path`; return the exit code when it is closed."""
    app = make_app()
    window = MainWindow(user_settings())
    _catch_everything(window)
    collect_garbage(window)
    window.show()
    QTimer.singleShot(0, window, lambda: window.start(path))
    signal.signal(signal.SIGINT, lambda *_: window.close())
    wake = QTimer(window)  # Python only sees a Ctrl-C between its own instructions
    wake.start(200)
    wake.timeout.connect(lambda: None)
    code = app.exec()
    log.debug("closed with %d", code)
    if any_late():  # what still runs would abort the process if it were taken apart
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)
    return code


def make_app() -> QApplication:
    """Return the application with its name and look."""
    os.environ.setdefault("QT_LOGGING_RULES", "qt.text.font.db=false")
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("vae-studio")
    app.setApplicationDisplayName("VAE Studio")
    app.setDesktopFileName("vae-studio")
    apply_theme(app)
    app.setWindowIcon(icon("map"))
    return app


def collect_garbage(window: MainWindow) -> None:
    """Let the window's own thread look for garbage, and spare what is alive when the first training starts."""
    collector = GarbageCollector(window)
    window.studio.trainer.started.connect(lambda _run: collector.spare(), Qt.ConnectionType.SingleShotConnection)


def user_settings() -> QSettings:
    """Return the file that remembers geometry and folders."""
    folder = platformdirs.user_config_path("vae-studio", appauthor=False)
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


def _catch_everything(window: MainWindow) -> None:
    """Show what nobody caught in the window, and keep it running."""

    def report(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            window.close()
            return
        log.error("unexpected error", exc_info=(kind, error or kind(), trace))
        reason = (str(error).strip() or kind.__name__).splitlines()[0]
        window.studio.message_raised.emit("error", f"Something unexpected happened: {reason}. The log has the details.")

    def on_qt_message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        level = logging.WARNING if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg) else logging.DEBUG
        log.log(level, "Qt: %s", text)

    sys.excepthook = report
    threading.excepthook = lambda failed: report(failed.exc_type, failed.exc_value, failed.exc_traceback)
    qInstallMessageHandler(on_qt_message)
