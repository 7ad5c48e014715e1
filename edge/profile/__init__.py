"""Where an artifact's time goes: microseconds of one inference by type of operator, inside and outside of delegates."""

from edge.profile.document import OperatorTime, Profile
from edge.profile.profile import PROFILERS, profile_artifact

__all__ = ["PROFILERS", "OperatorTime", "Profile", "profile_artifact"]
