"""Small finished parts that panels are made of."""
