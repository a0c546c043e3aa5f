"""What every test of the window gets: an off-screen display, own settings, and a check that nothing is left over."""

import gc
import os
import sys
import threading
from pathlib import Path

if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is imported

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QThread, QTimer
from PySide6.QtWidgets import QApplication, QMenu
from shiboken6 import isValid

from vae_studio.gui.theme import apply_theme
from vae_studio.gui.window import MainWindow


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Collect a test's window when nobody holds it any more, here, and not in whichever thread allocates next."""
    if not item.path.is_relative_to(Path(__file__).parent):  # pytest asks for all tests
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect(0)  # all that the test has made is still young
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def looks(qapp):
    """The program's own style, as the window is used with it."""
    apply_theme(qapp, "light")
    gc.collect()
    gc.freeze()  # what the imports have left need not be searched after every test
    yield
    gc.unfreeze()  # else extension modules complain of leaks when Python ends


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory, monkeypatch):
    """A settings folder per test: no test reads what another, or the user, has left."""
    folder = tmp_path_factory.mktemp("settings")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder / name.lower()))
    for form in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, str(folder / "qsettings"))
    return folder


@pytest.fixture(autouse=True)
def nothing_left(qapp):
    """Fail a test after which a thread, a running timer or a top-level widget is left over.

    pytest-qt closes the widgets a test has registered before this runs.
    """
    threads = set(threading.enumerate())
    before = {id(widget) for widget in QApplication.topLevelWidgets()}
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()
    # pyqtgraph's context menus have no parent, and outlive their plots
    left = [
        widget
        for widget in QApplication.topLevelWidgets()
        if id(widget) not in before and not (isinstance(widget, QMenu) and widget.isHidden())
    ]
    running = [thread for thread in _living(QThread) if thread.isRunning()]
    ticking = [(timer, timer.parent()) for timer in _living(QTimer) if timer.isActive()]
    # Python keeps a dummy for each QThread that asked for its name; it does not run and goes at exit.
    dummy = threading._DummyThread
    more = [thread for thread in threading.enumerate() if thread not in threads and not isinstance(thread, dummy)]
    assert not running, f"QThreads left running: {running}"
    assert not more, f"threads left running: {more}"
    assert not ticking, f"timers left running: {ticking}"
    assert not left, f"top-level widgets left: {left}"


@pytest.fixture
def window(qtbot, tmp_path, monkeypatch):
    """The whole window, with runs and settings of its own."""
    monkeypatch.setenv("VAE_STUDIO_HOME", str(tmp_path / "runs"))
    window = MainWindow(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


def _living(kind):
    """All Qt objects of a kind that Python knows of."""
    things = gc.get_objects()
    kinds = {found for found in set(map(type, things)) if issubclass(found, kind)}
    return [thing for thing in things if type(thing) in kinds and isValid(thing)] if kinds else []
