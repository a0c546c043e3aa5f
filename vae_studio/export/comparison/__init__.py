"""Runs beside each other: a sheet to read and tables to compute with."""
