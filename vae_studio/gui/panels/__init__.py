"""The docks of the window, one noun each."""
