"""Witnesses, a file each: what a term measures, its residual and its Jacobian."""
