"""Attitudes of sensors over time: integration and smoothing."""
