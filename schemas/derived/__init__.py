"""Datasets that the exchange derives from the published ones; nobody delivers them."""
