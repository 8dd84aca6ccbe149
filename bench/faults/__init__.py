"""Planted faults: what careless hands and broken exports do to files, and whether it is found."""
