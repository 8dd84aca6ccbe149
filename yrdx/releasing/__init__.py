"""Releasing: snapshots that fit together become a named release that readers can rely on."""
