// OSStandIn
