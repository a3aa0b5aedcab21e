"""Trials on disk, who is in which split, and what a network is fed with."""
