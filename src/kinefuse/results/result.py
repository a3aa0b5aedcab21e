"""An estimate that knows how to be looked at and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from kinefuse import estimation
from kinefuse.alignment import SegmentAlignment
from kinefuse.estimation import Estimate
from kinefuse.formats.published_model import is_published_model
from kinefuse.recordings import ImuSession, JointAngles
from kinefuse.results.files import write_results
from kinefuse.results.plot import Plot, plotted
from kinefuse.results.published_models import readable_model
from kinefuse.results.tables import layout_named
from kinefuse.saved_estimate import read_estimate
from kinefuse.whole_folders import filled_folder

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, kw_only=True)
class Result(Estimate):
    """Joint angles of a session with everything needed to judge, tabulate, draw and keep them.

    ``angles.angles_rad["knee_r"]`` is (time, 3) in radians: flexion, adduction, internal rotation;
    ``angles_sd_rad`` is one standard deviation of each. Degrees are made by the methods below.
    """

    notes: tuple[str, ...] = ()
    """What reading the recording left out or converted, a sentence each."""

    @classmethod
    def of(cls, found: Estimate, notes: tuple[str, ...] = ()) -> "Result":
        """The same estimate, with these methods."""
        known = {field.name: getattr(found, field.name) for field in fields(Estimate)}
        return cls(**known, notes=notes)

    def plain(self) -> Estimate:
        """The same estimate without these methods, as files keep it."""
        return Estimate(**{field.name: getattr(self, field.name) for field in fields(Estimate)})

    def to_polars(self, layout: str = "long") -> "pl.DataFrame":
        """All angles as a table, in degrees and seconds.

        Args:
            layout: ``long``, a row a time, joint, side and plane: ``time_s, joint, side, plane,
                angle_deg, sd_deg``; or ``wide``, the columns of angles.csv: ``time_s,
                hip_flexion_r_deg, hip_flexion_r_sd_deg, ...``. Methods that do not know how sure
                they are give no ``sd_deg``.

        Raises:
            UnknownChoice: There is no such layout.
        """
        return layout_named(layout)(self)

    def plot(self, joints: Sequence[str] | None = None, truth: JointAngles | None = None) -> Plot:
        """Mean strides with their spread and 90 % intervals [deg], right solid and left dashed.

        Args:
            joints: Names such as ``knee_r``; None is all.
            truth: Known angles at the same rate and of the same length, drawn as thin lines.

        Returns:
            Something that shows itself in a notebook, and ``.save("knee.svg")`` or ``.html``.

        Raises:
            UnknownChoice: A joint that this estimate does not have.
            NothingToDraw: There is no complete stride.
        """
        return plotted(self, joints, truth)

    def save(
        self,
        folder: Path | str,
        *,
        recording: Path | str | None = None,
        truth: JointAngles | None = None,
        told: Mapping[str, object] | None = None,
        force: bool = False,
    ) -> Path:
        """Write what ``kinefuse estimate`` writes: tables, motion, estimate.h5, summary and report.

        Args:
            folder: New or empty; it appears whole or not at all.
            recording: Where the session was read from, for the summary.
            truth: Known angles at the same rate and of the same length, for the report.
            told: What else the summary is to say; plain values.
            force: Replace files of the same names in a folder that is not empty.

        Returns:
            The folder.

        Raises:
            WouldOverwrite: Something lies there and ``force`` is not said.
        """
        folder = Path(folder)
        with filled_folder(folder, force=force) as beside:
            write_results(
                beside,
                self.plain(),
                recording=None if recording is None else Path(recording),
                notes=self.notes,
                truth=truth,
                told=told,
            )
        return folder


def estimate(
    session: ImuSession,
    activity: str = "walking",
    model: Path | str | None = None,
    method: str | None = None,
    alignment: Mapping[str, SegmentAlignment] | None = None,
    *,
    joint: str | None = None,
) -> Result:
    """Angles of all of a session's joints that have a sensor on both sides.

    Source: Rapp et al. 2021, J. Biomech. 116:110229, for the task and ``method="fused"``; the
    default method is derived in docs/optimiser.md.

    Args:
        session: Sensors in their own axes, any mounting, at any rate from 1 to 10,000 Hz.
        activity: 'walking' or 'running'.
        model: Folder of the networks to use, ours or published; by default those that come with
            the program.
        method: One of ``kinefuse.methods.METHODS``; by default the whole body at once, or what
            the given model can do instead.
        alignment: Known sensor-to-segment rotations by segment; found from the session if not
            given.
        joint: Which joint a published model is for, where its files do not say.

    Raises:
        UnknownChoice: An activity or a method that does not exist.
        MissingSensor: No two neighbouring segments carry sensors.
        NoModel: The method needs networks and there are none for this activity.
        NeedsTorch: The model is in the published format and PyTorch is not installed.
    """
    path = None if model is None else Path(model)
    if method is None and path is not None and is_published_model(path):
        method = "network"  # who names a published model wants to hear it
    with readable_model(path, joint, activity) as readable:
        found = estimation.estimate(session, activity, readable, method, alignment)
    return Result.of(found, session.notes)


def read_result(folder: Path | str) -> Result:
    """What ``save`` or ``kinefuse estimate`` wrote, equal to the last bit.

    Args:
        folder: Of results, or its ``estimate.h5``.

    Raises:
        UnreadableFile: There is no estimate, or it is damaged or of another version.
    """
    return Result.of(read_estimate(Path(folder)))
