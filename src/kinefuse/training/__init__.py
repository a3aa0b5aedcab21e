"""Fitting networks and fusion weights to a store of trials."""
