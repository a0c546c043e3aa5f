"""The thin Qt layer: app, window, studio (its state), workers, plots, panels, widgets."""
