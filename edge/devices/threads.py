"""How many threads one inference gets on a device unless the user says otherwise."""

from edge.devices.cores import usable_cores
from edge.devices.information import DeviceInformation
from edge.target import target_of


def threads_for(information: DeviceInformation) -> int:
    """Return the threads of the target that the device is, at most its cores."""
    cores = usable_cores() if information.kind == "host" else sum(group.count for group in information.cores)
    return max(1, min(target_of(information.model, information.architecture).threads, cores))
