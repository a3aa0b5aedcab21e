"""A laboratory's own logger that no packaged map reads, and the map that does."""

from pathlib import Path

import numpy as np

from kinefuse.recordings import ImuSession
from vendor_files import numbers, put

MAP = """
name = "lab_logger"
title = "Our laboratory's logger"
give = "a folder of logger_*.txt files, one a sensor"
source = "its manual"

[files]
name = 'logger_(?P<label>[^/]+)\\.txt'

[table]
names = '^millis,'

[columns]
acc = 'a(?P<axis>[xyz])'
gyr = 'g(?P<axis>[xyz])'

[units]
acc = "m/s2"
gyr = "rad/s"

[time]
column = 'millis'
unit = "ms"
"""


def write_map(file: Path, **replaced: str) -> Path:
    """The map, with some of its words replaced: ``acc="g"``."""
    text = MAP
    for key, value in replaced.items():
        head, _, tail = text.partition(f'\n{key} = "')
        text = f'{head}\n{key} = "{value}"{tail.partition(chr(34))[2]}'
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def write_logged(folder: Path, imus: ImuSession) -> Path:
    """A session as the logger keeps it, a file a sensor."""
    for segment, imu in imus.sensors.items():
        rows = numbers(1000 * np.arange(imus.samples) / imus.rate_hz, imu.acc_m_s2, imu.gyr_rad_s)
        put(folder / f"logger_{segment}.txt", ["millis,ax,ay,az,gx,gy,gz", *rows])
    return folder
