"""Hyper-parameter search at scale; what it found can be read without torch or Optuna."""
