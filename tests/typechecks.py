"""How types and shapes are checked in all tests."""

from beartype import BeartypeConf, beartype

checked = beartype(conf=BeartypeConf(is_pep484_tower=True))
"""An int passes for a float (PEP 484), as it does for pyright and for readers."""
